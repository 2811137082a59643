/** A photo: its thumbnail first, the whole photo when it has come, and the marks on it. */

import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Client } from "../client/index.ts";
import { cachedPhoto, cachePhoto, transferFor } from "../client/photos/transfers.ts";
import { TransferError } from "../client/photos/transfer.ts";
import type { Mark, Photo } from "../protocol/messages.ts";
import { moment } from "./dates.ts";
import { errorTextOf, t } from "./i18n.ts";
import { Marks } from "./Marks.tsx";

/** The photo, and what is drawn with it. */
export interface PhotoViewProps {
  client: Client;
  photo: Photo;
  /** The marks to draw instead of the server's. */
  marks?: Mark[];
  /** Content under the photo. */
  children?: ComponentChildren;
  /** Called when the user begins to draw on the photo. */
  onStart?: (event: PointerEvent) => void;
}

/** `asked`: nothing has come · `coming` to the server · `loading` from it · `whole` · `failed`. */
export type PhotoState = "asked" | "coming" | "loading" | "whole" | "failed";

export function PhotoView({ client, photo, marks = photo.marks, children, onStart }: PhotoViewProps) {
  const { file, moving } = photo;
  const { url, sharp, done, fault } = useFetched(client, photo);
  const state: PhotoState = fault ? "failed" : sharp ? "whole" : file ? "loading" : moving ? "coming" : "asked";
  const [share, text] = file
    ? [done / file.bytes, "common.photo.loading" as const]
    : [moving ? moving.held / moving.bytes : 0, "common.photo.coming" as const];
  return (
    <figure class="photo" data-testid="photo" data-photo={photo.photo} data-state={state}>
      {url && (
        <div class={`frame ${state}`} onPointerDown={onStart} data-testid="photo-frame">
          <img src={url} alt={t("common.photo.of", { time: moment(photo.asked_at) })} draggable={false} />
          {file && marks.length > 0 && <Marks width={file.width} height={file.height} marks={marks} />}
        </div>
      )}
      <figcaption>
        {state === "asked" && t("common.photo.asked", { time: moment(photo.asked_at) })}
        {(state === "coming" || state === "loading") && (
          <Progress share={share} label={t(text, { n: Math.round(share * 100) })} />
        )}
        {fault && <span class="bad">{fault}</span>}
        {state === "whole" && t("common.photo.of", { time: moment(photo.asked_at) })}
      </figcaption>
      {children}
    </figure>
  );
}

/** A progress bar; `share` is from 0 to 1. */
export function Progress({ share, label }: { share: number; label: string }) {
  return (
    <label class="progress" data-testid="photo-progress" data-share={share.toFixed(2)}>
      {label} <progress max={1} value={share} />
    </label>
  );
}

/** Fetches the thumbnail and the whole photo, and returns the better of what is here. */
function useFetched(client: Client, photo: Photo) {
  const transfer = useMemo(() => transferFor(client, photo.consultation, photo.photo), [photo.photo]);
  const [small, setSmall] = useState<Blob | null>(null);
  const [whole, setWhole] = useState<Blob | null>(() => cachedPhoto(photo) ?? null);
  const [fault, setFault] = useState<string | null>(null);
  const announced = photo.moving !== null || photo.file !== null;
  const failed = (error: unknown) => {
    if (!(error instanceof TransferError && error.code === "stopped")) setFault(errorTextOf(error));
  };
  useEffect(() => {
    if (!announced || whole) return;
    let wanted = true;
    const first = transferFor(client, photo.consultation, photo.photo);
    first.fetchThumbnail().then(
      (bytes) => wanted && setSmall(new Blob([bytes as Uint8Array<ArrayBuffer>])),
      () => {},
    );
    return () => {
      wanted = false;
      first.stop();
    };
  }, [announced]);
  useEffect(() => {
    const file = photo.file;
    const known = cachedPhoto(photo);
    if (known) setWhole(known);
    if (!file || known) return;
    setFault(null);
    transfer.fetch(file).then((bytes) => setWhole(cachePhoto(photo.photo, file, bytes)), failed);
  }, [photo.file?.sha256]);
  useEffect(() => () => transfer.stop(), [transfer]);
  const best = whole ?? small;
  const url = useMemo(() => (best ? URL.createObjectURL(best) : null), [best]);
  useEffect(() => () => void (url && URL.revokeObjectURL(url)), [url]);
  return { url, sharp: whole !== null, done: transfer.done.value, fault };
}
