/**
 * Edits of session descriptions (SDP, RFC 8866) that the WebRTC API has no call for. Pure functions from text to
 * text; `transport.ts` decides when each is used.
 */

import { type AudioParams, SLIM_PTIME_MS } from "./audio-params.ts";

/**
 * Writes the audio parameters into an answer before our browser reads it: the packet time (RFC 8866 section 6.4),
 * discontinuous transmission (`usedtx`, RFC 7587 section 6.1, because a health post pays for its data), in-band
 * FEC (`useinbandfec`), and for a thin voice wide band (`maxplaybackrate`, RFC 7587 section 6.1): Chromium's encoder that comes down from a thick rung would spread 14 kbit/s
 * over the full band for as long as the call lasts. A slim voice goes without FEC, because below 16 kbit/s Opus would give up its upper
 * frequencies for it, unless redundancy is wanted and the browser has no other. The format that stands first in the answer is the one that the browser sends.
 */
export function tuneAnswer(sdp: string, params: AudioParams): string {
  return sections(sdp)
    .map((section) => (section.startsWith("m=audio") ? tuneAudio(section, params) : section))
    .join("");
}

/**
 * Offers generic NACK for the voice (RFC 4585 section 6.2.1). Chromium supports it for audio and does not offer it;
 * it takes effect when both the offer and the answer carry it.
 */
export function offerAudioNack(sdp: string): string {
  return sections(sdp)
    .map((section) => (section.startsWith("m=audio") ? withNack(section) : section))
    .join("");
}

/**
 * Removes the mark that the server is ICE-lite. Towards a lite server Chromium nominates a pair only with its second
 * successful check, 900 ms to 2.5 s later, and the server hears no DTLS until then; towards a full agent it
 * nominates at once. The mark is removed only until a path is up, because afterwards Chromium would nominate every
 * pair that it tries, and media would follow it.
 */
export function withoutIceLite(sdp: string): string {
  return sdp.replace(/^a=ice-lite\r\n/m, "");
}

/**
 * Removes the SSRCs of the voices from an answer (RFC 5576). A browser that was told an SSRC and is now told none, or
 * the other way round, makes a new jitter buffer for the same track.
 */
export const withoutVoiceSsrcs = (sdp: string): string =>
  sections(sdp)
    .map((section) => (section.startsWith("m=audio") ? section.replace(/^a=ssrc:.*\r\n/gm, "") : section))
    .join("");

/** Removes the candidates for ICE over TCP (RFC 6544). */
export const withoutTcp = (answer: string): string => answer.replace(/^a=candidate:\S+ 1 tcp .*\r\n/gim, "");

/**
 * The answer's UDP candidates under another foundation (RFC 8839 section 5.1), so that the browser takes them for
 * new.
 */
export const udpCandidates = (answer: string, foundation: string): string[] =>
  [...answer.matchAll(/^a=candidate:\S+( 1 udp .*)\r\n/gim)].map(([, rest]) => `candidate:${foundation}${rest}`);

/**
 * Shortens an offer for a thin link. Our server is ICE-lite and answers whoever authenticates, so it needs no
 * candidates; of the header extensions it uses only those kept here.
 */
export function slimOffer(sdp: string): string {
  const kept = /sdes:(mid|rtp-stream-id|repaired-rtp-stream-id)|transport-wide-cc/;
  const slim = sdp
    .replace(/^a=(candidate|end-of-candidates|ice-options|extmap-allow-mixed|msid-semantic)\b.*\r\n/gm, "")
    .replace(/^a=(rtcp:9|rtcp-xr:|ssrc:\d+ msid:).*\r\n/gm, "")
    .replace(/^a=extmap:.*\r\n/gm, (line) => (kept.test(line) ? line : ""));
  return sections(slim).map(bundled).join("");
}

/** The number of media sections. */
export const mediaSections = (sdp: string): number => sdp.match(/^m=/gm)?.length ?? 0;

function tuneAudio(section: string, { ptime_ms, red_bps, wide_band }: AudioParams): string {
  const payload = /^a=rtpmap:(\d+) opus\//im.exec(section)?.[1];
  if (!payload) return section;
  const [media = "", ...attributes] = section.split("\r\n");
  const lines = attributes.filter((line) => line && !/^a=(max)?ptime:/.test(line));
  const format = `a=fmtp:${payload} `;
  const given = lines.find((line) => line.startsWith(format))?.slice(format.length) ?? "";
  const kept = given
    .split(";")
    .filter((parameter) => parameter && !/^\s*(usedtx|useinbandfec|maxaveragebitrate|maxplaybackrate)=/.test(parameter));
  const others = lines.filter((line) => !line.startsWith(format));
  const red = /^a=rtpmap:(\d+) red\//im.exec(section)?.[1];
  const rate = red_bps ? [`maxaveragebitrate=${red_bps}`] : [];
  const band = wide_band ? [`maxplaybackrate=${WIDE_BAND_HZ}`] : [];
  // A receiver can use FEC in packets of up to 60 ms.
  const fec = Number(ptime_ms < SLIM_PTIME_MS || (ptime_ms === SLIM_PTIME_MS && red_bps > 0 && !red));
  const wanted = [...kept, `useinbandfec=${fec}`, "usedtx=1", ...rate, ...band].join(";");
  const first = red_bps ? red : payload;
  return [preferred(media, first ?? payload), ...others, format + wanted, `a=ptime:${ptime_ms}`, `a=maxptime:${Math.max(ptime_ms, 20)}`, ""].join(
    "\r\n",
  );
}

/** The sample rate of wide band (RFC 6716 section 2, table 1), Hz. */
const WIDE_BAND_HZ = 16_000;

/** A media line with one of its formats in front. */
function preferred(media: string, format: string): string {
  const [name, port, profile, ...formats] = media.split(" ");
  return [name, port, profile, format, ...formats.filter((other) => other !== format)].join(" ");
}

function withNack(section: string): string {
  const payload = /^a=rtpmap:(\d+) opus\//im.exec(section)?.[1];
  const line = `a=rtcp-fb:${payload} nack\r\n`;
  if (!payload || section.includes(line)) return section;
  return section.replace(/^a=rtpmap:\d+ opus\/.*\r\n/im, (rtpmap) => rtpmap + line);
}

/** Later media sections share the transport of the first, which is described only once (RFC 8843 section 7.1.3). */
function bundled(section: string, index: number): string {
  const again = /^a=(ice-ufrag|ice-pwd|fingerprint|setup):.*\r\n/gm;
  return index > 1 ? section.replace(again, "") : section;
}

/** The session part, then one string for each media section. */
const sections = (sdp: string): string[] => sdp.split(/(?=^m=)/m);
