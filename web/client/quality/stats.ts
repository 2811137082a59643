//! Pure: what getStats says, by member.

import type { MemberId, Slot } from "../../protocol/messages.ts";
import type { Source } from "./mic-silence.ts";

/** What this page receives and decodes of a member. */
export interface MemberStats {
  framesDecoded: number;
  frameWidth: number;
  frameHeight: number;
  /** Pictures come at this moment: a camera that was switched off leaves its last frame standing. */
  moving: boolean;
  /** 0 to 1, of the voice that is received. */
  audioLevel: number;
  packetsReceived: number;
  packetsLost: number;
  jitterMs: number;
}

const NOTHING: MemberStats = {
  framesDecoded: 0,
  frameWidth: 0,
  frameHeight: 0,
  moving: false,
  audioLevel: 0,
  packetsReceived: 0,
  packetsLost: 0,
  jitterMs: 0,
};

type Figures = ReadonlyMap<MemberId, MemberStats>;

/** `before` tells what moved since. */
export function figuresOf(report: RTCStatsReport, slots: readonly Slot[], before: Figures): Figures {
  const figures = new Map<MemberId, MemberStats>();
  report.forEach((line: RTCInboundRtpStreamStats & { type: string }) => {
    const slot = line.type === "inbound-rtp" ? slots.find(({ mid }) => mid === line.mid) : undefined;
    if (!slot) return;
    const figure = figures.get(slot.member) ?? { ...NOTHING };
    figures.set(slot.member, line.kind === "audio" ? withVoice(figure, line) : withCamera(figure, line));
  });
  for (const [member, figure] of figures)
    figure.moving = figure.framesDecoded > (before.get(member)?.framesDecoded ?? 0);
  return figures;
}

/** RTCAudioSourceStats, which the types of the platform do not know. */
interface AudioSource {
  totalAudioEnergy: number;
  totalSamplesDuration: number;
}

/** Our own voice: what is sent of it, and its source as far as the browser tells. */
export function ownVoice(report: RTCStatsReport): { sent: number; source: Source | null } {
  let [sent, source]: [number, Source | null] = [0, null];
  report.forEach((line: RTCOutboundRtpStreamStats & Partial<AudioSource> & { type: string }) => {
    if (line.kind !== "audio") return;
    if (line.type === "outbound-rtp") sent += line.packetsSent ?? 0;
    const { totalAudioEnergy: energy, totalSamplesDuration: duration_s } = line;
    if (line.type === "media-source" && energy !== undefined && duration_s !== undefined)
      source = { energy, duration_s };
  });
  return { sent, source };
}

/** Packets of each member's voice. */
export function voicePackets(report: RTCStatsReport, slots: readonly Slot[]): Map<MemberId, number> {
  const packets = new Map<MemberId, number>();
  report.forEach((line: RTCInboundRtpStreamStats & { type: string }) => {
    const slot = line.type === "inbound-rtp" ? slots.find(({ mid }) => mid === line.mid) : undefined;
    if (slot && line.kind === "audio") packets.set(slot.member, line.packetsReceived ?? 0);
  });
  return packets;
}

/** Packets of everybody, and how many milliseconds ago the last one came, if the browser tells. */
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

function withVoice(figure: MemberStats, line: RTCInboundRtpStreamStats): MemberStats {
  return {
    ...withPackets(figure, line),
    audioLevel: line.audioLevel ?? 0,
    jitterMs: Math.round((line.jitter ?? 0) * 1000),
  };
}

function withCamera(figure: MemberStats, line: RTCInboundRtpStreamStats): MemberStats {
  return {
    ...withPackets(figure, line),
    framesDecoded: line.framesDecoded ?? 0,
    frameWidth: line.frameWidth ?? 0,
    frameHeight: line.frameHeight ?? 0,
  };
}

function withPackets(figure: MemberStats, line: RTCInboundRtpStreamStats): MemberStats {
  return {
    ...figure,
    packetsReceived: figure.packetsReceived + (line.packetsReceived ?? 0),
    packetsLost: figure.packetsLost + (line.packetsLost ?? 0),
  };
}
