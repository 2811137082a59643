/** The tile of one member: their picture if there is one, otherwise a disc that grows with their voice. */

import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren, FunctionComponent } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Picture as Slow } from "../client/index.ts";
import { useLevel } from "./LevelMeter.tsx";
import { initials } from "./initials.ts";
import { SlowPicture } from "./SlowPicture.tsx";

type TileProps = {
  name: string;
  /** The content under the picture; the name if absent. */
  children?: ComponentChildren;
  /** Their camera; null means voice only. */
  video?: MediaStream | null;
  /** Their slow pictures, which the camera covers once it moves. */
  slow?: Slow | null;
  /** What lies over their slow pictures. */
  over?: FunctionComponent<{ picture: Slow }> | undefined;
  /** The level of their voice, 0 to 1. */
  level?: ReadonlySignal<number>;
  /** True for our own camera, shown as in a mirror. */
  mirrored?: boolean;
  class?: string;
  "data-testid"?: string;
};

export function Tile({ name, children, video, slow, over: Over, level, mirrored, class: more = "", ...rest }: TileProps) {
  return (
    <figure class={`tile ${more}`} {...rest}>
      {!video && <Disc name={name} level={level} />}
      {slow && <SlowPicture picture={slow} name={name} />}
      {slow && !video && Over && <Over picture={slow} />}
      {video && <Picture stream={video} name={name} mirrored={mirrored} />}
      <figcaption>{children ?? name}</figcaption>
    </figure>
  );
}

/** It is drawn for each level, ten times a second, and is not there behind a picture. */
function Disc({ name, level }: Pick<TileProps, "name" | "level">) {
  const voice = useLevel<HTMLSpanElement>(level);
  return (
    <span ref={voice} class="voice" aria-hidden="true">
      {initials(name)}
    </span>
  );
}

function Picture({
  stream,
  name,
  mirrored,
}: {
  stream: MediaStream;
  name: string;
  mirrored: boolean | undefined;
}) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current && video.current.srcObject !== stream) video.current.srcObject = stream;
  }, [stream]);
  return (
    <video ref={video} class={mirrored ? "mirrored" : ""} aria-label={name} autoplay playsInline muted />
  );
}
