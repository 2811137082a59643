/** Builds every part of the client, connects them, and owns the order in which they start and stop. */

import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals-core";
import type { Grant, Identity, Call as Ongoing, PartyId, Requested, Role } from "../protocol/messages.ts";
import { keepAwake } from "./platform/wake-lock.ts";
import { Call } from "./call.ts";
import { Cases } from "./workflow/cases.ts";
import { now, pageClock } from "./platform/clock.ts";
import { Connection } from "./signalling/connection.ts";
import { Consultation } from "./workflow/consultation.ts";
import { pageVoiceTransform } from "./webrtc/voice-transform.ts";
import { Desk } from "./workflow/desk.ts";
import { Devices } from "./platform/devices.ts";
import { Drafts } from "./offline/drafts.ts";
import type { LinkCapacity } from "./quality/http-speed-test.ts";
import { type NetworkInformation, onNetworkChange } from "./platform/network.ts";
import { otherWindows } from "./offline/other-windows.ts";
import { Outbox } from "./offline/outbox.ts";
import { pagePorts } from "./signalling/ports.ts";
import type { PendingRequest, Post } from "./workflow/post.ts";
import { SealedStore } from "./offline/sealed-store.ts";
import { Speaker } from "./platform/speaker.ts";

/** The user of a client. */
export interface ClientOptions<Asker> {
  role: Role;
  /** The account, whose texts are kept apart on a shared computer; a kiosk has no other user. */
  party?: PartyId;
  /** A connection that is open already; without it the client makes its own. */
  connection?: Connection;
  /** The list of cases, if the page has kept one since the connection was opened. */
  cases?: Cases;
  /** Makes the side of a health post, which asks; without it nobody asks on this page. */
  post?: (connection: Connection, outbox: Outbox) => Asker;
}

/** The client of one signed-in user; `Asker` is the side of a health post on a page that has one. */
export class Client<Asker extends Post | null = Post | null> {
  readonly connection: Connection;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  /** What this account keeps on the device, encrypted. */
  readonly kept: SealedStore;
  readonly devices = new Devices();
  readonly speaker = new Speaker();
  readonly call: Call;
  readonly consultation: Consultation;
  readonly post: Asker;
  readonly desk: Desk;
  readonly cases: Cases;
  #capacity: LinkCapacity | null = null;
  #testedAt = -Infinity;
  #test: AbortController | null = null;
  readonly #asking = signal(false);
  /** True while a form is open or it rings. */
  readonly asking: ReadonlySignal<boolean> = this.#asking;
  /** True while the server keeps a room ready for our request. */
  #prepared = false;
  readonly #identity = signal<Identity | null>(null);
  readonly identity: ReadonlySignal<Identity | null> = this.#identity;
  /** True while a request waits or a consultation is going on. */
  readonly #engaged = computed(
    () => this.consultation.current.value !== null || this.#pending() !== null,
  );
  /** True after "Prendre" was pressed, until the server has decided. */
  readonly #claims = computed(() => this.desk.rows.value.some(({ claiming }) => claiming));
  /** True while nothing is going on or being read that a reload would disturb. */
  readonly idle: ReadonlySignal<boolean>;
  /** True while our voice is sent to the server, so that whoever takes our call hears it at once. */
  readonly offersVoice: ReadonlySignal<boolean> = computed(
    () => this.#asks() && !this.call.measuring.value,
  );

  constructor({ role, party, connection, cases, post }: ClientOptions<Asker>) {
    const disk = (this.kept = new SealedStore(party ?? role));
    this.connection = connection ?? new Connection(pagePorts, role === "kiosk");
    this.outbox = new Outbox(this.connection, disk, pageClock, otherWindows(`outbox ${party ?? role}`));
    this.drafts = new Drafts(disk);
    this.consultation = new Consultation(this.connection, this.outbox, disk, pageClock);
    this.post = (post?.(this.connection, this.outbox) ?? null) as Asker;
    this.desk = new Desk(this.connection, pageClock);
    this.cases = cases ?? new Cases(this.connection, pageClock);
    this.call = new Call(this.connection, this.devices, {
      clock: pageClock,
      voiceTransform: pageVoiceTransform,
      peer: () => new RTCPeerConnection({ bundlePolicy: "max-bundle" }),
      play: (streams) => this.speaker.play(streams),
    });
    this.idle = computed(() => !this.#engaged.value && !this.consultation.ended.value);
    this.#connect();
    // On a later visit the script is on the device, and a call that a reload interrupted is resumed at once.
    if (navigator.serviceWorker?.controller) void pageVoiceTransform.load();
  }

  /** Tests the speed of the link while nobody speaks; the next call starts from the result. */
  measureLink(): void {
    if (now() - this.#testedAt < TEST_AGAIN_MS || this.call.state.value.at !== "idle") return;
    this.#testedAt = now();
    const tell = (capacity: LinkCapacity) => void (this.#capacity = capacity);
    const { signal } = (this.#test = new AbortController());
    // The test is loaded when it is first wanted, because the desk's first visit has no room for it.
    import("./quality/http-speed-test.ts")
      .then(({ pageSpeedTest, testSpeed }) => testSpeed(pageSpeedTest, signal, tell))
      .catch(() => (this.#testedAt = -Infinity));
  }

  /** Prepares for a call, because a form is open or it rings; or stops preparing. */
  prepare(on: boolean): void {
    this.#asking.value = on;
  }

  start(): void {
    this.connection.start();
    this.connection.replay();
  }

  stop(): void {
    this.connection.stop();
    this.call.end();
  }

  /** Connects the parts: what the server says about the consultation moves the call. */
  #connect(): void {
    const { connection, call } = this;
    connection.on("welcome", (welcome) => {
      this.#identity.value = welcome.you;
      const held = welcome.call ?? welcome.waiting;
      // A transport for a form that had no time to come up is started anew.
      if (!held && call.state.value.at !== "warm") call.end();
      else call.reconnected(held?.grant ?? null);
      if (welcome.call) this.#enter(welcome.call);
      else if (welcome.waiting) this.#warm(welcome.waiting);
    });
    connection.on("requested", (requested) => this.#warm(requested));
    connection.on("prepared", ({ grant }) => this.#ready(grant));
    connection.on("call", (entered) => this.#enter(entered));
    connection.on("answer", () => {
      if (!this.#capacity) return;
      connection.send({ type: "measured", ...this.#capacity });
    });
    // A call needs the link for itself, and over a transport the server measures it.
    effect(() => {
      if (call.state.value.at !== "idle") this.#test?.abort();
    });
    effect(() => {
      const asking = this.#asking.value && !this.#engaged.value;
      if (asking && connection.state.value.at === "ready") untracked(() => this.#prepare());
    });
    effect(() => {
      if (!this.#engaged.value && !this.#asking.value) untracked(() => this.#giveUp());
    });
    // A path that broke while a form is open is not repaired, because the request brings another grant.
    effect(() => {
      if (call.state.value.at === "lost" && !this.#engaged.value) untracked(() => this.#giveUp());
    });
    effect(() => call.offerVoice(this.offersVoice.value || this.#claims.value));
    // Somebody else was faster, so our microphone is not needed.
    let claimed = false;
    effect(() => {
      const claims = this.#claims.value;
      if (claimed && !claims && !this.#engaged.value) untracked(() => this.devices.close());
      claimed = claims;
    });
    // The media path comes back before the socket has noticed.
    effect(() => {
      const { at } = call.state.value;
      if (at === "live" || at === "warm") untracked(() => connection.wake());
    });
    keepAwake(this.#engaged);
    addEventListener("online", () => call.networkChanged());
    onNetworkChange((navigator as { connection?: NetworkInformation }).connection, () => call.networkChanged());
  }

  /** The request of our post that is under way. */
  #pending(): PendingRequest | null {
    return this.post?.pending.value ?? null;
  }

  /** True while our request is with the server and somebody is being rung, who is to hear us at once. */
  #asks(): boolean {
    const pending = this.#pending();
    const { step, available, busy } = pending?.wait ?? { step: "nobody", available: 0, busy: 0 };
    // A thin link is paid by the byte: nothing is sent while there is no doctor who could be rung.
    return pending?.state === "waiting" && step !== "nobody" && available + busy > 0;
  }

  #prepare(): void {
    void this.call.prepare();
    this.#prepared = this.connection.send({ type: "prepare", on: true });
  }

  /**
   * Our room is ready. No grant means that our transport still stands; if it does not, the server is told to begin
   * again.
   */
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
    if (this.#pending()?.request.request !== request) return;
    if (grant) this.call.warm(grant);
    else if (this.call.state.value.at === "idle") this.connection.send({ type: "rejoin", consultation: request });
  }

  #giveUp(): void {
    this.call.end();
    if (this.#prepared) this.connection.send({ type: "prepare", on: false });
    this.#prepared = false;
  }

  /** Enters the consultation, unless we left it by choice. */
  #enter({ consultation, grant }: Ongoing): void {
    if (this.consultation.left.value !== consultation) this.call.enter(consultation, grant);
  }
}

/** A link rarely changes within a minute. */
const TEST_AGAIN_MS = 60_000;
