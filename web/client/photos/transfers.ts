//! The couriers of a page: each as fast as the call of now permits, nudged when the link is back.

import { effect } from "@preact/signals-core";
import type { ConsultationId, Photo, PhotoFile, PhotoId } from "../../protocol/messages.ts";
import type { Client } from "../client.ts";
import { pageClock } from "../platform/clock.ts";
import { Courier, photoPath } from "./transfer.ts";
import { FREE, paceOf } from "./pace.ts";

export function courierFor(client: Client, consultation: ConsultationId, photo: PhotoId): Courier {
  const courier = new Courier(
    {
      clock: pageClock,
      fetch: (path, request) => fetch(path, request),
      pace: () => (client.consultation.current.peek() ? paceOf(client.call.caps.peek()) : FREE),
    },
    photoPath(consultation, photo),
  );
  effect(() => {
    if (client.connection.state.value.at === "ready") courier.nudge();
  });
  return courier;
}

/** What this page has of a photo that is elsewhere. */
export interface Fetched {
  url: string;
  whole: boolean;
}

/** Whole photos stay while the page is open: who looks twice does not wait twice. */
const fetched = new Map<PhotoId, Blob>();
const KEPT = 8;

export function keep(photo: PhotoId, file: PhotoFile, bytes: Uint8Array): Blob {
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: `image/${file.kind}` });
  fetched.set(photo, blob);
  for (const old of [...fetched.keys()].slice(0, -KEPT)) fetched.delete(old);
  return blob;
}

export const kept = ({ photo }: Photo): Blob | undefined => fetched.get(photo);
