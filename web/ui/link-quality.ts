/**
 * The quality of a link in one word. The thresholds are those of docs/thin-links.md: below about 80 kbit/s there is
 * no camera, and above 10 % loss or a round trip of 900 ms a conversation becomes hard.
 */

import type { MemberLink, Rung } from "../protocol/messages.ts";
import type { Tone } from "./Banner.tsx";

/** The quality of a link: `voice` means that it carries no camera, `hard` that a conversation is hard. */
export type LinkWord = "unknown" | "lost" | "hard" | "voice" | "good";

/** The tone of each quality. */
export const LINK_TONE: Record<LinkWord, Tone> = {
  unknown: "info",
  lost: "bad",
  hard: "warn",
  voice: "warn",
  good: "good",
};

/** The quality by the round trip of the socket alone, before any call. */
export function linkFromRtt(rtt_ms: number | null): LinkWord {
  if (rtt_ms === null) return "unknown";
  if (rtt_ms > 1500) return "hard";
  return rtt_ms > 260 ? "voice" : "good";
}

/**
 * The quality in a call. The rung of the ladder bounds it: beside "the voice breaks up" the link is never called good,
 * although our own half of it may be.
 */
export function linkInCall(lost: boolean, link: MemberLink | undefined, rung: Rung | undefined): LinkWord {
  if (lost) return "lost";
  const word = link ? linkFromFigures(link) : "unknown";
  if (rung === "deferred" || rung === "fragile") return "hard";
  return rung && rung !== "video" && word === "good" ? "voice" : word;
}

/** The quality by the figures of a call. */
export function linkFromFigures({ rtt_ms, up, down }: MemberLink): LinkWord {
  const loss = Math.max(up.loss, down.loss);
  if (loss > 0.1 || (rtt_ms ?? 0) > 900) return "hard";
  if (loss > 0.03 || (rtt_ms ?? 0) > 450) return "voice";
  return rtt_ms === null ? "unknown" : "good";
}
