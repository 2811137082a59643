/** The photos of a consultation, the newest first. Whoever holds the consultation can draw on them. */

import { useEffect, useState } from "preact/hooks";
import type { Client } from "../client/index.ts";
import { type Mark, type MarkShape, type Photo, PHOTO_MARKS } from "../protocol/messages.ts";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { markFrom } from "../ui/Marks.tsx";
import { PhotoView } from "../ui/PhotoView.tsx";
import { toast } from "../ui/Toast.tsx";

interface PhotoListProps {
  client: Client;
  photos: Photo[];
  canWrite: boolean;
}

export function PhotoList({ client, photos, canWrite }: PhotoListProps) {
  return (
    <div class="photo-list">
      {[...photos].reverse().map((photo) =>
        canWrite && photo.file ? (
          <Drawable key={photo.photo} client={client} photo={photo} />
        ) : (
          <PhotoView key={photo.photo} client={client} photo={photo} />
        ),
      )}
    </div>
  );
}

function Drawable({ client, photo }: { client: Client; photo: Photo }) {
  const [shape, setShape] = useState<MarkShape | null>(null);
  const [drawing, setDrawing] = useState<Mark | null>(null);
  /** Marks that were drawn here and are not confirmed by the server yet. */
  const [said, setSaid] = useState<Mark[] | null>(null);
  useEffect(() => setSaid(null), [photo.marks]);
  const marks = said ?? photo.marks;
  const say = (next: Mark[]) => {
    if (client.consultation.markPhoto(photo.photo, next)) setSaid(next);
    else toast(t("doctor.photo.offline"));
  };
  const start = (event: PointerEvent) => {
    if (!shape || marks.length >= PHOTO_MARKS.most) return;
    event.preventDefault();
    const frame = event.currentTarget as HTMLElement;
    const from = [event.clientX, event.clientY] as const;
    const markTo = (to: PointerEvent) =>
      markFrom(shape, frame.getBoundingClientRect(), from, [to.clientX, to.clientY]);
    frame.setPointerCapture(event.pointerId);
    frame.onpointermove = (to) => setDrawing(markTo(to));
    frame.onpointercancel = frame.onpointerup = (to) => {
      frame.onpointermove = frame.onpointerup = frame.onpointercancel = null;
      setDrawing(null);
      const mark = to.type === "pointerup" ? markTo(to) : null;
      if (mark) say([...marks, mark]);
    };
  };
  const Tool = ({ of }: { of: MarkShape }) => (
    <Button
      icon={TOOLS[of]}
      aria-pressed={shape === of}
      data-testid={`draw-${of}`}
      onClick={() => setShape(shape === of ? null : of)}
    >
      {t(`doctor.photo.${of}`)}
    </Button>
  );
  return (
    <div class={shape ? "drawable drawing" : "drawable"}>
      <PhotoView
        client={client}
        photo={photo}
        marks={drawing ? [...marks, drawing] : marks}
        onStart={start}
      >
        <div class="actions">
          <Tool of="circle" />
          <Tool of="arrow" />
          {marks.length > 0 && (
            <Button icon={icon.close} data-testid="draw-undo" onClick={() => say(marks.slice(0, -1))}>
              {t("doctor.photo.undo")}
            </Button>
          )}
        </div>
        {shape && <p class="small soft">{t("doctor.photo.draw")}</p>}
      </PhotoView>
    </div>
  );
}

/** The drawings of the tools; they are named one by one, so that the page holds no others. */
const TOOLS: Record<MarkShape, string> = { circle: icon.circle, arrow: icon.arrow };
