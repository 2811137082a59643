/** The section of the call screen for photos: a request to take one, its upload, and the doctor's marks on it. */

import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { Ongoing } from "../client/index.ts";
import { cachePhoto } from "../client/photos/transfers.ts";
import type { Photo as Asked } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { PhotoView, Progress } from "../ui/PhotoView.tsx";
import { PhotoCapture } from "./PhotoCapture.tsx";
import { client } from "./kiosk.ts";
import { PhotoUpload } from "./photo-upload.ts";

/** The upload outlives the screen; there is one at a time. */
const upload = new PhotoUpload(client);

export function PhotoRequest({ ongoing }: { ongoing: Ongoing }) {
  const { photos } = ongoing;
  const wanted = photos.find(({ file }) => file === null);
  const last = photos.filter(({ file }) => file !== null).at(-1);
  useEffect(() => upload.follow(wanted ?? null), [wanted?.photo]);
  return (
    <section class="photos" data-testid="photo-section">
      {wanted ? <Wanted photo={wanted} /> : last && <PhotoView key={last.photo} client={client} photo={last} />}
    </section>
  );
}

function Wanted({ photo }: { photo: Asked }) {
  const [aiming, setAiming] = useState(false);
  const { sending, fault } = upload;
  if (sending.value) return <Sending {...sending.value} />;
  if (aiming)
    return (
      <PhotoCapture
        client={client}
        onClose={() => setAiming(false)}
        onSend={(prepared) => {
          setAiming(false);
          cachePhoto(photo.photo, { ...prepared, width: 0, height: 0, bytes: prepared.bytes.length }, prepared.bytes);
          upload.send(photo, prepared);
        }}
      />
    );
  return (
    <Banner
      tone="warn"
      icon={icon.photo}
      data-testid="photo-request"
      actions={
        <Button kind="go" icon={icon.photo} data-testid="photo-take" onClick={() => setAiming(true)}>
          {t("kiosk.photo.take")}
        </Button>
      }
    >
      <strong>{t("kiosk.photo.asked", { name: photo.asked_by })}</strong>
      {fault.value && <p>{errorTextOf(fault.value)}</p>}
    </Banner>
  );
}

interface SendingProps {
  url: string;
  bytes: number;
  done: ReadonlySignal<number>;
  stuck: ReadonlySignal<boolean>;
}

function Sending({ url, bytes, done, stuck }: SendingProps) {
  const share = done.value / bytes;
  return (
    <figure class="photo" data-testid="photo-sending" data-stuck={stuck.value}>
      <img src={url} alt="" />
      <figcaption>
        <Progress
          share={share}
          label={share < 1 ? t("kiosk.photo.sending", { n: Math.round(share * 100) }) : t("kiosk.photo.sent")}
        />
        {stuck.value && <span class="warn">{t("common.photo.waiting")}</span>}
      </figcaption>
    </figure>
  );
}
