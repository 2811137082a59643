/** The section for photos and attachments, in a place of its own: the screen does not move when one comes. */

import type { Client, Ongoing } from "../client/index.ts";
import { t } from "../ui/i18n.ts";
import { AttachmentList } from "../ui/attachments/later.ts";
import { lazy } from "../ui/lazy.tsx";

export const PhotoList = lazy(async () => (await import("./PhotoList.tsx")).PhotoList);

interface PhotosProps {
  client: Client;
  ongoing: Ongoing;
  /** True if we hold the consultation. */
  canWrite: boolean;
}

export function Photos({ client, ongoing: { photos, attachments }, canWrite }: PhotosProps) {
  return (
    <section class="photos" aria-label={t("doctor.photo.title")}>
      {photos.length > 0 && <PhotoList client={client} photos={photos} canWrite={canWrite} />}
      {attachments.length > 0 && <AttachmentList client={client} attachments={attachments} />}
    </section>
  );
}
