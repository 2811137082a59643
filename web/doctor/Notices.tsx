/** What became of a claim: sentences that go after some seconds. They come after the first screen, because nobody has claimed anything there. */

import "./texts.ts";
import type { Client, Notice } from "../client/index.ts";
import { Banner } from "../ui/Banner.tsx";
import { errorText, t } from "../ui/i18n.ts";

export function Notices({ client }: { client: Client }) {
  return (
    <>
      {client.desk.notices.value.map((notice) => (
        <Banner key={notice.id} tone={notice.kind === "refused" ? "warn" : "info"} data-testid="notice">
          {noticeText(notice)}
        </Banner>
      ))}
    </>
  );
}

function noticeText(notice: Notice): string {
  if (notice.kind === "refused") return errorText(notice.code);
  if (notice.kind === "over") return t("doctor.over");
  if (notice.kind === "withdrawn") return t("doctor.withdrawn", { place: notice.place });
  return t("doctor.taken", { place: notice.place, by: notice.by });
}
