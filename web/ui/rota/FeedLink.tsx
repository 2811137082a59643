/** The link of a calendar feed. The server shows it once, so it is copied or renewed, and never found again. */

import { useState } from "preact/hooks";
import { post } from "../../client/signalling/session.ts";
import type { MadeFeed } from "../../protocol/rota.ts";
import type { Speciality } from "../../protocol/messages.ts";
import { Button } from "../Button.tsx";
import { errorTextOf, t } from "../i18n.ts";

/** The link to the duties of a speciality, or to one's own. */
export function FeedLink({ speciality }: { speciality?: Speciality }) {
  const [link, setLink] = useState<string | null>(null);
  const [said, setSaid] = useState<string | null>(null);

  async function make() {
    setSaid(null);
    try {
      const { path } = await post<MadeFeed>("/api/rota/feeds", speciality ? { speciality } : {});
      setLink(location.origin + path);
    } catch (error) {
      setSaid(errorTextOf(error));
    }
  }
  async function copy(text: string) {
    await navigator.clipboard.writeText(text).then(
      () => setSaid(t("duty.feed.copied")),
      () => setSaid(t("duty.feed.by_hand")),
    );
  }
  return (
    <div class="feed">
      <p class="soft">{t("duty.feed.what")}</p>
      {link && (
        <p>
          <code data-testid="feed-link">{link}</code>
        </p>
      )}
      <div class="actions">
        {link && <Button onClick={() => void copy(link)}>{t("duty.feed.copy")}</Button>}
        <Button data-testid="make-feed" onClick={() => void make()}>
          {t(link ? "duty.feed.renew" : "duty.feed.make")}
        </Button>
      </div>
      <p role="status">{said}</p>
    </div>
  );
}
