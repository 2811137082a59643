/**
 * "Ajouter : photo, fichier, note vocale": a post adds files to a consultation without having been asked, with or without a network. Each of them is kept on
 * the tablet first, and its line tells how far it has come.
 */

import { useEffect, useMemo, useState } from "preact/hooks";
import { type OwnAttachment } from "../client/attachments/attachments.ts";
import { FileError, prepareFile } from "../client/attachments/files.ts";
import { formatOf, noteName } from "../client/attachments/voice-recorder.ts";
import { deviceStorage } from "../client/platform/storage.ts";
import { paceOf } from "../client/photos/pace.ts";
import type { ConsultationId } from "../protocol/messages.ts";
import { Button } from "../ui/Button.tsx";
import { errorText, errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { toast } from "../ui/Toast.tsx";
import { attachments } from "./attachments.ts";
import { client } from "./kiosk.ts";
import { PhotoCapture } from "./PhotoCapture.tsx";
import { RecordNote } from "./RecordNote.tsx";

interface AddProps {
  consultation: ConsultationId;
  /** True where somebody is spoken to, so that nobody records a voice note. */
  inCall?: boolean;
}

export function AddAttachment({ consultation, inCall = false }: AddProps) {
  const [doing, setDoing] = useState<"photo" | "note" | "file" | null>(null);
  const canRecord = useMemo(() => !inCall && formatOf() !== null, [inCall]);
  const add = async (prepare: () => ReturnType<typeof prepareFile>) => {
    setDoing("file");
    try {
      await attachments.add(consultation, await prepare());
    } catch (error) {
      toast(error instanceof FileError ? errorText(error.code) : isFull(error) ? t("common.attach.device_full") : errorTextOf(error));
    }
    setDoing(null);
  };
  const waits = useInterruptedNote(consultation, doing);
  if (doing === "photo")
    return (
      <PhotoCapture
        client={client}
        onClose={() => setDoing(null)}
        onSend={({ kind, bytes }) => void add(async () => ({ media_type: kind, bytes, name: "" }))}
      />
    );
  if (doing === "note") return <RecordNote consultation={consultation} onClose={() => setDoing(null)} />;
  return (
    <section class="add-attachment" data-testid="add-attachment" aria-label={t("common.attach.add")}>
      <Own consultation={consultation} />
      <p class="soft">{doing === "file" ? t("common.attach.preparing") : t("common.attach.add")}</p>
      <div class="actions">
        <Button icon={icon.photo} disabled={doing !== null} data-testid="attach-photo" onClick={() => setDoing("photo")}>
          {t("common.attach.kind.photo")}
        </Button>
        <FileButton disabled={doing !== null} onFile={(file) => void add(() => prepareFile(file, paceNow()))} />
        {canRecord && (
          <Button kind={waits ? "primary" : "plain"} icon={icon.mic} disabled={doing !== null} data-testid="attach-note" onClick={() => setDoing("note")}>
            {t(waits ? "common.attach.note_waits" : "common.attach.kind.voice_note")}
          </Button>
        )}
      </div>
    </section>
  );
}

/** The pace of the call that goes on; null if there is none. */
const paceNow = () => (client.consultation.current.peek() ? paceOf(client.call.caps.peek()) : null);

/** True if the device did not take the file; a browser whose disk is full may call that an unknown error. */
const isFull = (error: unknown): boolean =>
  deviceStorage.peek() !== "kept" || ["QuotaExceededError", "RangeError"].includes((error as Error | null)?.name ?? "") || (error as { code?: string } | null)?.code === "queue_full";

/** A button that opens the device's choice of files. */
function FileButton({ disabled, onFile }: { disabled: boolean; onFile: (file: File) => void }) {
  return (
    <label class="button plain file">
      <Icon of={icon.note} />
      {t("common.attach.file")}
      <input
        type="file"
        accept="application/pdf,image/*"
        disabled={disabled}
        data-testid="attach-file"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          currentTarget.value = "";
          if (file) onFile(file);
        }}
      />
    </label>
  );
}

/** The attachments of this tablet on their way. */
function Own({ consultation }: { consultation: ConsultationId }) {
  const own = attachments.of(consultation);
  if (!own.length) return null;
  return (
    <ul class="own-attachments">
      {own.map((one) => (
        <OwnLine key={one.attachment} own={one} />
      ))}
    </ul>
  );
}

function OwnLine({ own: { attachment, kind, name, state, share, refusal } }: { own: OwnAttachment }) {
  const percent = Math.round(share * 100);
  return (
    <li data-testid="own-attachment" data-kind={kind} data-state={state} data-share={share.toFixed(2)}>
      <span class="name">
        <strong>{t(`common.attach.kind.${kind}`)}</strong> <bdi class="soft">{name}</bdi>
      </span>
      <span role="status" class={state === "refused" ? "bad" : ""}>
        {state === "refused" ? errorTextOf({ code: refusal }) : t(`common.attach.state.${state}`, { n: percent })}
      </span>
      {state === "refused" && (
        <Button data-testid="attach-retry" onClick={() => attachments.retry()}>
          {t("common.retry")}
        </Button>
      )}
      {state !== "sent" && (
        <Button kind="bare" icon={icon.close} data-testid="attach-drop" onClick={() => void attachments.drop(attachment)}>
          {t("common.attach.drop")}
        </Button>
      )}
      {(state === "sending" || state === "paused") && <progress max={1} value={share} aria-hidden="true" />}
    </li>
  );
}

/** True if a voice note that a power cut interrupted is on the device. */
function useInterruptedNote(consultation: ConsultationId, doing: unknown): boolean {
  const [found, setFound] = useState(false);
  useEffect(() => {
    void client.kept.get("files", noteName(consultation)).then((note) => setFound(note !== undefined), () => undefined);
  }, [consultation, doing]);
  return found;
}
