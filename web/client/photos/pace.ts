//! Pure: how fast a photo may travel beside a voice, and in which pieces.

import type { Caps } from "../../protocol/messages.ts";
import { SLIM_MS } from "../voice.ts";

export interface Pace {
  /** Bits a second, headers included. */
  bps: number;
  /** Bytes of one piece. */
  piece: number;
}

/** What a piece costs beside its bytes: HTTP/2, TLS, TCP and IP, and the answer. */
export const OVERHEAD = 250;

/** Where the server permits no pictures, a photo that a doctor has asked for trickles. */
const TRICKLE_BPS = 3_000;
/** Beside a camera a photo takes half of what the camera may. */
const BESIDE_CAMERA = 0.5;
const LEAST_BESIDE_CAMERA_BPS = 48_000;
/** Beside a photo a voice that is sent twice over a thin link goes at this rate: it is understood, and has no gaps. */
export const LEAN_VOICE_BPS = 6_000;
/** Such a voice takes four fifths of what it may (25 of 31 kbit/s were seen): its pauses go to the photo, too. */
const WITH_PAUSES = 1.1;

/** Voice waits for a piece: 200 ms on a link of 40 kbit/s. Smaller ones have more headers than that is worth. */
const PIECE_S = 0.5;
const PIECES = { least: 512, most: 8192 };

/** Nobody speaks: as fast as it goes. */
export const FREE: Pace = { bps: 10_000_000, piece: 16_384 };

export function paceOf(caps: Caps | null): Pace {
  if (!caps) return pace(TRICKLE_BPS);
  if (caps.video_bps === null) return pace(behindVoice(caps));
  return pace(Math.max(caps.video_bps * BESIDE_CAMERA, LEAST_BESIDE_CAMERA_BPS));
}

function behindVoice(caps: Caps): number {
  const freed_bps = freed(caps);
  const left_bps = caps.pictures_bps ?? (freed_bps ? 0 : TRICKLE_BPS);
  return freed_bps ? Math.round(Math.max(TRICKLE_BPS, left_bps + freed_bps) * WITH_PAUSES) : left_bps;
}

/** What the voice leaves to a photo: one that is sent twice always, another if pictures are permitted. */
function freed({ pictures_bps, audio_bps, ptime_ms, red }: Caps): number {
  if ((pictures_bps === null && !red) || !(ptime_ms >= SLIM_MS)) return 0;
  return Math.max(0, audio_bps - LEAN_VOICE_BPS) * (red ? 2 : 1);
}

/** The voice beside a photo. */
export const leanVoice = (caps: Caps): number => (freed(caps) ? LEAN_VOICE_BPS : caps.audio_bps);

/** A photo takes about a minute: where it trickles, a smaller one is better than one that comes too late. */
const WHOLE_S = 60;
const LEAST_BYTES = 20_000;

export const budgetOf = ({ bps }: Pace, most: number): number =>
  Math.round(Math.min(most, Math.max(LEAST_BYTES, (bps / 8) * WHOLE_S)));

/**
 * What is fetched comes over our own link, and the server's word is about the weakest of the room: a quarter of what the
 * last piece has shown it to carry may be taken, if that is more.
 */
export const widened = (permitted: Pace, seen_bps: number): Pace =>
  seen_bps / 4 > permitted.bps ? pace(seen_bps / 4) : permitted;

function pace(bps: number): Pace {
  const piece = Math.round((bps / 8) * PIECE_S);
  return { bps, piece: Math.min(PIECES.most, Math.max(PIECES.least, piece)) };
}

/** How long a piece of so many bytes takes its share of the link. */
export const lasts_ms = ({ bps }: Pace, bytes: number): number => ((bytes + OVERHEAD) * 8000) / bps;
