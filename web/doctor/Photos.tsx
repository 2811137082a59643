/** The section for photos: a button to ask for one, and the list of photos. */

import type { Client, Ongoing } from "../client/index.ts";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { lazy } from "../ui/lazy.tsx";
import { toast } from "../ui/Toast.tsx";

export const PhotoList = lazy(async () => (await import("./PhotoList.tsx")).PhotoList);

interface PhotosProps {
  client: Client;
  ongoing: Ongoing;
  /** True if we hold the consultation. */
  canWrite: boolean;
}

export function Photos({ client, ongoing: { photos }, canWrite }: PhotosProps) {
  const waiting = photos.some(({ file }) => file === null);
  const ask = () => client.consultation.askPhoto() || toast(t("doctor.photo.offline"));
  if (!canWrite && photos.length === 0) return null;
  return (
    <section class={photos.length ? "photos shown" : "photos"} aria-label={t("doctor.photo.title")}>
      {canWrite && (
        <Button icon={icon.photo} disabled={waiting} data-testid="ask-photo" onClick={ask}>
          {t(waiting ? "doctor.photo.waits" : "doctor.photo.ask")}
        </Button>
      )}
      {photos.length > 0 && <PhotoList client={client} photos={photos} canWrite={canWrite} />}
    </section>
  );
}
