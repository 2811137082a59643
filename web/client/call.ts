//! The media side of a consultation: one transport, voice first, the camera when the server permits it. Recovers by
//! itself. Screens draw its signals; nobody else touches WebRTC.

import { batch, computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals-core";
import type {
  Call as Entered,
  Caps,
  ClientMessage,
  ConsultationId,
  Grant,
  Member,
  MemberId,
  Mic,
  Refused,
  Slot,
  Streams,
  Voice,
} from "../protocol/messages.ts";
import type { Clock } from "./platform/clock.ts";
import type { Connection } from "./signalling/connection.ts";
import type { Copies } from "./webrtc/red-encoder.ts";
import type { Devices } from "./platform/devices.ts";
import { Doubt } from "./quality/liveness.ts";
import { arrivals, figuresOf, type MemberStats, ownVoice, voicePackets } from "./quality/stats.ts";
import { Hearing } from "./quality/one-way-audio.ts";
import { OwnVoice, type Source } from "./quality/mic-silence.ts";
import { leanVoice } from "./photos/pace.ts";
import { PicturesDoor } from "./pictures/lazy.ts";
import { Transport } from "./webrtc/transport.ts";

/** `idle` no transport · `joining` · `warm` transport up while waiting · `live` voice can flow · `lost` resumes by itself. */
export type CallState =
  { at: "idle" } | { at: "joining" } | { at: "warm" } | { at: "live" } | { at: "lost"; since: number };

export interface CallPorts {
  clock: Clock;
  copies: Copies;
  peer(): RTCPeerConnection;
  /** Makes the others heard. */
  play(streams: ReadonlyMap<MemberId, MediaStream>): void;
}

/** Whose voice it is before the server has said whose. */
const NOBODY: MemberId = -1;
const FIGURES_EVERY_MS = 500;
/** In its pauses a voice still sends a packet each 400 ms. */
const SILENT_MS = 450;
const SCRIPT_WAIT_MS = 1000;
/** After this without a path, although the server is reached, everything is begun anew. */
const GIVE_UP_MS = 15_000;
const RENEW_AFTER_MS = 1000;
/** A link below 80 kbit/s, on which no camera will be permitted, has a longer round trip than this. */
const QUICK_LINK_MS = 150;

/** An outage that ends by itself is not worth a message on the link that has just come back. */
const CUT_OFF_MS = 4000;
/**
 * An outage of a call is one of its socket, too. The voice needs none to come back, and a handshake of 5 kB would stand in
 * front of its first words: TCP gets the time to come back by itself.
 */
const SOCKET_KEPT_MS = 15_000;
/** What a transport begins with. */
const WELL: Voice = { mic: "open", deaf: false };

export class Call {
  readonly #connection: Connection;
  readonly #devices: Devices;
  readonly #ports: CallPorts;
  readonly #transport = signal<Transport | null>(null);
  /** The consultation whose voices flow; null while waiting. */
  readonly #live = signal<ConsultationId | null>(null);
  /** We call, or take a call: our voice is sent before we know of an answer. */
  readonly #offering = signal(false);
  readonly #slots = signal<Slot[]>([]);
  readonly #streams = signal<ReadonlyMap<MemberId, MediaStream>>(new Map());
  readonly #stats = signal<ReadonlyMap<MemberId, MemberStats>>(new Map());
  readonly #caps = signal<Caps | null>(null);
  #besidePhoto = false;
  /** Somebody else is there to be shown something. */
  readonly #watched = signal(true);
  /** Since when no packet has come from anybody; null while they come. */
  readonly #silentSince = signal<number | null>(null);
  readonly #own = new OwnVoice();
  readonly #hearing = new Hearing();
  readonly #members = signal<readonly Member[]>([]);
  /** Our microphone is open, and gives nothing. */
  readonly #soundless = signal(false);
  readonly #deafTo = signal<readonly MemberId[]>([]);
  readonly #unheard = signal(false);
  /** What the server knows of our voice; null: what it knows is not sure. */
  #told: Voice | null = WELL;
  readonly #voiceOnly = signal(false);
  #toldVoiceOnly = false;
  #spare: Transport | null = null;
  /** The voice line of a transport: it is played from the first packet on, which overtakes the message that names it. */
  #early: MediaStream | null = null;
  /** Our place in the room. */
  #me: MemberId = 0;
  #withoutPathSince = 0;
  readonly #doubt: Doubt;
  /** When the last packet of anybody came, or we began to wait for one. */
  #packetAt = 0;
  #packets = 0;
  #stopFigures = () => {};
  #cancelLook = () => {};

  /** The others' streams. A member's MediaStream object stays the same while its tracks come and go. */
  readonly streams: ReadonlySignal<ReadonlyMap<MemberId, MediaStream>> = this.#streams;
  /** Refreshed twice a second while in a call. */
  readonly stats: ReadonlySignal<ReadonlyMap<MemberId, MemberStats>> = this.#stats;
  /** What the server lets us send; null before it said so. */
  readonly caps: ReadonlySignal<Caps | null> = this.#caps;
  /** Whether the user wants to be seen; the link and the device decide whether it can be. */
  readonly cameraWanted: ReadonlySignal<boolean>;
  /** By choice there are no pictures, neither way. */
  readonly voiceOnly: ReadonlySignal<boolean> = this.#voiceOnly;
  readonly state: ReadonlySignal<CallState> = computed(() => this.#stateNow());
  /** Since when nobody is heard; null while a voice can flow, even if the socket is lost meanwhile. */
  readonly lostSince: ReadonlySignal<number | null> = computed(() => this.#lostSince());
  /** Whether our camera is being sent now: wanted, permitted by `caps`, and working. */
  readonly sendingVideo: ReadonlySignal<boolean> = computed(() => this.#cameraNow() !== null);
  /** The link is being measured, or there is nothing to measure it over. */
  readonly measuring: ReadonlySignal<boolean> = computed(() => this.#transport.value?.measuring.value ?? true);
  /** What our microphone gives. */
  readonly mic: ReadonlySignal<Mic> = computed(() => this.#micNow());
  /** Whose voice does not reach us, although it reaches the server; repaired by itself. */
  readonly deafTo: ReadonlySignal<readonly MemberId[]> = this.#deafTo;
  /** Our voice is sent and does not reach the server; repaired by itself. */
  readonly unheard: ReadonlySignal<boolean> = this.#unheard;
  /** Slow pictures behind the voice, where the link carries no camera. */
  readonly pictures: PicturesDoor;

  constructor(connection: Connection, devices: Devices, ports: CallPorts) {
    this.#connection = connection;
    this.#devices = devices;
    this.#ports = ports;
    this.cameraWanted = devices.cameraWanted;
    this.#doubt = new Doubt(ports.clock, {
      get heardAt() {
        return connection.heardAt;
      },
      rtt: () => connection.rttMs.peek(),
      ask: () => connection.ask(),
      giveUp: () => connection.giveUp(SOCKET_KEPT_MS),
    });
    this.pictures = new PicturesDoor({ clock: ports.clock, rttMs: () => connection.rttMs.peek() ?? 0 });
    connection.on("answer", ({ sdp }) => this.#transport.value?.answer(sdp));
    connection.on("streams", (streams) => this.#setStreams(streams));
    connection.on("caps", (caps) => this.#setCaps(caps));
    connection.on("call", (call) => this.#count(call));
    connection.on("welcome", ({ call }) => call && this.#count(call));
    connection.on("welcome", () => void ports.copies.load());
    connection.on("error", (refusal) => this.#refused(refusal));
    effect(() => this.#transport.value?.setVoice(this.#speaks() ? devices.micTrack.value : null));
    effect(() => this.#transport.value?.setCamera(this.#cameraNow()));
    effect(() => this.#openCamera());
    effect(() => this.pictures.use(this.#transport.value?.pictures ?? null, this.#me));
    effect(() => this.#film());
  }

  /**
   * Makes the next transport now, so that joining costs one round trip less. A browser takes the voice's script with a new
   * sender only, so it must be there first; one that does not come is not waited for.
   */
  async prepare(): Promise<void> {
    const { clock, copies } = this.#ports;
    await Promise.race([copies.load(), new Promise<void>((resolve) => clock.after(SCRIPT_WAIT_MS, resolve))]);
    if (!this.#transport.value) this.#spare ??= this.#newTransport();
  }

  /** The socket is new. `grant`: what it brought; one that we do not hold replaces our transport in a moment. */
  reconnected(grant: Grant | null): void {
    const transport = this.#transport.value;
    if (grant === null || grant.token === transport?.token) transport?.reconnected();
    if (this.#told !== WELL) this.#told = null;
  }

  /** A request is with the server, or will be: the transport is warmed meanwhile. */
  warm(grant: Grant): void {
    this.#join(grant);
  }

  /**
   * Whether our voice goes to the server before we are in the consultation, from a microphone that is open. Nobody is in
   * the room of a transport that is only warm; whoever comes hears us at once, and not when we have learnt of it.
   */
  offerVoice(on: boolean): void {
    this.#offering.value = on;
  }

  /** In the consultation. Without a grant our transport still stands, if we have one. */
  enter(consultation: ConsultationId, grant: Grant | null): void {
    batch(() => {
      if (this.#live.value === null) {
        void this.#devices.open({ camera: false });
        this.#packetAt = this.#ports.clock.now();
        this.#doubt.begin();
        this.#hearing.begin();
      }
      this.#live.value = consultation;
      if (grant) this.#join(grant);
      else if (!this.#transport.value) this.#renew();
    });
    this.#startFigures();
  }

  /** Out of it: nothing is sent or received any more, and the devices' lights go off. */
  end(): void {
    this.#offering.value = false;
    if (!this.#transport.value && this.#live.value === null) return;
    this.#stopFigures();
    batch(() => {
      this.#replace(null);
      this.#early = null;
      this.#live.value = null;
      this.#own.rest();
      this.#soundless.value = false;
      this.#voiceOnly.value = false;
      this.#stats.value = new Map();
      this.#setStreams({ slots: [], missing_audio: 0, missing_video: 0 });
    });
    this.pictures.end();
    this.#devices.close();
  }

  setCamera(on: boolean): void {
    void this.#devices.setCamera(on);
  }

  /** "Rester en voix": pictures cost data, our own and those of the others. The server is told, and sends none. */
  setVoiceOnly(on: boolean): void {
    this.#voiceOnly.value = on;
    if (on) for (const member of this.#streams.value.keys()) this.pictures.forget(member);
    this.#tell();
  }

  /** The device says that its network is another one. */
  networkChanged(): void {
    this.#spare?.close();
    this.#spare = null;
    this.#transport.value?.networkChanged();
  }

  #stateNow(): CallState {
    const transport = this.#transport.value;
    const live = this.#live.value !== null;
    if (!transport) return { at: live ? "joining" : "idle" };
    const path = transport.state.value;
    const link = this.#connection.state.value;
    const silent = this.#silentSince.value;
    if (path.at === "lost") return path;
    // A total outage: the socket knows it long before ICE does, and voice that still flows is no outage.
    if (live && link.at === "lost" && silent !== null)
      return { at: "lost", since: Math.max(link.since, silent) };
    if (path.at !== "up") return { at: "joining" };
    return { at: live ? "live" : "warm" };
  }

  /** Without a transport that stands there is nothing to hear, and the socket tells. */
  #lostSince(): number | null {
    const call = this.state.value;
    if (call.at === "lost") return call.since;
    const link = this.#connection.state.value;
    return call.at !== "live" && link.at === "lost" ? link.since : null;
  }

  #speaks(): boolean {
    return this.#live.value !== null || this.#offering.value;
  }

  /** Whether the user wants to be seen, here and now. */
  #shows(): boolean {
    return this.#devices.cameraWanted.value && !this.#voiceOnly.value;
  }

  /** Voice comes first: the server says when a camera may follow. */
  #mayFilm(): boolean {
    return (
      this.#live.value !== null && this.#caps.value?.video_bps != null && this.#shows()
    );
  }

  /** What pictures may take; null: none are to be sent. */
  #picturesBps(): number | null {
    const caps = this.#caps.value;
    if (this.#live.value === null || !caps || caps.video_bps !== null) return null;
    return this.#shows() ? caps.pictures_bps : null;
  }

  #count({ member: me, members }: Entered): void {
    this.#members.value = members;
    this.#watched.value = members.some(({ member, state }) => member !== me && state === "here");
  }

  /**
   * Into a dead link nothing is sent: the channel's own waits grow with each loss, and would outlast the outage. When it is
   * back, the voice comes first.
   */
  #film(): void {
    const passes = this.state.value.at !== "lost" && !this.#transport.value?.sparing.value;
    const bps = this.#watched.value && passes ? this.#picturesBps() : null;
    const track = bps ? this.#devices.cameraTrack.value : null;
    const hidden = !this.#shows();
    untracked(() => this.pictures.film(track, bps, hidden));
  }

  #cameraNow(): MediaStreamTrack | null {
    return this.#mayFilm() ? this.#devices.cameraTrack.value : null;
  }

  /** A camera takes half a second to open: on a quick link that time is not lost, since the permission will come. */
  #openCamera(): void {
    const soon = this.#live.value !== null && this.#shows() && this.#isQuick();
    if (soon || this.#mayFilm() || this.#picturesBps()) untracked(() => void this.#devices.open({ camera: true }));
  }

  #isQuick(): boolean {
    const rtt_ms = this.#connection.rttMs.peek();
    return rtt_ms !== null && rtt_ms < QUICK_LINK_MS;
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
    this.#ports.play(new Map([[NOBODY, this.#early]]));
  }

  #newTransport(): Transport {
    const connection = this.#connection;
    return new Transport({
      ...this.#ports,
      send: (message: ClientMessage) => connection.send(message),
      reached: () => connection.state.peek().at === "ready",
    });
  }

  /** What was permitted on the old transport is not yet on the new one: voice first, again. */
  #replace(transport: Transport | null): void {
    batch(() => {
      this.#transport.value?.close();
      this.#transport.value = transport;
      this.#told = WELL;
      this.#toldVoiceOnly = false;
      this.#restHearing();
      this.#caps.value = null;
      this.#slots.value = [];
    });
  }

  #setCaps(caps: Caps): void {
    this.#caps.value = caps;
    this.#obey();
  }

  #obey(): void {
    const caps = this.#caps.peek();
    if (!caps) return;
    this.#transport.peek()?.setCaps(this.#besidePhoto ? leanVoice(caps) : caps);
  }

  /** A photo takes the room behind the voice for a while, and on a thin link some of the voice's own. */
  besidePhoto(on: boolean): void {
    this.#besidePhoto = on;
    this.pictures.pause(on);
    this.#obey();
  }

  #setStreams(streams: Streams): void {
    this.#slots.value = streams.slots;
    this.#transport.value?.setStreams(streams);
    const current = new Map<MemberId, MediaStream>();
    for (const { member } of streams.slots)
      current.set(member, this.#streams.value.get(member) ?? new MediaStream());
    for (const [member, stream] of current) this.#fill(member, stream);
    this.#streams.value = current;
    this.#ports.play(current.size || !this.#early ? current : new Map([[NOBODY, this.#early]]));
  }

  /** Puts exactly a member's tracks of now into its stream. */
  #fill(member: MemberId, stream: MediaStream): void {
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

  #renewSoon(): void {
    this.#ports.clock.after(RENEW_AFTER_MS, () => this.#renew());
  }

  /** Asks for a fresh grant; `enter` follows with it. */
  #renew(): void {
    const consultation = this.#live.value;
    this.#withoutPathSince = this.#ports.clock.now();
    if (consultation) this.#connection.send({ type: "rejoin", consultation });
  }

  #startFigures(): void {
    this.#stopFigures();
    const again = () => {
      const cancel = this.#ports.clock.after(FIGURES_EVERY_MS, () => {
        void this.#refresh();
        again();
      });
      this.#stopFigures = () => {
        cancel();
        this.#cancelLook();
      };
    };
    again();
  }

  async #refresh(): Promise<void> {
    const transport = this.#transport.value;
    if (!transport) return;
    this.#giveUp(transport);
    const report = await transport.stats();
    if (transport !== this.#transport.value) return;
    const before = this.#stats.value;
    const figures = figuresOf(report, this.#slots.value, before);
    batch(() => {
      this.#listen(transport, report);
      this.#stats.value = figures;
      this.#hear(transport, report);
    });
    this.#tell();
    // The slow pictures stay beneath until the camera's are surely drawn.
    for (const [member, { moving }] of figures)
      if (moving && before.get(member)?.moving) this.pictures.forget(member);
  }

  /** A voice tells that the link stands; where none is heard, the socket is asked. */
  #listen(transport: Transport, report: RTCStatsReport): void {
    const now = this.#ports.clock.now();
    const { packets, age_ms } = arrivals(report);
    if (packets !== this.#packets) this.#packetAt = now - Math.min(age_ms, FIGURES_EVERY_MS);
    this.#packets = packets;
    this.#connection.vouch(this.#packetAt);
    this.#silentSince.value = now - this.#packetAt > SILENT_MS ? this.#packetAt : null;
    this.#cancelLook();
    const path = transport.state.value.at;
    const expecting = path === "up" || path === "lost";
    if (!expecting || this.#connection.state.value.at !== "ready") return this.#doubt.rest();
    const next_ms = this.#doubt.look(this.#packetAt);
    if (next_ms < FIGURES_EVERY_MS)
      this.#cancelLook = this.#ports.clock.after(next_ms, () => void this.#look(transport));
  }

  async #look(transport: Transport): Promise<void> {
    const report = await transport.stats();
    if (transport === this.#transport.value) this.#listen(transport, report);
  }

  /** Whether a voice stays away though it is sent, ours or another's; and whether ours is one. */
  #hear(transport: Transport, report: RTCStatsReport): void {
    const now = this.#ports.clock.now();
    const { sent, source } = ownVoice(report);
    this.#listenToOwn(now, source);
    const isUp = transport.state.value.at === "up" && this.#connection.state.value.at === "ready";
    if (!isUp || this.#live.value === null) return this.#restHearing();
    const repair = this.#hearing.look(now, {
      me: this.#me,
      members: this.#members.value,
      packets: voicePackets(report, this.#slots.value),
      sent: this.#devices.micTrack.value ? sent : null,
    });
    if (this.#deafTo.value.length || this.#hearing.deafTo.length) this.#deafTo.value = this.#hearing.deafTo;
    this.#unheard.value = this.#hearing.unheard;
    if (repair === "restart") transport.networkChanged();
    else if (repair === "renew") this.#renew();
  }

  #listenToOwn(now: number, source: Source | null): void {
    if (this.#devices.mic.value !== "on") this.#own.rest();
    else if (this.#own.look(now, source)) {
      const judged = (silent: boolean) => this.#own.judged(this.#ports.clock.now(), silent);
      void this.#devices.isDead().then(judged, () => judged(false));
    }
    this.#soundless.value = this.#own.dead;
  }

  #restHearing(): void {
    this.#hearing.rest();
    this.#deafTo.value = [];
    this.#unheard.value = false;
  }

  #micNow(): Mic {
    const mic = this.#devices.mic.value;
    if (mic === "on") return this.#soundless.value ? "dead" : "open";
    if (mic === "muted") return "muted";
    return mic === "asking" || mic === "off" ? "open" : "dead";
  }

  /** The others are told what we know of our voice: they would only hear nothing. */
  #tell(): void {
    if (this.#live.value === null || !this.#transport.value?.isJoined) return;
    const on = this.#voiceOnly.value;
    if (on !== this.#toldVoiceOnly && this.#connection.send({ type: "voice_only", on })) this.#toldVoiceOnly = on;
    const voice: Voice = { mic: this.mic.value, deaf: this.#isCutOff() || this.#deafTo.value.length > 0 };
    if (voice.mic === this.#told?.mic && voice.deaf === this.#told.deaf) return;
    if (this.#connection.send({ type: "voice", ...voice })) this.#told = voice;
  }

  /**
   * The server is reached and no path is: it may still hear us, and only we know that nothing comes back. A voice that does
   * is there before the browser says that the path is.
   */
  #isCutOff(): boolean {
    const path = this.#transport.value?.state.value;
    const silent = this.#silentSince.value;
    if (path?.at !== "lost" || silent === null || this.#connection.state.value.at !== "ready") return false;
    return this.#ports.clock.now() - Math.max(path.since, silent) > CUT_OFF_MS;
  }

  /** A path that does not come back by ICE alone, though the server is reached, is begun anew. */
  #giveUp(transport: Transport): void {
    const now = this.#ports.clock.now();
    const waiting = transport.state.value.at !== "up" && this.#connection.state.value.at === "ready";
    if (!waiting) this.#withoutPathSince = now;
    else if (now - this.#withoutPathSince > GIVE_UP_MS) this.#renew();
  }
}
