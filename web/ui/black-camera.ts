/** Looks at our own camera while a screen shows it. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Client } from "../client/index.ts";
import { watchBlack } from "../client/platform/black-camera.ts";

/** True while our camera gives only black. */
export function useBlackCamera({ devices }: Client): boolean {
  const black = useSignal(false);
  const track = devices.cameraTrack.value;
  useEffect(() => {
    black.value = false;
    return track ? watchBlack(track, (found) => (black.value = found)) : undefined;
  }, [track]);
  return black.value;
}
