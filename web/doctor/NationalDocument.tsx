/** A document of the national file, which a doctor opens: a picture or a text in a dialog, everything else as a file to keep. */

import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../client/signalling/session.ts";
import type { DppDocument } from "../protocol/api.ts";
import { Button, ButtonLink } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";

/** What the server gave. A picture or a file is an address of this page. */
type Opened = { text: string } | { picture: string } | { file: string };

interface NationalDocumentProps {
  /** The consultation. */
  id: string;
  document: DppDocument;
  onClose: () => void;
}

export function NationalDocument({ id, document, onClose }: NationalDocumentProps) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    const address = open(`/api/consultations/${id}/dpp/documents/${document.id}`).then(
      (found) => (setOpened(found), "picture" in found ? found.picture : "file" in found ? found.file : null),
      (error: unknown) => (setFault(errorTextOf(error)), null),
    );
    return () => void address.then((used) => used && URL.revokeObjectURL(used));
  }, []);
  return (
    <Dialog
      title={document.title}
      onClose={onClose}
      data-testid="dpp-document"
      actions={<Button data-testid="dpp-document-close" onClick={onClose}>{t("common.close")}</Button>}
    >
      {!opened && !fault && <p role="status">{t("common.dpp.opening")}</p>}
      {fault && <p class="fault warn" role="alert" data-testid="dpp-document-fault">{fault}</p>}
      {opened && "text" in opened && <p class="dpp-text" dir="auto" data-testid="dpp-document-text">{opened.text}</p>}
      {opened && "picture" in opened && <img class="dpp-picture" src={opened.picture} alt={document.title} data-testid="dpp-document-picture" />}
      {opened && "file" in opened && (
        <ButtonLink kind="primary" icon={icon.note} href={opened.file} {...{ download: "document-dpp" }} data-testid="dpp-document-file">
          {t("common.dpp.keep")}
        </ButtonLink>
      )}
    </Dialog>
  );
}

/** Throws ApiError. The server says what the bytes are, and has looked at them. */
async function open(path: string): Promise<Opened> {
  const answer = await fetch(path, { cache: "no-store" }).catch(() => null);
  if (!answer) throw new ApiError("offline");
  if (!answer.ok) {
    const { code, retry_after_s } = await answer.json().catch(() => ({}));
    throw new ApiError(code ?? "internal", retry_after_s ?? null);
  }
  const bytes = await answer.blob().catch(() => null);
  if (!bytes) throw new ApiError("offline");
  if (bytes.type.startsWith("text/plain")) return { text: await bytes.text() };
  const address = URL.createObjectURL(bytes);
  return bytes.type.startsWith("image/") ? { picture: address } : { file: address };
}
