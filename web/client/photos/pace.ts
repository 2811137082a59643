//! Pure: how fast a photo may travel beside a voice, and in which pieces.

import type { Caps } from "../../protocol/messages.ts";
import { SLIM_MS } from "../webrtc/audio-params.ts";

export interface Pace {
  /** Bits a second, headers included. */
  bps: number;
  /** Bytes of one piece. */
  piece: number;
}

/** What a piece costs beside its bytes: HTTP/2, TLS, TCP and IP, and the answer; 310 to 380 were seen. */
export const OVERHEAD = 310;

/** Where the server permits no pictures, a photo that a doctor has asked for trickles. */
const TRICKLE_BPS = 3_000;
/** Beside a camera a photo takes half of what the camera may. */
const BESIDE_CAMERA = 0.5;
const LEAST_BESIDE_CAMERA_BPS = 48_000;
/** Beside a photo a slim voice goes at this rate, and in packets so long: it is understood, and has half of the headers. */
export const LEAN_VOICE_BPS = 6_000;
export const LEAN_PTIME_MS = 120;
/** IP, UDP, RTP and SRTP around each packet of a voice; and RED's own (RFC 2198) where it carries an earlier one, too. */
const VOICE_HEADERS = 50;
const RED_HEADERS = 5;
/**
 * Such a voice takes four fifths of what it may (25 of 31 kbit/s were seen): some of its pauses go to the photo, too. Twice as
 * much of them left no room in a long sentence, and the queue stood at 300 ms.
 */
const WITH_PAUSES = 1.05;

/** Voice waits for a piece: 200 ms on a link of 40 kbit/s. Smaller ones have more headers than that is worth. */
const PIECE_S = 0.5;
const PIECES = { least: 512, most: 8192 };
/** What of a piece goes into one TCP segment (of 1,220 bytes): a little more would be two, and no cheaper. */
const SEGMENT = 1170;

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

/** What the voice leaves to a photo. */
const freed = (caps: Caps): number => onWire(caps) - onWire(leanVoice(caps));

/**
 * The voice beside a photo: one that is sent twice always gives way, another if pictures are permitted. A copy of
 * two packets before comes as late as without a photo: players wait for it.
 */
export function leanVoice(caps: Caps): Caps {
  const { pictures_bps, audio_bps, ptime_ms, red } = caps;
  if ((pictures_bps === null && !red) || !(ptime_ms >= SLIM_MS)) return caps;
  const packets = Math.max(1, LEAN_PTIME_MS / ptime_ms);
  return {
    ...caps,
    audio_bps: Math.min(audio_bps, LEAN_VOICE_BPS),
    ptime_ms: ptime_ms * packets,
    red: Math.ceil(red / packets),
  };
}

function onWire({ audio_bps, ptime_ms, red }: Caps): number {
  const headers_bps = (bytes: number) => (bytes * 8000) / ptime_ms;
  return red ? headers_bps(VOICE_HEADERS + RED_HEADERS) + 2 * audio_bps : headers_bps(VOICE_HEADERS) + audio_bps;
}

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
  const bytes = Math.min(PIECES.most, Math.max(PIECES.least, Math.round((bps / 8) * PIECE_S)));
  return { bps, piece: bytes - (bytes > SEGMENT ? bytes % SEGMENT : 0) };
}

/** How long a piece of so many bytes takes its share of the link. */
export const lasts_ms = ({ bps }: Pace, bytes: number): number => ((bytes + OVERHEAD) * 8000) / bps;
