import type { ReadonlySignal } from "@preact/signals-core";
import type { Caps, MemberId } from "../protocol/messages.ts";

/** `idle` no transport · `joining` · `warm` transport up while waiting · `live` voice can flow · `lost` resumes by itself. */
export type CallState =
  | { at: "idle" }
  | { at: "joining" }
  | { at: "warm" }
  | { at: "live" }
  | { at: "lost"; since: number };

/** What this page decodes of a member: for the tile and for tests. */
export interface MemberStats {
  framesDecoded: number;
  frameWidth: number;
  frameHeight: number;
  /** 0 to 1, of what is received. */
  audioLevel: number;
  packetsReceived: number;
  packetsLost: number;
  jitterMs: number;
}

/** The media side of a consultation: one RTCPeerConnection, voice first. Recovers by itself. */
export declare class Call {
  readonly state: ReadonlySignal<CallState>;
  /** The others' streams. A member's MediaStream object stays the same while its tracks come and go. */
  readonly streams: ReadonlySignal<ReadonlyMap<MemberId, MediaStream>>;
  /** Refreshed each second while in a call. */
  readonly stats: ReadonlySignal<ReadonlyMap<MemberId, MemberStats>>;
  /** What the server lets us send; none before it said so. */
  readonly caps: ReadonlySignal<Caps | null>;
  /** Whether our camera is being sent now: wanted, permitted by `caps`, and working. */
  readonly sendingVideo: ReadonlySignal<boolean>;
}
