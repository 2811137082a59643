/** The attachments of a consultation, the oldest first: photos, documents page by page, and voice notes. The original of each can be kept as a file. */

import { useState } from "preact/hooks";
import { attachmentPath } from "../../client/attachments/attachments.ts";
import type { Client } from "../../client/index.ts";
import type { Attachment, PhotoFile } from "../../protocol/messages.ts";
import { Button, ButtonLink } from "../Button.tsx";
import { moment } from "../dates.ts";
import { bytes, t } from "../i18n.ts";
import * as icon from "../icons.ts";
import { Picture } from "./Picture.tsx";
import { VoicePlayer } from "./VoicePlayer.tsx";

interface ListProps {
  client: Client;
  attachments: readonly Attachment[];
}

/** Nothing if there are none. */
export function AttachmentList({ client, attachments }: ListProps) {
  if (!attachments.length) return null;
  return (
    <section class="attachments" data-testid="attachments">
      <h3>{t("common.attach.title")}</h3>
      <ol>
        {attachments.map((one) => (
          <li key={one.attachment} data-testid="attachment" data-kind={one.file.content.kind}>
            <p class="small soft">
              {t(`common.attach.kind.${one.file.content.kind}`)} · <bdi>{one.by}</bdi> · <span class="digits">{moment(one.at)}</span>
              {one.late && <strong data-testid="attachment-late"> · {t("common.attach.late")}</strong>}
            </p>
            <Content client={client} attachment={one} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Content({ client, attachment }: { client: Client; attachment: Attachment }) {
  const { consultation, attachment: id, file } = attachment;
  const path = attachmentPath(consultation, id);
  const { content } = file;
  if (content.kind === "voice_note")
    return <VoicePlayer client={client} path={path} file={file} duration_ms={content.duration_ms} silent={content.silent} />;
  if (content.kind === "photo")
    return <Picture client={client} path={path} file={{ ...file, ...content }} label={t("common.attach.photo_of", { time: moment(attachment.at) })} />;
  return (
    <>
      <Pages client={client} path={path} pages={content.pages} />
      <ButtonLink kind="bare" icon={icon.note} href={path} {...{ download: "document.pdf" }} data-testid="attachment-original">
        {t("common.attach.original", { size: bytes(file.bytes) })}
      </ButtonLink>
    </>
  );
}

/** One page at a time, because each is loaded when it is looked at. */
function Pages({ client, path, pages }: { client: Client; path: string; pages: readonly PhotoFile[] }) {
  const [at, setAt] = useState(0);
  const page = pages[at];
  if (!page) return null;
  const label = t("common.attach.page", { n: at + 1, all: pages.length });
  const turn = (by: number) => setAt(Math.min(pages.length - 1, Math.max(0, at + by)));
  return (
    <div class="pages">
      <Picture key={at} client={client} path={`${path}/pages/${at + 1}`} file={page} label={label} />
      {pages.length > 1 && (
        <div class="actions">
          <Button disabled={at === 0} data-testid="page-before" onClick={() => turn(-1)}>
            {t("common.attach.page_before")}
          </Button>
          <span class="digits" aria-live="polite" data-testid="page-number">
            {label}
          </span>
          <Button disabled={at === pages.length - 1} data-testid="page-next" onClick={() => turn(1)}>
            {t("common.attach.page_next")}
          </Button>
        </div>
      )}
    </div>
  );
}
