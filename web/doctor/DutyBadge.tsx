/** The mark on the button "Mes gardes": how much is new there. It is loaded after the desk. */

import { useEffect } from "preact/hooks";
import type { Client } from "../client/index.ts";
import { t } from "../ui/i18n.ts";
import { dutyNews, readNews } from "./duty-news.ts";

export function DutyBadge({ client }: { client: Client }) {
  useEffect(() => {
    // Another doctor may have signed in at this page since.
    dutyNews.value = null;
    void readNews();
    const read = () => void readNews();
    const heard = [client.connection.on("rota_changed", read), client.connection.on("welcome", read)];
    return () => heard.forEach((stop) => stop());
  }, []);
  const { lines = [], asked = [] } = dutyNews.value ?? {};
  const n = lines.length + asked.length;
  if (n === 0) return null;
  return (
    <strong class="count digits" data-testid="duty-news" role="status">
      <span aria-hidden="true">{n}</span>
      <span class="unseen">{t("doctor.news", { n })}</span>
    </strong>
  );
}
