/**
 * The media side of a consultation: one transport at a time, the voice first, the camera when the server permits it.
 * It recovers from outages by itself. Screens draw its signals, and nothing else in the page touches WebRTC.
 */

import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals-core";
import type {
  Call as Entered,
  Caps,
  ClientMessage,
  ConsultationId,
  Grant,
  Member,
  MemberId,
  Refused,
  Slot,
  Streams,
  Waiting,
} from "../protocol/messages.ts";
import { PictureCoordinator } from "./pictures/coordinator.ts";
import type { LazyPictures } from "./pictures/lazy.ts";
import type { Clock } from "./platform/clock.ts";
import type { Devices } from "./platform/devices.ts";
import { Company, type Room } from "./quality/company.ts";
import { type MemberStats, memberStats } from "./quality/stats.ts";
import { STATS_EVERY_MS, VoiceWatch } from "./quality/voice-watch.ts";
import type { Connection } from "./signalling/connection.ts";
import { leanVoice } from "./webrtc/audio-params.ts";
import type { VoiceTransform } from "./webrtc/voice-transform.ts";
import { Transport } from "./webrtc/transport.ts";

/**
 * `idle`: no transport · `joining` · `warm`: the transport is up before the call · `live`: voice can flow · `lost`:
 * an outage that ends by itself.
 */
export type CallState =
  { at: "idle" } | { at: "joining" } | { at: "warm" } | { at: "live" } | { at: "lost"; since: number };

/** The surroundings of a call: those of a page are in `client.ts`, and tests have their own. */
export interface CallPorts {
  clock: Clock;
  voiceTransform: VoiceTransform;
  peer(): RTCPeerConnection;
  /** Plays the others' streams. */
  play(streams: ReadonlyMap<MemberId, MediaStream>): void;
}

/** The call of this page. There is one object for all calls, one after the other. */
export class Call {
  readonly #connection: Connection;
  readonly #devices: Devices;
  readonly #ports: CallPorts;
  readonly #watch: VoiceWatch;
  readonly #coordinator: PictureCoordinator;
  readonly #transport = signal<Transport | null>(null);
  /** The consultation that we are in; null before it and while waiting. */
  readonly #live = signal<ConsultationId | null>(null);
  readonly #offering = signal(false);
  /** True while somebody may hear us: nothing but the sign of a silent voice is sent to nobody. */
  readonly #heard = signal(true);
  #company = new Company();
  #room: Room | null = null;
  #cancelAlone = () => {};
  readonly #slots = signal<Slot[]>([]);
  readonly #streams = signal<ReadonlyMap<MemberId, MediaStream>>(new Map());
  readonly #stats = signal<ReadonlyMap<MemberId, MemberStats>>(new Map());
  readonly #caps = signal<Caps | null>(null);
  readonly #lostSince = signal<number | null>(null);
  /** The beginning of the outage that no voice has ended yet, although its path or its socket may be back. */
  #outageSince: number | null = null;
  #members: readonly Member[] = [];
  #sendsPhoto = false;
  /** What the server was told of this transport; null if that may have been lost with its socket. */
  #toldVoiceOnly: boolean | null = false;
  #toldShown: boolean | null = true;
  #told = false;
  /** A transport that is made in advance. */
  #spare: Transport | null = null;
  /** The stream of a new transport's voice section, played before a message tells whose voice it is. */
  #early: MediaStream | null = null;
  /** Our id in the room. */
  #me: MemberId = 0;
  #withoutPathSince = 0;
  /** The number of descriptions that the browser has rejected since the call began. */
  #rejected = 0;
  #stopStats = () => {};

  /** The others' streams. A member's MediaStream object stays the same while its tracks come and go. */
  readonly streams: ReadonlySignal<ReadonlyMap<MemberId, MediaStream>> = this.#streams;
  /** Statistics by member, refreshed twice a second during a call. */
  readonly stats: ReadonlySignal<ReadonlyMap<MemberId, MemberStats>> = this.#stats;
  /** The limits that the server sets on what we send; null before its first word. */
  readonly caps: ReadonlySignal<Caps | null> = this.#caps;
  /** True if the user wants to be seen; the link and the device decide whether that is possible. */
  readonly cameraWanted: ReadonlySignal<boolean>;
  /** True if pictures are switched off by choice, in both directions. */
  readonly voiceOnly: ReadonlySignal<boolean>;
  readonly state: ReadonlySignal<CallState> = computed(() => this.#stateNow());
  /** The time since which nobody is heard; null while a voice can flow, even if the socket is lost meanwhile. */
  readonly lostSince: ReadonlySignal<number | null> = this.#lostSince;
  /** True while our camera is sent as a video track: wanted, permitted by `caps`, and working. */
  readonly sendingVideo: ReadonlySignal<boolean>;
  /** True while the server measures the link, or there is no transport to measure it over. */
  readonly measuring: ReadonlySignal<boolean> = computed(() => this.#transport.value?.measuring.value ?? true);
  /** What the watch over the voices finds, as it is described there. */
  readonly mic: VoiceWatch["mic"];
  readonly deafTo: VoiceWatch["deafTo"];
  readonly unheard: VoiceWatch["unheard"];
  /** Slow pictures behind the voice, where the link carries no camera. */
  readonly pictures: LazyPictures;

  constructor(connection: Connection, devices: Devices, ports: CallPorts) {
    this.#connection = connection;
    this.#devices = devices;
    this.#ports = ports;
    this.cameraWanted = devices.cameraWanted;
    const [transport, inCall] = [this.#transport, () => this.#live.value !== null];
    const shared = { clock: ports.clock, connection, devices, transport, inCall };
    this.#watch = new VoiceWatch({ ...shared, renew: () => this.#renew() });
    ({ mic: this.mic, deafTo: this.deafTo, unheard: this.unheard } = this.#watch);
    connection.on("answer", ({ sdp }) => transport.value?.answer(sdp));
    connection.on("streams", (streams) => this.#setStreams(streams));
    connection.on("caps", (caps) => this.#setCaps(caps));
    connection.on("call", (call) => this.#setMembers(call));
    connection.on("welcome", ({ call }) => call && this.#setMembers(call));
    connection.on("waiting", (status) => this.#setRinging(status));
    connection.on("welcome", () => void ports.voiceTransform.load());
    connection.on("welcome", () => this.#told && (this.#toldVoiceOnly = this.#toldShown = null));
    connection.on("error", (refusal) => this.#refused(refusal));
    // A page that is hidden for a moment is not told as hidden; one that is back needs its pictures now.
    globalThis.document?.addEventListener("visibilitychange", () => document.hidden || this.#tell());
    effect(() => this.#followOutage());
    effect(() => transport.value?.setVoice(this.#speaks() ? devices.micTrack.value : null, this.#heard.value));
    this.#coordinator = new PictureCoordinator({
      ...shared,
      caps: this.#caps,
      isLost: () => this.state.value.at === "lost",
      me: () => this.#me,
    });
    ({ voiceOnly: this.voiceOnly, sendingVideo: this.sendingVideo, pictures: this.pictures } = this.#coordinator);
  }

  /**
   * Makes the next transport in advance, which saves a round trip when joining. A browser takes the RED transform
   * only with a new sender, so its script is loaded first; one that does not come is not waited for.
   */
  async prepare(): Promise<void> {
    const { clock, voiceTransform } = this.#ports;
    await Promise.race([voiceTransform.load(), new Promise<void>((resolve) => clock.after(SCRIPT_WAIT_MS, resolve))]);
    if (!this.#transport.value) this.#spare ??= this.#newTransport();
  }

  /** The socket is new. `grant` is what it brought; one that we do not hold replaces our transport in a moment. */
  reconnected(grant: Grant | null): void {
    const transport = this.#transport.value;
    if (grant === null || grant.token === transport?.token) transport?.reconnected();
    this.#watch.socketReplaced();
  }

  /** Joins the room before the call: a request is with the server, or will be. */
  warm(grant: Grant): void {
    this.#join(grant);
  }

  /**
   * Sends our voice to the server before the call, if the microphone is open. Nobody else is in the room of a
   * transport that is only warm; whoever comes hears us at once, and not only when we have learnt of it.
   */
  offerVoice(on: boolean): void {
    this.#offering.value = on;
  }

  /** Enters the consultation. Without a grant our transport still stands, if we have one. */
  enter(consultation: ConsultationId, grant: Grant | null): void {
    batch(() => {
      if (this.#live.value === null) {
        void this.#devices.open({ camera: false });
        this.#watch.begin();
        this.#company = new Company();
      }
      this.#live.value = consultation;
      if (grant) this.#join(grant);
      else if (!this.#transport.value) this.#renew();
    });
    this.#startStats();
  }

  /** Leaves: nothing is sent or received any more, and the devices' lights go off. */
  end(): void {
    this.#offering.value = false;
    if (!this.#transport.value && this.#live.value === null) return;
    this.#stopStats();
    batch(() => {
      this.#replace(null);
      this.#cancelAlone();
      this.#heard.value = true;
      this.#room = null;
      this.#early = null;
      this.#live.value = null;
      this.#rejected = 0;
      this.#watch.end();
      this.#coordinator.setVoiceOnly(false);
      this.#stats.value = new Map();
      this.#setStreams({ slots: [], missing_audio: 0, missing_video: 0 });
    });
    this.pictures.end();
    this.#devices.close();
  }

  setCamera(on: boolean): void {
    void this.#devices.setCamera(on);
  }

  /** Switches pictures off, ours and the others', because they cost data. The server is told, and sends none. */
  setVoiceOnly(on: boolean): void {
    this.#coordinator.setVoiceOnly(on);
    if (on) for (const member of this.#streams.value.keys()) this.pictures.forget(member);
    this.#tell();
  }

  /** The device is on another network. */
  networkChanged(): void {
    this.#spare?.close();
    this.#spare = null;
    this.#transport.value?.restartIce();
  }

  /** A photo is being sent: it takes the capacity of the pictures, and on a thin link some of the voice's. */
  setSendsPhoto(on: boolean): void {
    this.#sendsPhoto = on;
    this.pictures.pause(on);
    this.#applyCaps();
  }

  #stateNow(): CallState {
    const transport = this.#transport.value;
    const live = this.#live.value !== null;
    if (!transport) return { at: live ? "joining" : "idle" };
    const path = transport.state.value;
    const link = this.#connection.state.value;
    const silent = this.#watch.silentSince.value;
    // The socket notices a total outage long before ICE does; a voice that still flows is no outage.
    const cut = live && link.at === "lost" && silent !== null ? Math.max(link.since, silent) : Infinity;
    if (path.at === "lost") return { at: "lost", since: Math.min(path.since, cut) };
    if (cut < Infinity) return { at: "lost", since: cut };
    if (path.at !== "up") return { at: "joining" };
    return { at: live ? "live" : "warm" };
  }

  /** An outage keeps its beginning until a voice flows again. Without a path that is up nothing can be heard, so the socket tells since when. */
  #followOutage(): void {
    const call = this.state.value;
    const link = this.#connection.state.value;
    if (call.at !== "lost" && call.at !== "joining") this.#outageSince = null;
    const since = call.at === "lost" ? call.since : call.at !== "live" && link.at === "lost" ? link.since : null;
    if (since !== null) this.#outageSince = Math.min(since, this.#outageSince ?? since);
    this.#lostSince.value = since === null ? null : this.#outageSince;
  }

  #speaks(): boolean {
    return this.#live.value !== null || this.#offering.value;
  }

  #setMembers(call: Entered): void {
    const { member: me, members } = call;
    this.#members = members;
    this.#room = call;
    this.#lookForCompany();
    this.#coordinator.setWatched(members.some(({ member, state }) => member !== me && state === "here"));
  }

  /** The call for another doctor goes on, or finds nobody. */
  #setRinging(status: Waiting): void {
    if (!this.#room?.rings) return;
    this.#room = { ...this.#room, rings: { ...this.#room.rings, status } };
    this.#lookForCompany();
  }

  #lookForCompany(): void {
    const { clock } = this.#ports;
    const remains_ms = this.#room ? this.#company.remains_ms(clock.now(), this.#room) : Infinity;
    this.#heard.value = remains_ms > 0;
    this.#cancelAlone();
    if (remains_ms > 0 && remains_ms < Infinity)
      this.#cancelAlone = clock.after(remains_ms, () => this.#lookForCompany());
  }

  #join(grant: Grant): void {
    const transport = this.#transport.value;
    if (transport?.token === grant.token) return;
    const fresh = this.#spare ?? this.#newTransport();
    this.#spare = null;
    this.#withoutPathSince = this.#ports.clock.now();
    this.#me = grant.member;
    fresh.join(grant);
    this.#replace(fresh);
    this.#early = new MediaStream([fresh.voice]);
    this.#ports.play(new Map([[UNKNOWN_MEMBER, this.#early]]));
  }

  #newTransport(): Transport {
    const connection = this.#connection;
    return new Transport({
      ...this.#ports,
      send: (message: ClientMessage) => connection.send(message),
      reached: () => connection.state.peek().at === "ready",
      failed: (transport: Transport) => this.#failed(transport),
    });
  }

  /** Puts another transport in place. It starts with the voice alone, because nothing is permitted on it yet. */
  #replace(transport: Transport | null): void {
    batch(() => {
      this.#transport.value?.close();
      this.#transport.value = transport;
      this.#toldVoiceOnly = this.#told = false;
      this.#toldShown = true;
      this.#watch.transportReplaced();
      this.#caps.value = null;
      this.#slots.value = [];
    });
  }

  #setCaps(caps: Caps): void {
    this.#caps.value = caps;
    this.#applyCaps();
  }

  #applyCaps(): void {
    const caps = this.#caps.peek();
    if (!caps) return;
    this.#transport.peek()?.setCaps(this.#sendsPhoto ? leanVoice(caps) : caps);
  }

  #setStreams(streams: Streams): void {
    this.#slots.value = streams.slots;
    this.#transport.value?.setStreams(streams);
    const current = new Map<MemberId, MediaStream>();
    for (const { member } of streams.slots)
      current.set(member, this.#streams.value.get(member) ?? new MediaStream());
    for (const [member, stream] of current) this.#setTracks(member, stream);
    this.#streams.value = current;
    this.#ports.play(current.size || !this.#early ? current : new Map([[UNKNOWN_MEMBER, this.#early]]));
  }

  /** Puts exactly the member's current tracks into its stream. */
  #setTracks(member: MemberId, stream: MediaStream): void {
    const own = this.#slots.value.filter((slot) => slot.member === member);
    const tracks = own.map(({ mid }) => this.#transport.value?.track(mid)).filter((track) => track != null);
    for (const old of stream.getTracks()) if (!tracks.includes(old)) stream.removeTrack(old);
    for (const track of tracks) stream.addTrack(track);
  }

  #refused({ of, code }: Refused): void {
    if (of === "join") this.#renewSoon();
    else if (of === "offer" && code === "offer") this.#transport.value?.refused();
    else if (of === "offer") this.#renewSoon();
  }

  /**
   * A transport can no longer be negotiated. In a call it is kept until another one takes its place, because its
   * voice may still flow; before a call it is given up.
   */
  #failed(transport: Transport): void {
    if (transport === this.#spare) {
      transport.close();
      this.#spare = null;
    } else if (transport === this.#transport.peek()) {
      if (this.#live.peek() === null) this.#replace(null);
      else this.#renewSoon(RENEW_AFTER_MS * 2 ** Math.min(this.#rejected++, REJECTED_DOUBLES));
    }
  }

  #renewSoon(after_ms = RENEW_AFTER_MS): void {
    this.#ports.clock.after(after_ms, () => this.#renew());
  }

  /** Asks the server for a new grant; `enter` follows with it. */
  #renew(): void {
    const consultation = this.#live.value;
    this.#withoutPathSince = this.#ports.clock.now();
    if (consultation) this.#connection.send({ type: "rejoin", consultation });
  }

  #startStats(): void {
    this.#stopStats();
    const again = () => {
      const cancel = this.#ports.clock.after(STATS_EVERY_MS, () => {
        void this.#refresh();
        again();
      });
      this.#stopStats = () => {
        cancel();
        this.#watch.stop();
      };
    };
    again();
  }

  async #refresh(): Promise<void> {
    const transport = this.#transport.value;
    if (!transport) return;
    this.#renewIfStuck(transport);
    const report = await transport.stats();
    if (transport !== this.#transport.value) return;
    const before = this.#stats.value;
    const slots = this.#slots.value;
    const stats = memberStats(report, slots, before);
    batch(() => {
      this.#stats.value = stats;
      this.#watch.update(transport, report, this.#me, this.#members, slots);
    });
    this.#tell();
    // A member's slow picture stays beneath the video until that surely moves.
    for (const [member, { moving }] of stats)
      if (moving && before.get(member)?.moving) this.pictures.forget(member);
  }

  /** Tells the server what has changed about what we want and how our voice does. */
  #tell(): void {
    if (this.#live.value === null || !this.#transport.value?.isJoined) return;
    const on = this.voiceOnly.value;
    if (on !== this.#toldVoiceOnly && this.#connection.send({ type: "voice_only", on })) [this.#toldVoiceOnly, this.#told] = [on, true];
    const shown = !globalThis.document?.hidden;
    if (shown !== this.#toldShown && this.#connection.send({ type: "screen", shown })) [this.#toldShown, this.#told] = [shown, true];
    this.#watch.tell();
  }

  /** Renews a transport whose path does not come back by ICE alone, although the server is reached. */
  #renewIfStuck(transport: Transport): void {
    const now = this.#ports.clock.now();
    const waiting = transport.state.value.at !== "up" && this.#connection.state.value.at === "ready";
    if (!waiting) this.#withoutPathSince = now;
    else if (now - this.#withoutPathSince > RENEW_STUCK_MS) this.#renew();
  }
}

/** Stands for the member whose voice is played before the server has said whose it is. */
const UNKNOWN_MEMBER: MemberId = -1;
/** The longest time that the RED script is waited for. */
const SCRIPT_WAIT_MS = 1000;
/** A transport without a path for this time, although the server is reached, is renewed. */
const RENEW_STUCK_MS = 15_000;
const RENEW_AFTER_MS = 1000;
/** The wait before a renewal doubles this often, to a minute, while a browser goes on rejecting descriptions. */
const REJECTED_DOUBLES = 6;
