import type { ReadonlySignal } from "@preact/signals-core";
import type { ClientMessage, ServerMessage } from "../protocol/messages.ts";

export type EndReason = "replaced" | "revoked" | "signed_out" | "version" | "stopped";

export type ConnectionState =
  | { at: "connecting" }
  | { at: "ready" }
  /** Since when nothing is heard; stays so through every attempt until it is `ready` again. */
  | { at: "lost"; since: number }
  /** Another window of this account is open: `takeOver()` continues here. */
  | { at: "elsewhere" }
  /** Will not reconnect by itself. */
  | { at: "ended"; reason: EndReason };

type Of<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

/** One WebSocket that mends itself: hello, resume, heartbeats, backoff. */
export declare class Connection {
  readonly state: ReadonlySignal<ConnectionState>;
  /** Round trip of the last heartbeat. */
  readonly rttMs: ReadonlySignal<number | null>;
  start(): void;
  stop(): void;
  takeOver(): void;
  /** False: not connected, nothing was sent, nothing is kept. What must not be lost goes through the outbox. */
  send(message: ClientMessage): boolean;
  /** Returns how to stop listening. */
  on<T extends ServerMessage["type"]>(type: T, listener: (message: Of<T>) => void): () => void;
}
