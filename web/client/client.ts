//! Builds every part, wires them, and owns their order of start and stop.

import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals-core";
import type { Grant, Identity, Call as Ongoing, PartyId, Requested, Role } from "../protocol/messages.ts";
import { keepAwake } from "./platform/wake-lock.ts";
import { Call } from "./call.ts";
import { now, pageClock } from "./platform/clock.ts";
import { Connection } from "./signalling/connection.ts";
import { Consultation } from "./workflow/consultation.ts";
import { pageCopies } from "./webrtc/red-encoder.ts";
import { Desk } from "./workflow/desk.ts";
import { Devices } from "./platform/devices.ts";
import { Disk } from "./platform/disk.ts";
import { Drafts } from "./offline/drafts.ts";
import { type LinkSeen, pageProbe, probeLink } from "./quality/http-speed-test.ts";
import { type NetworkInformation, whenAnother } from "./platform/network.ts";
import { Outbox } from "./offline/outbox.ts";
import { pagePorts } from "./signalling/ports.ts";
import { Post } from "./workflow/post.ts";
import { Speaker } from "./platform/speaker.ts";

export interface ClientOptions {
  role: Role;
  /** Whose texts are kept apart on a shared computer; a kiosk has no other user. */
  party?: PartyId;
  /** One that is open already; else its own. */
  connection?: Connection;
}

export class Client {
  readonly connection: Connection;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly devices = new Devices();
  readonly speaker = new Speaker();
  readonly call: Call;
  readonly consultation: Consultation;
  readonly post: Post;
  readonly desk: Desk;
  #seen: LinkSeen | null = null;
  #probedAt = -Infinity;
  #probe: AbortController | null = null;
  /** A form is open, or it rings. */
  readonly #asking = signal(false);
  /** The server keeps a room for our request. */
  #prepared = false;
  readonly #identity = signal<Identity | null>(null);
  readonly identity: ReadonlySignal<Identity | null> = this.#identity;
  /** Somebody waits or speaks. */
  readonly #engaged = computed(
    () => this.consultation.current.value !== null || this.post.pending.value !== null,
  );
  /** "Prendre" is pressed. */
  readonly #takes = computed(() => this.desk.rows.value.some(({ claiming }) => claiming));
  /** Nothing goes on or is being read that a reload would disturb: a new version may take over. */
  readonly idle: ReadonlySignal<boolean>;
  /** Our voice goes to the server, and whoever takes our call hears it at once. */
  readonly offersVoice: ReadonlySignal<boolean> = computed(
    () => this.#asks() && !this.call.measuring.value,
  );

  constructor({ role, party, connection }: ClientOptions) {
    const disk = new Disk(party ?? role);
    this.connection = connection ?? new Connection(pagePorts, role === "kiosk");
    this.outbox = new Outbox(this.connection, disk, pageClock);
    this.drafts = new Drafts(disk, pageClock);
    this.consultation = new Consultation(this.connection, this.outbox, disk, pageClock);
    this.post = new Post(this.connection, this.outbox, pageClock);
    this.desk = new Desk(this.connection, pageClock);
    this.call = new Call(this.connection, this.devices, {
      clock: pageClock,
      copies: pageCopies,
      peer: () => new RTCPeerConnection({ bundlePolicy: "max-bundle" }),
      play: (streams) => this.speaker.play(streams),
    });
    this.idle = computed(() => !this.#engaged.value && !this.consultation.ended.value);
    this.#wire();
    // A later visit finds the script on the device, and a call that a reload interrupted is resumed at once.
    if (navigator.serviceWorker?.controller) void pageCopies.load();
  }

  /** Sees what the link carries, while nobody speaks yet; the next call begins with it. */
  measureLink(): void {
    if (now() - this.#probedAt < PROBE_AGAIN_MS || this.call.state.value.at !== "idle") return;
    this.#probedAt = now();
    const tell = (seen: LinkSeen) => void (this.#seen = seen);
    this.#probe = new AbortController();
    probeLink(pageProbe, this.#probe.signal, tell).catch(() => (this.#probedAt = -Infinity));
  }

  /** Whether a form is open, or it rings: what a call needs is made ready meanwhile. */
  prepare(on: boolean): void {
    this.#asking.value = on;
  }

  start(): void {
    this.connection.start();
    this.connection.retell();
  }

  stop(): void {
    this.connection.stop();
    this.call.end();
  }

  /** What the server says about the consultation moves the call. */
  #wire(): void {
    const { connection, call } = this;
    connection.on("welcome", (welcome) => {
      this.#identity.value = welcome.you;
      const held = welcome.call ?? welcome.waiting;
      // What had no time to come up in a form's room is begun anew.
      if (!held && call.state.value.at !== "warm") call.end();
      else call.reconnected(held?.grant ?? null);
      if (welcome.call) this.#enter(welcome.call);
      else if (welcome.waiting) this.#warm(welcome.waiting);
    });
    connection.on("requested", (requested) => this.#warm(requested));
    connection.on("prepared", ({ grant }) => this.#ready(grant));
    connection.on("call", (entered) => this.#enter(entered));
    connection.on("answer", () => {
      if (!this.#seen) return;
      connection.send({ type: "measured", ...this.#seen });
    });
    // Joining and speaking want the link for themselves. Over a transport the server measures it.
    effect(() => {
      if (call.state.value.at !== "idle") this.#probe?.abort();
    });
    effect(() => {
      const asking = this.#asking.value && !this.#engaged.value;
      if (asking && connection.state.value.at === "ready") untracked(() => this.#prepare());
    });
    effect(() => {
      if (!this.#engaged.value && !this.#asking.value) untracked(() => this.#giveUp());
    });
    // A path that broke under a form is not looked for: the request brings another grant.
    effect(() => {
      if (call.state.value.at === "lost" && !this.#engaged.value) untracked(() => this.#giveUp());
    });
    effect(() => call.offerVoice(this.offersVoice.value || this.#takes.value));
    // Somebody else was faster: our microphone is not needed.
    let took = false;
    effect(() => {
      const takes = this.#takes.value;
      if (took && !takes && !this.#engaged.value) untracked(() => this.devices.close());
      took = takes;
    });
    // The media path is back before the socket has noticed.
    effect(() => {
      const { at } = call.state.value;
      if (at === "live" || at === "warm") untracked(() => connection.wake());
    });
    keepAwake(this.#engaged);
    addEventListener("online", () => call.networkChanged());
    whenAnother((navigator as { connection?: NetworkInformation }).connection, () => call.networkChanged());
  }

  /** Our request is with the server, and somebody is being rung: who picks up is to hear us. */
  #asks(): boolean {
    const pending = this.post.pending.value;
    return pending?.state === "waiting" && pending.wait?.step !== "nobody";
  }

  #prepare(): void {
    void this.call.prepare();
    this.#prepared = this.connection.send({ type: "prepare", on: true });
  }

  /** Our room is ready. Without a grant the transport stands; if it does not, the server has missed its end. */
  #ready(grant: Grant | null): void {
    if (!this.#asking.value && !this.#engaged.value) return;
    if (grant) this.call.warm(grant);
    else if (this.call.state.value.at === "idle") {
      this.connection.send({ type: "prepare", on: false });
      this.#prepare();
    }
  }

  #warm({ grant, request: { request } }: Requested): void {
    this.#prepared = false;
    if (this.post.pending.value?.request.request !== request) return;
    if (grant) this.call.warm(grant);
    else if (this.call.state.value.at === "idle") this.connection.send({ type: "rejoin", consultation: request });
  }

  #giveUp(): void {
    this.call.end();
    if (this.#prepared) this.connection.send({ type: "prepare", on: false });
    this.#prepared = false;
  }

  /** One that we left by choice goes on without us. */
  #enter({ consultation, grant }: Ongoing): void {
    if (this.consultation.left.value !== consultation) this.call.enter(consultation, grant);
  }
}

/** A link is not another one within a minute. */
const PROBE_AGAIN_MS = 60_000;
