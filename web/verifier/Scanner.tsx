/** The live picture of the camera, in which the QR code is found by itself. It comes after the first screen. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { type CameraFault, closeCamera, faultOf, hasTorch, openCamera, setTorch } from "./camera.ts";
import { frameOf, readFrame } from "./scan.ts";

// One file of the page holds all that reads codes.
export { readFile } from "./scan.ts";

export function Scanner({ onText }: { onText: (text: string) => void }) {
  const [tries, setTries] = useState(0);
  const { stream, fault } = useCamera(tries);
  if (fault)
    return (
      <Banner
        tone="warn"
        icon={icon.cameraOff}
        data-testid="camera-fault"
        actions={<Button onClick={() => setTries(tries + 1)}>{t("common.retry")}</Button>}
      >
        <p>
          <strong>{t(`verifier.camera.${fault}`)}</strong>
        </p>
        <p>{t("verifier.camera.otherwise")}</p>
      </Banner>
    );
  return stream ? <Finder stream={stream} onText={onText} /> : <p role="status">{t("verifier.camera.opening")}</p>;
}

/** The viewfinder, and the lamp if there is one. */
function Finder({ stream, onText }: { stream: MediaStream; onText: (text: string) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [lit, setLit] = useState(false);
  useEffect(() => {
    if (!video.current) return;
    video.current.srcObject = stream;
    void video.current.play().catch(() => undefined);
    return lookForCode(video.current, onText);
  }, [stream]);
  const light = async () => {
    if (await setTorch(stream, !lit)) setLit(!lit);
  };
  return (
    <>
      <video ref={video} class="finder" muted playsInline aria-label={t("verifier.camera.picture")} data-testid="finder" />
      <p role="status">{t("verifier.camera.aim")}</p>
      {hasTorch(stream) && (
        <Button aria-pressed={lit} data-testid="torch" onClick={() => void light()}>
          {t("verifier.camera.light")}
        </Button>
      )}
    </>
  );
}

/** Looks at one picture after the other, every second one turned, until one has a code. Returns what stops it. */
function lookForCode(video: HTMLVideoElement, onText: (text: string) => void): () => void {
  const canvas = document.createElement("canvas");
  let turned = true;
  let timer = setTimeout(look, PAUSE_MS);
  function look(): void {
    turned = !turned;
    const pixels = frameOf(video, canvas, turned);
    const text = pixels && readFrame(pixels);
    if (text !== null) return onText(text);
    timer = setTimeout(look, PAUSE_MS);
  }
  return () => clearTimeout(timer);
}

/** Opens the camera as long as the page is looked at, so that its lamp is not on for nobody. */
function useCamera(tries: number): { stream: MediaStream | null; fault: CameraFault | null } {
  const [state, setState] = useState<{ stream: MediaStream | null; fault: CameraFault | null }>(CLOSED);
  const [hidden, setHidden] = useState(document.hidden);
  useEffect(() => {
    const look = () => setHidden(document.hidden);
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  useEffect(() => {
    setState(CLOSED);
    if (hidden) return;
    let wanted = true;
    let opened: MediaStream | null = null;
    openCamera().then(
      (stream) => {
        if (!wanted) return closeCamera(stream);
        opened = stream;
        for (const track of stream.getTracks()) track.onended = () => wanted && setState({ stream: null, fault: "in_use" });
        setState({ stream, fault: null });
      },
      (error: unknown) => wanted && setState({ stream: null, fault: faultOf(error) }),
    );
    return () => {
      wanted = false;
      if (opened) closeCamera(opened);
    };
  }, [hidden, tries]);
  return state;
}

const CLOSED = { stream: null, fault: null };
/** The pause between two pictures, so that a slow telephone stays usable. */
const PAUSE_MS = 120;
