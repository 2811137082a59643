//! Pure: how voice is said in SDP and in encoder parameters, from what the server permits.

import type { Caps } from "../../protocol/messages.ts";
import type { Hush } from "./probe-responder.ts";

/** What an answer must say of voice for our encoder to obey: Chromium reads them from the far side's description. */
export interface Voice {
  ptime_ms: number;
  /**
   * Bits a second, where each packet carries an earlier one, too (RED, RFC 2198); 0: none does. Chromium's encoder with
   * redundancy takes the headers off each new rate that its sender is given, and ends at 6 kbit/s. A new encoder takes it
   * as it is said, and there is one when the answer's parameters change (`maxaveragebitrate`, RFC 7587 section 6.1).
   */
  red_bps: number;
}

/** From this packet time on a voice is slim. */
export const SLIM_MS = 60;
/** Until the server said something: what goes through nearly anywhere. */
export const VOICE_START: Voice = { ptime_ms: 60, red_bps: 0 };
export const VOICE_START_BPS = 12_000;

export const voiceOf = (caps: Caps | null): Voice =>
  caps ? { ptime_ms: caps.ptime_ms, red_bps: caps.red && caps.audio_bps } : VOICE_START;

export const sameVoice = (one: Voice, other: Voice): boolean =>
  one.ptime_ms === other.ptime_ms && one.red_bps === other.red_bps;

/** What may be sent while our way up is full: no more than the server said there, and nothing but the voice. */
export const hushed = (caps: Caps, { ptime_ms, audio_bps }: Hush): Caps => ({
  ...caps,
  audio_bps: Math.min(caps.audio_bps, audio_bps),
  ptime_ms: Math.max(caps.ptime_ms, ptime_ms),
  red: 0,
  video_bps: null,
});

/** Playout delay to ask for; null: the browser knows best. */
export const playoutTargetMs = ({ playout_ms }: Caps): number | null => playout_ms || null;

/**
 * An answer as our browser shall read it: packet time of the voice (RFC 8866 section 6.4), silence not sent (`usedtx`,
 * RFC 7587 section 6.1: a post pays for its data), loss repaired from the next packet (`useinbandfec`), but not in a slim
 * voice: below 16 kbit/s Opus would give up the voice's upper half for it. We send the format that stands first.
 */
export function tuneAnswer(sdp: string, voice: Voice): string {
  return sections(sdp)
    .map((section) => (section.startsWith("m=audio") ? tuneAudio(section, voice) : section))
    .join("");
}

function tuneAudio(section: string, { ptime_ms, red_bps }: Voice): string {
  const payload = /^a=rtpmap:(\d+) opus\//im.exec(section)?.[1];
  if (!payload) return section;
  const [media = "", ...attributes] = section.split("\r\n");
  const lines = attributes.filter((line) => line && !/^a=(max)?ptime:/.test(line));
  const format = `a=fmtp:${payload} `;
  const said = lines.find((line) => line.startsWith(format))?.slice(format.length) ?? "";
  const kept = said
    .split(";")
    .filter((parameter) => parameter && !/^\s*(usedtx|useinbandfec|maxaveragebitrate)=/.test(parameter));
  const others = lines.filter((line) => !line.startsWith(format));
  const rate = red_bps ? [`maxaveragebitrate=${red_bps}`] : [];
  const wanted = [...kept, `useinbandfec=${Number(ptime_ms < SLIM_MS)}`, "usedtx=1", ...rate].join(";");
  const first = red_bps ? /^a=rtpmap:(\d+) red\//im.exec(section)?.[1] : payload;
  return [preferred(media, first ?? payload), ...others, format + wanted, `a=ptime:${ptime_ms}`, `a=maxptime:${Math.max(ptime_ms, 20)}`, ""].join(
    "\r\n",
  );
}

/** An m-line with one of its formats in front. */
function preferred(media: string, format: string): string {
  const [name, port, profile, ...formats] = media.split(" ");
  return [name, port, profile, format, ...formats.filter((other) => other !== format)].join(" ");
}

/**
 * A description in which voice can be asked for again (RFC 4585 section 6.2.1). Chromium can do it and does not offer it:
 * it must stand in our offer and in the answer alike.
 */
export function repairVoice(sdp: string): string {
  return sections(sdp)
    .map((section) => (section.startsWith("m=audio") ? withNack(section) : section))
    .join("");
}

function withNack(section: string): string {
  const payload = /^a=rtpmap:(\d+) opus\//im.exec(section)?.[1];
  const line = `a=rtcp-fb:${payload} nack\r\n`;
  if (!payload || section.includes(line)) return section;
  return section.replace(/^a=rtpmap:\d+ opus\/.*\r\n/im, (rtpmap) => rtpmap + line);
}

/**
 * An answer that does not say that the server is ICE-lite. To a lite one Chromium nominates a path only with the second
 * check of a path that answers, 900 ms to 2.5 s later, and until then the server hears no DTLS; to any other at once. Only
 * until a path is up: after that it would nominate every path that it tries, and media would follow it.
 */
export function eagerAnswer(sdp: string): string {
  return sdp.replace(/^a=ice-lite\r\n/m, "");
}

/** An answer without its candidates for TCP (RFC 6544). */
export const withoutTcp = (answer: string): string => answer.replace(/^a=candidate:\S+ 1 tcp .*\r\n/gim, "");

/** An answer's candidates, without those for TCP, under another foundation (RFC 8839 section 5.1). */
export const udpCandidates = (answer: string, foundation: string): string[] =>
  [...answer.matchAll(/^a=candidate:\S+( 1 udp .*)\r\n/gim)].map(([, rest]) => `candidate:${foundation}${rest}`);

/**
 * An offer for the wire: what the server would not use is not said. It is ICE-lite, answers to whoever authenticates and
 * needs no candidates; of the header extensions it takes these.
 */
export function slimOffer(sdp: string): string {
  const kept = /sdes:(mid|rtp-stream-id|repaired-rtp-stream-id)|transport-wide-cc/;
  const slim = sdp
    .replace(/^a=(candidate|end-of-candidates|ice-options|extmap-allow-mixed|msid-semantic)\b.*\r\n/gm, "")
    .replace(/^a=(rtcp:9|rtcp-xr:|ssrc:\d+ msid:).*\r\n/gm, "")
    .replace(/^a=extmap:.*\r\n/gm, (line) => (kept.test(line) ? line : ""));
  return sections(slim).map(bundled).join("");
}

/** The m-lines after the first share its transport: it is described once (RFC 8843 section 7.1.3). */
function bundled(section: string, index: number): string {
  const again = /^a=(ice-ufrag|ice-pwd|fingerprint|setup):.*\r\n/gm;
  return index > 1 ? section.replace(again, "") : section;
}

/** The session part, then one string an m-line. */
const sections = (sdp: string): string[] => sdp.split(/(?=^m=)/m);
