/**
 * The dialog in which a photo is taken: a live picture to aim with, then the photo itself to check before it is
 * sent.
 */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Client } from "../client/index.ts";
import { PHOTO_BUDGET } from "../client/photos/compress.ts";
import { photoBytes, paceOf } from "../client/photos/pace.ts";
import { type PreparedPhoto, preparePhoto } from "../client/photos/prepare.ts";
import { openCamera, takePhoto, type TakenPhoto } from "../client/photos/capture.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { errorText, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { toast } from "../ui/Toast.tsx";

interface PhotoCaptureProps {
  client: Client;
  onSend: (photo: PreparedPhoto) => void;
  onClose: () => void;
}

export function PhotoCapture({ client, onSend, onClose }: PhotoCaptureProps) {
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [taken, setTaken] = useState<TakenPhoto | null>(null);
  const [fault, setFault] = useState(false);
  const [working, setWorking] = useState(false);
  useEffect(() => {
    let opened: Awaited<ReturnType<typeof openCamera>> | null = null;
    let wanted = true;
    openCamera(client.devices).then(
      (camera) => {
        if (!wanted) return camera.close();
        opened = camera;
        setStream(camera.stream);
      },
      () => wanted && setFault(true),
    );
    return () => {
      wanted = false;
      opened?.close();
    };
  }, []);
  useEffect(() => {
    if (!video.current) return;
    video.current.srcObject = stream;
    void video.current.play().catch(() => {});
  }, [stream, taken === null]);
  useEffect(() => {
    if (!taken || !still.current) return;
    const { width, height } = taken;
    Object.assign(still.current, { width, height });
    still.current.getContext("2d")!.drawImage(taken.image, 0, 0);
  }, [taken]);
  const shoot = async () => {
    setWorking(true);
    if (stream && video.current) setTaken(await takePhoto(stream, video.current).catch(() => null));
    setWorking(false);
  };
  const send = async () => {
    if (!taken) return;
    setWorking(true);
    const prepared = await preparePhoto(taken.image, taken, photoBytes(paceOf(client.call.caps.peek()), PHOTO_BUDGET.bytes)).catch(() => null);
    setWorking(false);
    if (prepared) onSend(prepared);
    else toast(errorText("photo_kind"));
  };
  return (
    <Dialog title={t("kiosk.photo.take")} onClose={onClose} data-testid="photo-aim">
      {fault && <p class="bad">{t("client.camera.failed")}</p>}
      {taken ? (
        <canvas ref={still} class="viewfinder" data-testid="photo-still" />
      ) : (
        <video ref={video} class="viewfinder" muted playsInline data-testid="photo-live" />
      )}
      <p class="soft">{working ? t("kiosk.photo.preparing") : !taken && t("kiosk.photo.aim")}</p>
      <div class="actions">
        {taken ? (
          <>
            <Button icon={icon.back} disabled={working} data-testid="photo-again" onClick={() => setTaken(null)}>
              {t("kiosk.photo.again")}
            </Button>
            <Button
              kind="go"
              icon={icon.send}
              disabled={working}
              data-testid="photo-send"
              onClick={() => void send()}
            >
              {t("kiosk.photo.send")}
            </Button>
          </>
        ) : (
          <>
            <Button icon={icon.close} onClick={onClose}>
              {t("common.cancel")}
            </Button>
            <Button
              kind="go"
              icon={icon.photo}
              disabled={!stream || working}
              data-testid="photo-shoot"
              onClick={() => void shoot()}
            >
              {t("kiosk.photo.shoot")}
            </Button>
          </>
        )}
      </div>
    </Dialog>
  );
}
