/** The pace of a photo beside a voice: bits per second and the size of a piece, from the server's caps. Pure. */

import type { Caps } from "../../protocol/messages.ts";
import { leanVoice } from "../webrtc/audio-params.ts";

/** The pace of a photo. */
export interface Pace {
  /** Bits per second, headers included. */
  bps: number;
  /** The bytes of one piece. */
  piece: number;
  /** The most unanswered pieces; without it, as many as a long round trip needs. */
  unanswered?: number;
}

/** The bytes that a piece costs beside its own: HTTP/2, TLS, TCP and IP, and the answer; 310 to 380 were measured. */
export const OVERHEAD = 310;

/** The pace outside a consultation. */
export const UNLIMITED: Pace = { bps: 10_000_000, piece: 16_384 };

/**
 * The pace of attachments outside a consultation. A call may begin at any moment, and its first words wait for what stands in front of the link: less than
 * half a second of 40 kbit/s, because the rest is on its way over a long round trip. Two pieces keep such a link busy; one left it idle for a third of the time.
 */
export const YIELDING: Pace = { bps: 10_000_000, piece: 2_340, unanswered: 2 };

/** The pace beside the call; null caps mean that the server has not said anything yet. */
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

/** The bits per second that a lean voice leaves to a photo. */
const freed = (caps: Caps): number => onWire(caps) - onWire(leanVoice(caps));

function onWire({ audio_bps, ptime_ms, red }: Caps): number {
  const headers_bps = (bytes: number) => (bytes * 8000) / ptime_ms;
  return red ? headers_bps(VOICE_HEADERS + RED_HEADERS) + 2 * audio_bps : headers_bps(VOICE_HEADERS) + audio_bps;
}

/** The longest time of a photo in seconds; a smaller photo is better than one that comes too late. */
const WHOLE_S = 60;
const LEAST_BYTES = 20_000;

/** The most bytes of a photo at a pace, up to `most`. */
export const photoBytes = ({ bps }: Pace, most: number): number =>
  Math.round(Math.min(most, Math.max(LEAST_BYTES, (bps / 8) * WHOLE_S)));

/**
 * The pace of a download. It goes only over our own link, while the permitted pace is for the weakest link of the
 * room, so a quarter of what the last piece has shown our link to carry may be taken, if that is more.
 */
export const widened = (permitted: Pace, seen_bps: number): Pace =>
  seen_bps / 4 > permitted.bps ? pace(seen_bps / 4) : permitted;

function pace(bps: number): Pace {
  const bytes = Math.min(PIECES.most, Math.max(PIECES.least, Math.round((bps / 8) * PIECE_S)));
  return { bps, piece: bytes - (bytes > SEGMENT ? bytes % SEGMENT : 0) };
}

/** The time in milliseconds for which a piece of so many bytes takes its share of the link. */
export const duration_ms = ({ bps }: Pace, bytes: number): number => ((bytes + OVERHEAD) * 8000) / bps;

/** The pace where the server permits no pictures; a doctor has asked for the photo, so it does not stop. */
const TRICKLE_BPS = 3_000;
/** The share of a camera's bit rate that a photo takes beside it. */
const BESIDE_CAMERA = 0.5;
const LEAST_BESIDE_CAMERA_BPS = 48_000;
/**
 * Header bytes of a voice packet: IP, UDP, RTP and SRTP; and those of RED (RFC 2198) if it carries an earlier
 * packet.
 */
const VOICE_HEADERS = 50;
const RED_HEADERS = 5;
/**
 * The factor by which the photo also uses the pauses of the voice, which takes four fifths of its permitted rate (25
 * of 31 kbit/s were measured). Twice as much of them left no room in a long sentence, and the queue grew to 300 ms.
 */
const WITH_PAUSES = 1.05;
/** The duration of a piece in seconds at its pace. A voice packet waits for it, 200 ms on a link of 40 kbit/s. */
const PIECE_S = 0.5;
/** Bounds of a piece in bytes. */
const PIECES = { least: 512, most: 8192 };
/**
 * The bytes of a piece that fit one TCP segment of 1,220 bytes. A piece is a multiple of it, because a little more
 * costs two.
 */
const SEGMENT = 1170;
