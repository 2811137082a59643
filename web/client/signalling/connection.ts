//! One WebSocket that mends itself: hello, resume, heartbeats, backoff. What must not be lost goes through outbox.ts.

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

/** What the connection needs of the world; ports.ts has the page's, tests have their own. */
export interface ConnectionPorts {
  clock: Clock;
  random(): number;
  open(): Socket;
  /** False only when the server said that nobody is signed in. */
  signedIn(): Promise<boolean>;
  /** Calls back when a network may have come back. */
  onWake(listener: () => void): void;
  /** Remembers the resume token through a reload of this tab. */
  memory: { load(): string | null; save(token: string | null): void };
}

export type Socket = Pick<WebSocket, "send" | "close" | "onopen" | "onmessage" | "onclose">;

type Of<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;
type Listener = (message: ServerMessage) => void;
type Timer = "beat" | "silence" | "answer" | "open" | "retry";

export class Connection {
  readonly #state = signal<ConnectionState>({ at: "ended", reason: "stopped" });
  readonly #rttMs = signal<number | null>(null);
  readonly #ports: ConnectionPorts;
  readonly #alwaysTakeOver: boolean;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #timers = new Map<Timer, () => void>();
  readonly #holding = new Map<string, ServerMessage>();
  #socket: Socket | null = null;
  #openedAt = 0;
  #heardAt = 0;
  #vouchedAt = -Infinity;
  /** When the oldest message was said that nothing has followed. */
  #saidAt = 0;
  /** Since when nothing is heard over a socket that is still kept. */
  #suspectedAt: number | null = null;
  #wokenAt = -Infinity;
  #attempt = 0;
  #takeOver = false;
  #pace: Pace = { heartbeat_ms: 1000, absent_after_ms: 3000, lost_after_ms: 3000 };
  #beat = { n: 0, at: 0 };

  readonly state: ReadonlySignal<ConnectionState> = this.#state;
  /** Round trip of the last heartbeat. */
  readonly rttMs: ReadonlySignal<number | null> = this.#rttMs;

  /** `alwaysTakeOver`: a kiosk is one page, whatever the server remembers of it. */
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

  /** The network may be back: try now, not when the backoff says. */
  wake(): void {
    const { at } = this.#state.value;
    const waiting = (at === "lost" || at === "connecting") && this.#suspectedAt === null;
    const now = this.#ports.clock.now();
    const stale = now - this.#openedAt > FRESH_ATTEMPT_MS && now - this.#wokenAt > WAKE_AGAIN_MS;
    if (waiting && stale) {
      this.#wokenAt = now;
      this.#open();
    }
    else if (at === "ready") this.#expectAnswer();
  }

  /** When the server said something last. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** A packet of the call came then: the link stood, however long this socket has been silent. */
  vouch(at: number): void {
    this.#vouchedAt = at;
    if (this.#suspectedAt === null || at <= this.#suspectedAt) return;
    this.#trust();
    this.#timer("answer", REVIVAL_MS, () => this.#heardAt < at && this.#closed());
  }

  /** One beat out of turn: its answer proves the link. */
  ask(): void {
    if (this.#state.value.at === "ready") this.#sendBeat();
  }

  /**
   * Nothing is heard over the link. The socket is kept for a while, because a new one costs a thin link seconds; it is
   * trusted again as soon as something comes.
   */
  giveUp(kept_ms = SUSPECTED_MS): void {
    if (this.#state.value.at !== "ready") return;
    this.#suspectedAt = this.#ports.clock.now();
    this.#state.value = { at: "lost", since: Math.max(this.#heardAt, this.#vouchedAt) };
    this.#timers.get("answer")?.();
    this.#timer("retry", kept_ms, () => this.#open());
  }

  #trust(): void {
    this.#suspectedAt = null;
    this.#timers.get("retry")?.();
    this.#state.value = { at: "ready" };
    this.#watchSilence(this.#pace.absent_after_ms);
  }

  /** False: not connected, nothing was sent, nothing is kept. */
  send(message: ClientMessage): boolean {
    if (this.#state.value.at !== "ready" || !this.#socket) return false;
    this.#socket.send(JSON.stringify(message));
    if (message.type !== "beat") this.#expectAnswer();
    return true;
  }

  /** Screens see a message's whole effect or nothing of it. Returns how to stop listening. */
  on<T extends ServerMessage["type"]>(type: T, listener: (message: Of<T>) => void): () => void {
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

  /** A voice that comes back meanwhile gives it more time. */
  #awaitOpen(): void {
    const left_ms = this.#openedAt + this.#openTimeout() - this.#ports.clock.now();
    if (left_ms > 0) this.#timer("open", left_ms, () => this.#awaitOpen());
    else this.#closed();
  }

  #openTimeout(): number {
    if (this.#ports.clock.now() - this.#vouchedAt < HEARD_MS) return OPEN_BESIDE_VOICE_MS;
    return OPEN_TIMEOUTS_MS[this.#attempt] ?? OPEN_TIMEOUT_MAX_MS;
  }

  #hello(socket: Socket): void {
    const resume = this.#ports.memory.load();
    const hello: ClientMessage = {
      type: "hello",
      version: PROTOCOL_VERSION,
      ...(resume && { resume }),
      take_over: this.#takeOver || this.#alwaysTakeOver,
    };
    socket.send(JSON.stringify(hello));
  }

  /** For listeners who came after: says again what still holds. */
  retell(): void {
    if (this.#state.value.at === "ready") for (const message of this.#holding.values()) this.#tell(message);
  }

  #heard(message: ServerMessage): void {
    this.#heardAt = this.#ports.clock.now();
    if (this.#suspectedAt !== null) this.#trust();
    if (message.type === "welcome" || message.type === "roster") this.#holding.set(message.type, message);
    batch(() => {
      if (message.type === "welcome") this.#welcome(message);
      this.#tell(message);
    });
  }

  #tell(message: ServerMessage): void {
    for (const listener of [...(this.#listeners.get(message.type) ?? [])]) listener(message);
  }

  #welcome(welcome: Welcome): void {
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

  /** Something must follow what was said, be it a beat: a slow pace would leave it in a dead socket for long. */
  #expectAnswer(): void {
    if (this.#saidAt > this.#heardAt) return;
    const saidAt = (this.#saidAt = this.#ports.clock.now());
    this.#timer("answer", ANSWER_MS, () => {
      if (this.#heardAt >= saidAt) return;
      this.#sendBeat();
      this.#timer("answer", REPEATED_ANSWER_MS, () => this.#unanswered(saidAt));
    });
  }

  /**
   * Nothing followed. While a voice is heard the link stands: TCP gets the time to repeat what was lost, because the
   * handshake of a new socket would cost that voice seconds.
   */
  #unanswered(saidAt: number): void {
    if (this.#heardAt >= saidAt) return;
    const now = this.#ports.clock.now();
    const hopes = now - this.#vouchedAt < HEARD_MS && now - saidAt < ANSWER_BESIDE_VOICE_MS;
    if (hopes) this.#timer("answer", ANSWER_MS, () => this.#unanswered(saidAt));
    else this.#closed();
  }

  #measure(beat: Beat): void {
    if (beat.n === this.#beat.n) this.#rttMs.value = Math.round(this.#ports.clock.now() - this.#beat.at);
  }

  /**
   * Declares the link lost after `absent_after_ms` of silence; the socket may be worth keeping longer. A page that was
   * itself asleep first reads its mail.
   */
  #watchSilence(delay_ms: number): void {
    const expected = this.#ports.clock.now() + delay_ms;
    this.#timer("silence", delay_ms, () => {
      const now = this.#ports.clock.now();
      const left = this.#heardAt + this.#pace.absent_after_ms - now;
      if (left > 0) this.#watchSilence(left);
      else if (now - expected > OVERSLEPT_MS) this.#watchSilence(READ_MAIL_MS);
      else if (this.#pace.absent_after_ms < this.#pace.lost_after_ms) this.giveUp();
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
    if (reason === "replaced" || reason === "revoked") {
      this.#ports.memory.save(null);
      this.stop(reason);
    } else {
      this.#closed();
    }
  }

  /**
   * The socket is gone, or as good as gone. `refused`: somebody closed it. Into silence no request is sent: it would wait
   * there with the next socket, and both with the voice when the link is back.
   */
  #closed(refused = false): void {
    const wasReady = this.#state.value.at === "ready";
    const isHandshake = !wasReady && this.#suspectedAt === null;
    this.#drop();
    if (isHandshake && refused && this.#attempt % CHECK_SESSION_EVERY === 0) void this.#checkSession();
    this.#timer("retry", backoff(this.#attempt++, this.#ports.random()), () => this.#open());
    if (wasReady) this.#state.value = { at: "lost", since: Math.max(this.#heardAt, this.#vouchedAt) };
  }

  /** A refused handshake and a dead network look alike to a page; a plain request tells them apart. */
  async #checkSession(): Promise<void> {
    const signedIn = await this.#ports.signedIn();
    const { at } = this.#state.value;
    if (!signedIn && (at === "connecting" || at === "lost")) this.stop("signed_out");
  }

  #drop(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#saidAt = 0;
    this.#suspectedAt = null;
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

/** Half of it is chance, so that a hundred posts do not come back in the same instant. */
export function backoff(attempt: number, random: number): number {
  return Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** attempt) * (0.5 + random / 2);
}

const BACKOFF_MIN_MS = 250;
const BACKOFF_MAX_MS = 2000;
/**
 * TCP and TLS take four round trips and 2 kB upwards: 4 s on the thinnest link that we serve. The first attempts are
 * shorter, because a SYN that fell into an outage is repeated after 1, 3 and 7 s only: a new attempt is sooner.
 */
const OPEN_TIMEOUTS_MS = [3000, 5000];
const OPEN_TIMEOUT_MAX_MS = 8000;
/**
 * An attempt younger than this is not started again when the network says that it is back: its SYN is repeated after 1 and
 * 3 s, and a handshake that is under way would go a second time, 2 kB beside the first words.
 */
const FRESH_ATTEMPT_MS = 3000;
/** A voice that breaks up comes back every few seconds: an attempt under way must have its time. */
const WAKE_AGAIN_MS = 10_000;
/** A socket that may be dead is kept for so long. */
const SUSPECTED_MS = 4000;
/** After an outage TCP sends again at the latest when as much time has passed again. */
const REVIVAL_MS = 10_000;
/** A voice is heard, so the link stands: what a handshake of 5 kB takes beside it on 24 kbit/s, with losses. */
const OPEN_BESIDE_VOICE_MS = 20_000;
const HEARD_MS = 3000;
/** A round trip of the slowest link, and the disk's time. */
const ANSWER_MS = 2000;
/** TCP may have to repeat both the beat and its answer. */
const REPEATED_ANSWER_MS = 4000;
/** A voice is heard: two or three repetitions of TCP, on a link that loses every tenth packet. */
const ANSWER_BESIDE_VOICE_MS = 20_000;
/** A timer this late means that the page slept, not that the link died. */
const OVERSLEPT_MS = 500;
const READ_MAIL_MS = 200;
const CHECK_SESSION_EVERY = 4;
