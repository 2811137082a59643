/**
 * The WebSocket to the server: hello and resume, heartbeats, reconnection with backoff. Messages are not kept here;
 * those that must not be lost go through `offline/outbox.ts`.
 */

import { batch, type ReadonlySignal, signal } from "@preact/signals-core";
import {
  type Beat,
  type Bye,
  type ClientMessage,
  type Pace,
  PROTOCOL_VERSION,
  type Refused,
  type ServerMessage,
  type Welcome,
} from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import { setServerTime } from "../platform/wall-clock.ts";

/** The reason for which the connection ended for good. */
export type EndReason = "replaced" | "revoked" | "signed_out" | "version" | "stopped";

/** The state of the connection. */
export type ConnectionState =
  | { at: "connecting" }
  | { at: "ready" }
  /** Nothing has been heard since then; it stays so through every attempt until it is `ready` again. */
  | { at: "lost"; since: number }
  /** Another window of this account is open; `takeOver()` continues here. */
  | { at: "elsewhere" }
  /** It does not reconnect by itself. */
  | { at: "ended"; reason: EndReason };

/** The surroundings of the connection: those of a page are in `ports.ts`, and tests have their own. */
export interface ConnectionPorts {
  clock: Clock;
  random(): number;
  open(): Socket;
  /** True if the socket puts long messages together from pieces. */
  pieces?: true;
  /** Resolves to false only if the server said that nobody is signed in. */
  signedIn(): Promise<boolean>;
  /** Calls `listener` when a network may have come back. */
  onWake(listener: () => void): void;
  /** Keeps the resume token through a reload of this tab. */
  memory: { load(): string | null; save(token: string | null): void };
}

/** The part of a WebSocket that is used here. */
export type Socket = Pick<WebSocket, "send" | "close" | "onopen" | "onmessage" | "onclose">;

type MessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;
type Listener = (message: ServerMessage) => void;
type Timer = "beat" | "silence" | "answer" | "open" | "retry";

/** The connection of one page, over as many sockets as it takes. */
export class Connection {
  readonly #state = signal<ConnectionState>({ at: "ended", reason: "stopped" });
  readonly #rttMs = signal<number | null>(null);
  readonly #ports: ConnectionPorts;
  readonly #alwaysTakeOver: boolean;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #outdated = signal(false);
  readonly #timers = new Map<Timer, () => void>();
  readonly #lasting = new Map<string, ServerMessage>();
  #socket: Socket | null = null;
  #openedAt = 0;
  #heardAt = 0;
  #mediaAt = -Infinity;
  /** The time of the oldest message to which nothing has followed. */
  #sentAt = 0;
  /** The time since which nothing is heard over a socket that is still kept. */
  #suspectSince: number | null = null;
  #wokenAt = -Infinity;
  #attempt = 0;
  #takeOver = false;
  #pace: Pace = { heartbeat_ms: 1000, absent_after_ms: 3000, lost_after_ms: 3000 };
  #beat = { n: 0, at: 0 };

  readonly state: ReadonlySignal<ConnectionState> = this.#state;
  /** True if the server speaks another version of the protocol than this page, which should be loaded again. */
  readonly outdated: ReadonlySignal<boolean> = this.#outdated;
  /** The round trip of the last heartbeat in milliseconds; null before the first. */
  readonly rttMs: ReadonlySignal<number | null> = this.#rttMs;

  /** `alwaysTakeOver` is for a kiosk, which is one page, whatever the server remembers of it. */
  constructor(ports: ConnectionPorts, alwaysTakeOver = false) {
    this.#ports = ports;
    this.#alwaysTakeOver = alwaysTakeOver;
    ports.onWake(() => this.wake());
    this.on("beat", (beat) => this.#measure(beat));
    this.on("pace", (pace) => this.#setPace(pace));
    this.on("error", (refusal) => this.#refused(refusal));
    this.on("bye", (bye) => this.#bye(bye));
  }

  start(): void {
    if (this.#state.value.at !== "ended") return;
    this.#state.value = { at: "connecting" };
    this.#open();
  }

  stop(reason: EndReason = "stopped"): void {
    this.#drop();
    this.#state.value = { at: "ended", reason };
  }

  /** Continues here although another window of this account is open. */
  takeOver(): void {
    this.#takeOver = true;
    this.#state.value = { at: "connecting" };
    this.#open();
  }

  /** The network may be back, so the next attempt is made now. */
  wake(): void {
    const { at } = this.#state.value;
    const waiting = (at === "lost" || at === "connecting") && this.#suspectSince === null;
    const now = this.#ports.clock.now();
    const stale = now - this.#openedAt > FRESH_ATTEMPT_MS && now - this.#wokenAt > WAKE_AGAIN_MS;
    if (waiting && stale) {
      this.#wokenAt = now;
      this.#open();
    }
    else if (at === "ready") this.#expectAnswer();
  }

  /** The time of the server's last message. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** A media packet came at this time, so the link was alive, however long this socket has been silent. */
  noteMedia(at: number): void {
    this.#mediaAt = at;
    if (this.#suspectSince === null || at <= this.#suspectSince) return;
    this.#trust();
    this.#timer("answer", REVIVAL_MS, () => this.#heardAt < at && this.#closed());
  }

  /** Sends one heartbeat out of turn, whose answer proves that the link is alive. */
  ping(): void {
    if (this.#state.value.at === "ready") this.#sendBeat();
  }

  /**
   * Declares the connection lost because nothing is heard over the link. The socket is kept for `kept_ms`, because a
   * new one costs a thin link seconds, and is trusted again as soon as something comes.
   */
  suspect(kept_ms = SUSPECTED_MS): void {
    if (this.#state.value.at !== "ready") return;
    this.#suspectSince = this.#ports.clock.now();
    this.#state.value = { at: "lost", since: Math.max(this.#heardAt, this.#mediaAt) };
    this.#timers.get("answer")?.();
    this.#timer("retry", kept_ms, () => this.#open());
  }

  #trust(): void {
    this.#suspectSince = null;
    this.#timers.get("retry")?.();
    this.#state.value = { at: "ready" };
    this.#watchSilence(this.#pace.absent_after_ms);
  }

  /** Sends a message; false if the connection is not ready, then nothing is sent or kept. */
  send(message: ClientMessage): boolean {
    if (this.#state.value.at !== "ready" || !this.#socket) return false;
    this.#socket.send(JSON.stringify(message));
    if (message.type !== "beat") this.#expectAnswer();
    return true;
  }

  /** Calls `listener` with each message of a type, inside one signals batch. Returns a function that stops it. */
  on<T extends ServerMessage["type"]>(type: T, listener: (message: MessageOf<T>) => void): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener as Listener));
    return () => void listeners.delete(listener as Listener);
  }

  #open(): void {
    this.#drop();
    this.#openedAt = this.#ports.clock.now();
    const socket = (this.#socket = this.#ports.open());
    socket.onopen = () => this.#hello(socket);
    socket.onmessage = ({ data }) => this.#heard(JSON.parse(data) as ServerMessage);
    socket.onclose = () => this.#closed(true);
    this.#awaitOpen();
  }

  /** Waits for the handshake; a voice that comes back meanwhile gives it more time. */
  #awaitOpen(): void {
    const left_ms = this.#openedAt + this.#openTimeout() - this.#ports.clock.now();
    if (left_ms > 0) this.#timer("open", left_ms, () => this.#awaitOpen());
    else this.#closed();
  }

  #openTimeout(): number {
    if (this.#ports.clock.now() - this.#mediaAt < HEARD_MS) return OPEN_BESIDE_VOICE_MS;
    return OPEN_TIMEOUTS_MS[this.#attempt] ?? OPEN_TIMEOUT_MAX_MS;
  }

  #hello(socket: Socket): void {
    const resume = this.#ports.memory.load();
    const hello: ClientMessage = {
      type: "hello",
      version: PROTOCOL_VERSION,
      ...(resume && { resume }),
      take_over: this.#takeOver || this.#alwaysTakeOver,
      ...(this.#ports.pieces && { pieces: true }),
    };
    socket.send(JSON.stringify(hello));
  }

  /** Repeats the messages that still hold, for listeners that were added late. The time that a welcome told does not hold any more. */
  replay(): void {
    if (this.#state.value.at === "ready") for (const message of this.#lasting.values()) this.#tell(message);
  }

  #heard(message: ServerMessage): void {
    this.#heardAt = this.#ports.clock.now();
    if (this.#suspectSince !== null) this.#trust();
    if (message.type === "welcome" || message.type === "roster") this.#lasting.set(message.type, message);
    batch(() => {
      if (message.type === "welcome") this.#welcome(message);
      this.#tell(message);
    });
  }

  #tell(message: ServerMessage): void {
    for (const listener of [...(this.#listeners.get(message.type) ?? [])]) listener(message);
  }

  #welcome(welcome: Welcome): void {
    setServerTime(welcome.server_time);
    this.#outdated.value = welcome.version !== PROTOCOL_VERSION;
    this.#ports.memory.save(welcome.resume);
    this.#timers.get("open")?.();
    this.#attempt = 0;
    this.#takeOver = false;
    this.#state.value = { at: "ready" };
    this.#setPace(welcome.pace);
  }

  #setPace({ heartbeat_ms, absent_after_ms, lost_after_ms }: Pace): void {
    this.#pace = { heartbeat_ms, absent_after_ms, lost_after_ms };
    this.#sendBeat();
    this.#watchSilence(absent_after_ms);
  }

  #sendBeat(): void {
    this.#beat = { n: (this.#beat.n + 1) >>> 0, at: this.#ports.clock.now() };
    this.send({ type: "beat", n: this.#beat.n });
    this.#timer("beat", this.#pace.heartbeat_ms, () => this.#sendBeat());
  }

  /**
   * Expects something to follow a message, if need be a heartbeat, because a slow pace would not notice a dead
   * socket.
   */
  #expectAnswer(): void {
    if (this.#sentAt > this.#heardAt) return;
    const sentAt = (this.#sentAt = this.#ports.clock.now());
    this.#timer("answer", ANSWER_MS, () => {
      if (this.#heardAt >= sentAt) return;
      this.#sendBeat();
      this.#timer("answer", REPEATED_ANSWER_MS, () => this.#unanswered(sentAt));
    });
  }

  /**
   * Nothing followed. While a voice is heard the link is alive, and TCP gets the time to repeat what was lost,
   * because the handshake of a new socket would cost that voice seconds.
   */
  #unanswered(sentAt: number): void {
    if (this.#heardAt >= sentAt) return;
    const now = this.#ports.clock.now();
    const isPatient = now - this.#mediaAt < HEARD_MS && now - sentAt < ANSWER_BESIDE_VOICE_MS;
    if (isPatient) this.#timer("answer", ANSWER_MS, () => this.#unanswered(sentAt));
    else this.#closed();
  }

  #measure(beat: Beat): void {
    if (beat.n === this.#beat.n) this.#rttMs.value = Math.round(this.#ports.clock.now() - this.#beat.at);
  }

  /**
   * Declares the link lost after `absent_after_ms` of silence; the socket may be worth keeping longer. A page that
   * was asleep first reads the messages that wait.
   */
  #watchSilence(delay_ms: number): void {
    const expected = this.#ports.clock.now() + delay_ms;
    this.#timer("silence", delay_ms, () => {
      const now = this.#ports.clock.now();
      const left = this.#heardAt + this.#pace.absent_after_ms - now;
      if (left > 0) this.#watchSilence(left);
      else if (now - expected > OVERSLEPT_MS) this.#watchSilence(READ_MESSAGES_MS);
      else if (this.#pace.absent_after_ms < this.#pace.lost_after_ms) this.suspect();
      else this.#closed();
    });
  }

  #refused({ code }: Refused): void {
    if (code === "elsewhere") {
      this.#drop();
      this.#state.value = { at: "elsewhere" };
    } else if (code === "version") {
      this.stop("version");
    }
  }

  #bye({ reason }: Bye): void {
    if (reason === "replaced" || reason === "revoked" || reason === "signed_out") {
      this.#ports.memory.save(null);
      this.stop(reason);
    } else {
      this.#closed();
    }
  }

  /**
   * The socket is closed or given up; `refused` is true if the other side or the browser closed it. Only then the
   * session is checked: into a silent link no request is sent, because it would wait there and compete with the
   * voice afterwards.
   */
  #closed(refused = false): void {
    const wasReady = this.#state.value.at === "ready";
    const isHandshake = !wasReady && this.#suspectSince === null;
    this.#drop();
    if (isHandshake && refused && this.#attempt % CHECK_SESSION_EVERY === 0) void this.#checkSession();
    this.#timer("retry", backoff(this.#attempt++, this.#ports.random()), () => this.#open());
    if (wasReady) this.#state.value = { at: "lost", since: Math.max(this.#heardAt, this.#mediaAt) };
  }

  /** Asks by HTTP whether we are signed in, because a page cannot tell a refused handshake from a dead network. */
  async #checkSession(): Promise<void> {
    const signedIn = await this.#ports.signedIn();
    const { at } = this.#state.value;
    if (!signedIn && (at === "connecting" || at === "lost")) this.stop("signed_out");
  }

  #drop(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#sentAt = 0;
    this.#suspectSince = null;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #timer(name: Timer, delay_ms: number, run: () => void): void {
    this.#timers.get(name)?.();
    this.#timers.set(name, this.#ports.clock.after(delay_ms, run));
  }
}

/** The delay before an attempt in milliseconds. Half of it is random, so that all posts do not come back at once. */
export function backoff(attempt: number, random: number): number {
  return Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** attempt) * (0.5 + random / 2);
}

const BACKOFF_MIN_MS = 250;
const BACKOFF_MAX_MS = 2000;
/**
 * The time for a handshake. TCP and TLS take four round trips and 2 kB upwards, 4 s on the thinnest link that we
 * serve. The first attempts are shorter, because TCP repeats a lost SYN after 1, 3 and 7 s only, and a new attempt
 * is sooner.
 */
const OPEN_TIMEOUTS_MS = [3000, 5000];
const OPEN_TIMEOUT_MAX_MS = 8000;
/**
 * A younger attempt is not replaced when the network comes back: its SYN is repeated after 1 and 3 s, and a
 * handshake that is under way would be sent a second time, 2 kB beside the first words.
 */
const FRESH_ATTEMPT_MS = 3000;
/** A voice that breaks up comes back every few seconds, and each time an attempt under way must have its time. */
const WAKE_AGAIN_MS = 10_000;
/** The time for which a socket that may be dead is kept. */
const SUSPECTED_MS = 4000;
/** The time for TCP to send again after an outage, whose length its timer doubles. */
const REVIVAL_MS = 10_000;
/** The time for a handshake of 5 kB beside a voice on 24 kbit/s, with losses. */
const OPEN_BESIDE_VOICE_MS = 20_000;
/** A voice counts as heard for this time after its last packet. */
const HEARD_MS = 3000;
/** A round trip over the slowest link, and the server's time to write to its disk. */
const ANSWER_MS = 2000;
/** The time for TCP to repeat both the heartbeat and its answer. */
const REPEATED_ANSWER_MS = 4000;
/** The same beside a voice that is heard: two or three repetitions on a link that loses every tenth packet. */
const ANSWER_BESIDE_VOICE_MS = 20_000;
/** A timer that is later than this means that the page slept, not that the link died. */
const OVERSLEPT_MS = 500;
const READ_MESSAGES_MS = 200;
/** Every so many refused attempts the session is checked. */
const CHECK_SESSION_EVERY = 4;
