/** The dialog "Mes sessions": where this account is signed in, and how to end it there. It is loaded when it is opened. */

import { useEffect, useState } from "preact/hooks";
import { get, post, remove } from "../client/signalling/session.ts";
import { wallNow } from "../client/platform/wall-clock.ts";
import type { OwnSession } from "../protocol/api.ts";
import { Banner } from "./Banner.tsx";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import { dateAndTime } from "./dates.ts";
import { errorTextOf, t } from "./i18n.ts";
import * as icon from "./icons.ts";

export function Sessions({ onClose }: { onClose: () => void }) {
  const [list, setList] = useState<OwnSession[]>([]);
  const [fault, setFault] = useState<string | null>(null);

  /** Does something with the sessions, and then shows them as they are. */
  async function act(work?: () => Promise<void>) {
    setFault(null);
    try {
      await work?.();
      setList(await get<OwnSession[]>("/api/sessions"));
    } catch (error) {
      setFault(errorTextOf(error));
    }
  }
  useEffect(() => void act(), []);

  const others = list.filter(({ current }) => !current);
  return (
    <Dialog
      title={t("common.sessions")}
      onClose={onClose}
      data-testid="sessions-dialog"
      actions={
        <>
          {others.length > 1 && (
            <Button
              kind="danger"
              data-testid="end-others"
              onClick={() => void act(() => post("/api/sessions/end_others", {}))}
            >
              {t("account.end_others")}
            </Button>
          )}
          <Button onClick={onClose}>{t("common.close")}</Button>
        </>
      }
    >
      <p class="soft">{t(others.length ? "account.how" : "account.alone")}</p>
      {fault && (
        <Banner tone="bad" icon={icon.alert} data-testid="error">
          {fault}
        </Banner>
      )}
      <ul class="plain">
        {list.map((session) => (
          <li key={session.id} data-testid="session" data-current={session.current}>
            <strong>{session.browser || t("account.unknown")}</strong>
            <p class="soft">{whereabouts(session)}</p>
            {!session.current && (
              <Button
                data-testid="end-session"
                onClick={() => void act(() => remove(`/api/sessions/${session.id}`))}
              >
                {t("account.end")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** When a session was opened and last seen, as a sentence. */
function whereabouts({ current, online, opened_ms_ago, seen_ms_ago }: OwnSession): string {
  const ago = (ms: number) => dateAndTime(wallNow() - ms);
  const opened = t("account.since", { time: ago(opened_ms_ago) });
  if (current) return `${t("account.here")} ${opened}`;
  return `${opened} ${online ? t("account.online") : t("account.seen", { time: ago(seen_ms_ago) })}`;
}
