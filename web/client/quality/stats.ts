/**
 * Reads the browser's statistics (`RTCPeerConnection.getStats`) and sums them up by member of the room. Pure
 * functions.
 */

import type { MemberId, Slot } from "../../protocol/messages.ts";
import type { AudioEnergy } from "./mic-silence.ts";

/** The media that this page receives and decodes from one member. */
export interface MemberStats {
  framesDecoded: number;
  frameWidth: number;
  frameHeight: number;
  /**
   * True if frames were decoded since the last report; a camera that was switched off leaves its last frame on the
   * screen.
   */
  moving: boolean;
  /** Level of the received voice, 0 to 1. */
  audioLevel: number;
  packetsReceived: number;
  packetsLost: number;
  jitterMs: number;
}

type StatsByMember = ReadonlyMap<MemberId, MemberStats>;

/** The statistics of each member; `before` are those of the last report. */
export function memberStats(report: RTCStatsReport, slots: readonly Slot[], before: StatsByMember): StatsByMember {
  const members = new Map<MemberId, MemberStats>();
  report.forEach((line: RTCInboundRtpStreamStats & { type: string }) => {
    const slot = line.type === "inbound-rtp" ? slots.find(({ mid }) => mid === line.mid) : undefined;
    if (!slot) return;
    const stats = members.get(slot.member) ?? { ...NO_STATS };
    members.set(slot.member, line.kind === "audio" ? withVoice(stats, line) : withCamera(stats, line));
  });
  for (const [member, stats] of members)
    stats.moving = stats.framesDecoded > (before.get(member)?.framesDecoded ?? 0);
  return members;
}

/** RTCAudioSourceStats, which TypeScript's library does not know. */
interface AudioSource {
  totalAudioEnergy: number;
  totalSamplesDuration: number;
}

/** The packets that we have sent of our voice, and the energy of its source; null if the browser does not tell it. */
export function outboundVoice(report: RTCStatsReport): { sent: number; source: AudioEnergy | null } {
  let [sent, source]: [number, AudioEnergy | null] = [0, null];
  report.forEach((line: RTCOutboundRtpStreamStats & Partial<AudioSource> & { type: string }) => {
    if (line.kind !== "audio") return;
    if (line.type === "outbound-rtp") sent += line.packetsSent ?? 0;
    const { totalAudioEnergy: energy, totalSamplesDuration: duration_s } = line;
    if (line.type === "media-source" && energy !== undefined && duration_s !== undefined)
      source = { energy, duration_s };
  });
  return { sent, source };
}

/** The packets received of each member's voice. */
export function voicePackets(report: RTCStatsReport, slots: readonly Slot[]): Map<MemberId, number> {
  const packets = new Map<MemberId, number>();
  report.forEach((line: RTCInboundRtpStreamStats & { type: string }) => {
    const slot = line.type === "inbound-rtp" ? slots.find(({ mid }) => mid === line.mid) : undefined;
    if (slot && line.kind === "audio") packets.set(slot.member, line.packetsReceived ?? 0);
  });
  return packets;
}

/**
 * The packets received from everybody, and the age of the last one in milliseconds; 0 if the browser does not tell
 * it.
 */
export function arrivals(report: RTCStatsReport): { packets: number; age_ms: number } {
  let packets = 0;
  let age_ms = Infinity;
  report.forEach((line: RTCInboundRtpStreamStats & { lastPacketReceivedTimestamp?: number }) => {
    if (line.type !== "inbound-rtp") return;
    packets += line.packetsReceived ?? 0;
    const at = line.lastPacketReceivedTimestamp;
    if (at) age_ms = Math.min(age_ms, Math.max(0, line.timestamp - at));
  });
  return { packets, age_ms: Number.isFinite(age_ms) ? age_ms : 0 };
}

function withVoice(stats: MemberStats, line: RTCInboundRtpStreamStats): MemberStats {
  return {
    ...withPackets(stats, line),
    audioLevel: line.audioLevel ?? 0,
    jitterMs: Math.round((line.jitter ?? 0) * 1000),
  };
}

function withCamera(stats: MemberStats, line: RTCInboundRtpStreamStats): MemberStats {
  return {
    ...withPackets(stats, line),
    framesDecoded: line.framesDecoded ?? 0,
    frameWidth: line.frameWidth ?? 0,
    frameHeight: line.frameHeight ?? 0,
  };
}

function withPackets(stats: MemberStats, line: RTCInboundRtpStreamStats): MemberStats {
  return {
    ...stats,
    packetsReceived: stats.packetsReceived + (line.packetsReceived ?? 0),
    packetsLost: stats.packetsLost + (line.packetsLost ?? 0),
  };
}

const NO_STATS: MemberStats = {
  framesDecoded: 0,
  frameWidth: 0,
  frameHeight: 0,
  moving: false,
  audioLevel: 0,
  packetsReceived: 0,
  packetsLost: 0,
  jitterMs: 0,
};
