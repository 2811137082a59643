/** Fakes for tests: a clock that a test moves by hand, and a server that is a list of sockets. */

import {
  PROTOCOL_VERSION,
  type ClientMessage,
  type ServerMessage,
  type Welcome,
} from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import { Connection, type ConnectionPorts, type Socket } from "../signalling/connection.ts";

export class VirtualClock implements Clock {
  #now = 1000;
  #due: { at: number; run: () => void }[] = [];

  now = () => this.#now;

  after = (delay_ms: number, run: () => void) => {
    const entry = { at: this.#now + delay_ms, run };
    this.#due.push(entry);
    return () => void (this.#due = this.#due.filter((other) => other !== entry));
  };

  /** Lets time pass, timer by timer; promises settle between them. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    while (this.#runNext(end)) await settled();
    this.#now = end;
  }

  /** Lets time pass for code without promises: hours pass in a moment. */
  passAtOnce(ms: number): void {
    const end = this.#now + ms;
    while (this.#runNext(end));
    this.#now = end;
  }

  /** Runs the next timer that is due by `end`; false if there is none. */
  #runNext(end: number): boolean {
    const [first, ...others] = this.#due;
    if (!first) return false;
    const next = others.reduce((soonest, other) => (other.at < soonest.at ? other : soonest), first);
    if (next.at > end) return false;
    this.#due = this.#due.filter((other) => other !== next);
    this.#now = Math.max(this.#now, next.at);
    next.run();
    return true;
  }

  /** The page sleeps: time passes and no timer runs. */
  sleep(ms: number): void {
    this.#now += ms;
  }
}

/** Waits for the device's disk: the ciphers of Node.js run on threads of their own, and so take real time. */
export const written = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setTimeout(resolve, 2));
};

export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

export class FakeSocket implements Socket {
  onopen: WebSocket["onopen"] = null;
  onmessage: WebSocket["onmessage"] = null;
  onclose: WebSocket["onclose"] = null;
  readonly heard: ClientMessage[] = [];
  closed = false;
  /** False if the server's end is gone, so that messages are lost. */
  answering = true;
  echo = true;

  constructor(private readonly server: FakeServer) {}

  send(data: string): void {
    const message = JSON.parse(data) as ClientMessage;
    this.heard.push(message);
    if (!this.answering) return;
    if (message.type === "hello") this.server.greet(this, message);
    else if (message.type === "beat" && this.echo) this.say({ type: "beat", n: message.n });
    else this.server.onMessage(message, this);
  }

  close(): void {
    this.closed = true;
  }

  say(message: ServerMessage): void {
    this.frame(JSON.stringify(message));
  }

  /** Sends a frame as it is. */
  frame(data: string | Blob): void {
    if (!this.closed) this.onmessage?.call(null as never, { data } as MessageEvent);
  }

  open(): void {
    this.onopen?.call(null as never, {} as Event);
  }

  drop(): void {
    this.onclose?.call(null as never, {} as CloseEvent);
  }
}

export const WELCOME: Welcome = {
  version: PROTOCOL_VERSION,
  resume: "token-1",
  you: {
    party: "doctor-awa",
    role: "doctor",
    name: "Dr Awa Ndiaye",
    place: { id: "epc", name: "Hôpital", district: "", region: "Dakar", phone: "" },
    specialities: ["obstetrics"],
  },
  pace: { heartbeat_ms: 500, absent_after_ms: 1500, lost_after_ms: 1500 },
  fallback: null,
  availability: "available",
  waiting: null,
  call: null,
};

/** The server that the page connects to. With `up` false each handshake is refused. */
export class FakeServer {
  readonly clock = new VirtualClock();
  readonly sockets: FakeSocket[] = [];
  up = true;
  /** With true nothing passes: a handshake is neither accepted nor refused. */
  mute = false;
  signedIn = true;
  remembered: string | null = null;
  welcome: Welcome = WELCOME;
  /** The message to send instead of `welcome`. */
  refusal: ServerMessage | null = null;
  onMessage: (message: ClientMessage, socket: FakeSocket) => void = () => {};
  #wake = () => {};

  readonly ports: ConnectionPorts = {
    clock: this.clock,
    random: () => 1,
    open: () => this.#accept(),
    signedIn: async () => this.signedIn,
    onWake: (listener) => (this.#wake = listener),
    memory: { load: () => this.remembered, save: (token) => (this.remembered = token) },
  };

  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  connection(alwaysTakeOver = false): Connection {
    return new Connection(this.ports, alwaysTakeOver);
  }

  wake(): void {
    this.#wake();
  }

  /** All messages from the page on every socket, without heartbeats. */
  heard(): ClientMessage[] {
    return this.sockets.flatMap(({ heard }) => heard).filter(({ type }) => type !== "beat");
  }

  greet(socket: FakeSocket, hello: Extract<ClientMessage, { type: "hello" }>): void {
    if (hello.version !== PROTOCOL_VERSION) throw new Error("version");
    if (this.refusal && !hello.take_over) socket.say(this.refusal);
    else socket.say({ type: "welcome", ...this.welcome });
  }

  #accept(): FakeSocket {
    const socket = new FakeSocket(this);
    this.sockets.push(socket);
    this.clock.after(20, () => {
      if (this.mute) return;
      if (this.up) socket.open();
      else socket.drop();
    });
    return socket;
  }
}
