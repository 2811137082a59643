/**
 * The part of the call screen in which a photo is taken: a live picture to aim with, then the photo itself to check
 * before it is sent. It covers no control of the call. Escape leaves it.
 */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Client } from "../client/index.ts";
import { PHOTO_BUDGET } from "../client/photos/compress.ts";
import { photoBytes, paceOf } from "../client/photos/pace.ts";
import { type PreparedPhoto, preparePhoto } from "../client/photos/prepare.ts";
import { openCamera, takePhoto, type TakenPhoto } from "../client/photos/capture.ts";
import { Button } from "../ui/Button.tsx";
import { errorText, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { toast } from "../ui/Toast.tsx";

interface PhotoCaptureProps {
  client: Client;
  onSend: (photo: PreparedPhoto) => void;
  onClose: () => void;
}

export function PhotoCapture({ client, onSend, onClose }: PhotoCaptureProps) {
  const section = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => section.current?.focus(), []);
  const [taken, setTaken] = useState<TakenPhoto | null>(null);
  const [working, setWorking] = useState(false);
  const { stream, fault } = useCamera(client);
  useEffect(() => {
    if (!video.current) return;
    video.current.srcObject = stream;
    void video.current.play().catch(() => {});
  }, [stream, taken === null]);
  const shoot = async () => {
    setWorking(true);
    if (stream && video.current) setTaken(await takePhoto(stream, video.current).catch(() => null));
    setWorking(false);
  };
  const send = async () => {
    if (!taken) return;
    setWorking(true);
    const most = photoBytes(paceOf(client.call.caps.peek()), PHOTO_BUDGET.bytes);
    const prepared = await preparePhoto(taken.image, taken, most).catch(() => null);
    setWorking(false);
    if (prepared) onSend(prepared);
    else toast(errorText("photo_kind"));
  };
  return (
    <section
      ref={section}
      class="capture"
      tabIndex={-1}
      aria-label={t("kiosk.photo.take")}
      data-testid="photo-aim"
      onKeyDown={({ key }) => key === "Escape" && onClose()}
    >
      {fault && <p class="bad">{t("client.camera.failed")}</p>}
      {taken ? (
        <Still photo={taken} />
      ) : (
        <video ref={video} class="viewfinder" muted playsInline data-testid="photo-live" />
      )}
      <p class="soft">{working ? t("kiosk.photo.preparing") : !taken && t("kiosk.photo.aim")}</p>
      <div class="actions">
        {taken ? (
          <CheckButtons working={working} onAgain={() => setTaken(null)} onSend={() => void send()} />
        ) : (
          <AimButtons disabled={!stream || working} onClose={onClose} onShoot={() => void shoot()} />
        )}
      </div>
    </section>
  );
}

/** Opens the camera as long as the dialog is shown. */
function useCamera(client: Client): { stream: MediaStream | null; fault: boolean } {
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [fault, setFault] = useState(false);
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
  return { stream, fault };
}

/** The photo that was taken, to check before it is sent. */
function Still({ photo }: { photo: TakenPhoto }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!canvas.current) return;
    const { width, height } = photo;
    Object.assign(canvas.current, { width, height });
    canvas.current.getContext("2d")!.drawImage(photo.image, 0, 0);
  }, [photo]);
  return <canvas ref={canvas} class="viewfinder" data-testid="photo-still" />;
}

function CheckButtons({ working, onAgain, onSend }: { working: boolean; onAgain: () => void; onSend: () => void }) {
  return (
    <>
      <Button icon={icon.back} disabled={working} data-testid="photo-again" onClick={onAgain}>
        {t("kiosk.photo.again")}
      </Button>
      <Button kind="go" icon={icon.send} disabled={working} data-testid="photo-send" onClick={onSend}>
        {t("kiosk.photo.send")}
      </Button>
    </>
  );
}

function AimButtons({ disabled, onClose, onShoot }: { disabled: boolean; onClose: () => void; onShoot: () => void }) {
  return (
    <>
      <Button icon={icon.close} onClick={onClose}>
        {t("common.cancel")}
      </Button>
      <Button kind="go" icon={icon.photo} disabled={disabled} data-testid="photo-shoot" onClick={onShoot}>
        {t("kiosk.photo.shoot")}
      </Button>
    </>
  );
}
