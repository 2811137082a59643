/**
 * The parameters of the voice that this page sends, as they follow from the server's `caps`: packet time, bit rate
 * and redundancy. Pure functions; `sdp.ts` writes them into the answer and `transport.ts` gives them to the sender.
 */

import type { Caps } from "../../protocol/messages.ts";

/**
 * The parameters of our voice that an answer must carry. Chromium configures its encoder from the far side's
 * description.
 */
export interface AudioParams {
  /** Duration of one packet in milliseconds (RFC 8866 section 6.4). */
  ptime_ms: number;
  /**
   * Bit rate of the encoder in bits per second if packets carry an earlier one (RED, RFC 2198), and 0 if they do
   * not. Chromium's RED encoder subtracts the headers again each time its sender gets a new rate, and ends at 6
   * kbit/s. A new encoder takes the rate as given, and Chromium makes one when `maxaveragebitrate` (RFC 7587 section
   * 6.1) changes.
   */
  red_bps: number;
  /** True if the encoder keeps to wide band (8 kHz), because its rate is not enough for more. */
  wide_band: boolean;
}

/** A temporary limit on what this page sends, because packets queue on its uplink. */
export interface UplinkLimit {
  ptime_ms: number;
  audio_bps: number;
}

/** A voice with packets of at least this duration is called slim: its headers cost as much as its sound. */
export const SLIM_PTIME_MS = 60;
/** The parameters until the server has sent `caps`; they pass over nearly every link. */
export const START_PARAMS: AudioParams = { ptime_ms: 60, red_bps: 0, wide_band: true };
export const START_BPS = 12_000;
/** The highest bit rate in bits per second that is best spent on wide band: sentences in French and English were understood less with more (docs/thin-links.md). */
const WIDE_BAND_BPS = 16_000;
/** Bit rate and packet time of a slim voice beside a photo: still understood, with half of the headers. */
export const LEAN_VOICE_BPS = 6_000;
export const LEAN_PTIME_MS = 120;

/** The parameters that follow from caps; null caps stand for those before the server's first. */
export const paramsOf = (caps: Caps | null): AudioParams =>
  caps ? { ptime_ms: caps.ptime_ms, red_bps: caps.red && caps.audio_bps, wide_band: caps.audio_bps <= WIDE_BAND_BPS } : START_PARAMS;

/** True if the answer need not be applied again. */
export const sameParams = (one: AudioParams, other: AudioParams): boolean =>
  one.ptime_ms === other.ptime_ms && one.red_bps === other.red_bps && one.wide_band === other.wide_band;

/** The caps while the uplink is limited: no more than the limit for the voice, no redundancy and no camera. */
export const limited = (caps: Caps, { ptime_ms, audio_bps }: UplinkLimit): Caps => ({
  ...caps,
  audio_bps: Math.min(caps.audio_bps, audio_bps),
  ptime_ms: Math.max(caps.ptime_ms, ptime_ms),
  red: 0,
  video_bps: null,
});

/**
 * The caps while a photo travels beside the voice. A redundant voice always gives way, another one only if pictures
 * are permitted. The copy in a packet stays as old in milliseconds as before, because players wait that long for it.
 */
export function leanVoice(caps: Caps): Caps {
  const { pictures_bps, audio_bps, ptime_ms, red } = caps;
  if ((pictures_bps === null && !red) || !(ptime_ms >= SLIM_PTIME_MS)) return caps;
  const packets = Math.max(1, LEAN_PTIME_MS / ptime_ms);
  return {
    ...caps,
    audio_bps: Math.min(audio_bps, LEAN_VOICE_BPS),
    ptime_ms: ptime_ms * packets,
    red: Math.ceil(red / packets),
  };
}

/** The playout delay to ask of the jitter buffer in milliseconds; null leaves it to the browser. */
export const playoutTargetMs = ({ playout_ms }: Caps): number | null => playout_ms || null;
