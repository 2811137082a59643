//! One RTCPeerConnection: voice line first, one data channel, more lines as the server asks for them. Made before it is
//! needed, joined when a grant arrives, and kept through outages.

import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { Caps, ClientMessage, Grant, MediaKind, Streams } from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import type { Copies } from "./red-encoder.ts";
import { Detour } from "./udp-retry.ts";
import { layersFor, RIDS } from "./simulcast-layers.ts";
import { Lag } from "./playout-delay.ts";
import { type Hush, LinkMeter } from "./probe-responder.ts";
import { Negotiation } from "./negotiation.ts";
import {
  eagerAnswer,
  hushed,
  playoutTargetMs,
  repairVoice,
  sameVoice,
  slimOffer,
  tuneAnswer,
  udpCandidates,
  VOICE_START_BPS,
  voiceOf,
  withoutTcp,
} from "./audio-params.ts";

export type TransportState = { at: "new" } | { at: "joining" } | { at: "up" } | { at: "lost"; since: number };

export interface TransportPorts {
  clock: Clock;
  copies: Copies;
  peer(): RTCPeerConnection;
  send(message: ClientMessage): boolean;
  /** Whether what is sent now can arrive. */
  reached(): boolean;
}

export class Transport {
  readonly #state = signal<TransportState>({ at: "new" });
  readonly #ports: TransportPorts;
  readonly #peer: RTCPeerConnection;
  readonly #voice: RTCRtpTransceiver;
  readonly #negotiation: Negotiation;
  readonly #meter: LinkMeter;
  readonly #detour: Detour;
  #camera: RTCRtpTransceiver | null = null;
  #grant: Grant | null = null;
  #joined = false;
  #answer = "";
  #caps: Caps | null = null;
  /** Our way up is full. */
  readonly #hush = signal<Hush | null>(null);
  #cancelHush = () => {};
  /** Receiving lines added since the server last counted what is missing. */
  #added: { [kind in MediaKind]: number } = { audio: 0, video: 0 };
  #cancelRestart: (() => void) | null = null;
  #restartedAt = -Infinity;
  /** UDP did not come through at once, or no longer does: the browser may know of TCP, too. */
  #mayDetour = false;
  #cancelDetour = () => {};
  /** How often the browser was told the old path again. */
  #tries = 0;
  readonly #settling = signal(false);
  #cancelSettled: (() => void) | null = null;
  readonly #lag = new Lag();
  #cancelLook = () => {};

  readonly state: ReadonlySignal<TransportState> = this.#state;
  /** Only the voice goes: the path has just come back, and a new socket's handshake fills it, or it is full anyway. */
  readonly sparing = computed(() => this.#settling.value || this.#hush.value !== null);
  /** Pictures behind the voice: what is lost is not sent again, what is late is not waited for. */
  readonly pictures: RTCDataChannel;

  constructor(ports: TransportPorts) {
    this.#ports = ports;
    this.#peer = ports.peer();
    this.#voice = this.#peer.addTransceiver("audio", {
      direction: "sendrecv",
      sendEncodings: [{ maxBitrate: VOICE_START_BPS }],
    });
    only(this.#voice, VOICE);
    ports.copies.attach(this.#voice.sender);
    this.pictures = this.#peer.createDataChannel("pictures", UNRELIABLE);
    this.#peer.onconnectionstatechange = () => this.#connectionChanged();
    this.#meter = new LinkMeter(this.#peer.createDataChannel("link", UNRELIABLE), ports.clock);
    this.#meter.onhush = (hush) => this.#obeyFor(HUSH_MS, hush);
    this.#detour = new Detour(ports.clock);
    this.#negotiation = new Negotiation({
      offer: () => this.#offer(),
      send: (sdp) => this.#send(sdp),
      apply: (sdp) => this.#apply(sdp),
      rollback: () => this.#peer.setLocalDescription({ type: "rollback" }),
      retune: () => this.#retune(),
    });
    this.#negotiation.request();
  }

  /** The grant that this transport was opened with. */
  get token(): string | null {
    return this.#grant?.token ?? null;
  }

  /** The server has answered. */
  get isJoined(): boolean {
    return this.#joined;
  }

  /** Opens the media plane: the first offer is ready, or goes out as soon as it is. */
  join(grant: Grant): void {
    this.#grant = grant;
    this.#state.value = { at: "joining" };
    this.#negotiation.repeat();
  }

  answer(sdp: string): void {
    void this.#negotiation.answer(sdp);
  }

  /** The server refused our last offer; a refusal before we have joined was another transport's. */
  refused(): void {
    if (this.#joined) void this.#negotiation.refused();
  }

  /** The signalling socket is new. Whatever was said on the old one is said again, and a lost path is looked for anew. */
  reconnected(): void {
    this.#negotiation.repeat();
    if (this.#state.value.at === "lost") this.#restartIce();
  }

  /** The network is another one: look for a path at once. */
  networkChanged(): void {
    this.#restartIce();
  }

  setVoice(track: MediaStreamTrack | null): void {
    if (this.#voice.sender.track !== track) void this.#voice.sender.replaceTrack(track);
  }

  /** Sends the camera; the line is offered the first time there is something to send. */
  setCamera(track: MediaStreamTrack | null): void {
    if (!this.#camera && track) {
      this.#addCamera();
      this.#negotiation.request();
    }
    if (this.#camera && this.#camera.sender.track !== track) void this.#camera.sender.replaceTrack(track);
  }

  /** Obeys the server: bitrates at once, what else makes a voice with the next (local) negotiation. */
  setCaps(caps: Caps): void {
    this.#obey(caps, this.#hush.value);
  }

  #obeyFor(hush_ms: number, hush: Hush): void {
    this.#cancelHush();
    this.#cancelHush = this.#ports.clock.after(hush_ms, () => this.#obey(this.#caps, null));
    this.#obey(this.#caps, hush);
  }

  #obey(caps: Caps | null, hush: Hush | null): void {
    const before = voiceOf(this.#allowed);
    this.#caps = caps;
    this.#hush.value = hush;
    this.#applyCaps();
    if (!sameVoice(before, voiceOf(this.#allowed))) this.#negotiation.retune();
  }

  /** What may be sent now. */
  get #allowed(): Caps | null {
    const hush = this.#hush.value;
    return this.#caps && hush ? hushed(this.#caps, hush) : this.#caps;
  }

  /** Adds the lines that the server misses, less those that it has not seen yet. */
  setStreams({ missing_audio, missing_video }: Streams): void {
    const added = [this.#addLines("audio", missing_audio), this.#addLines("video", missing_video)];
    if (added.includes(true)) this.#negotiation.request();
  }

  /** The server measures the link over us. */
  get measuring(): ReadonlySignal<boolean> {
    return this.#meter.measuring;
  }

  /** The first voice that arrives. */
  get voice(): MediaStreamTrack {
    return this.#voice.receiver.track;
  }

  /** What arrives on an m-line. */
  track(mid: string): MediaStreamTrack | null {
    return this.#peer.getTransceivers().find((line) => line.mid === mid)?.receiver.track ?? null;
  }

  /** The figures of now; on the way the server is told if it is heard late. */
  async stats(): Promise<RTCStatsReport> {
    const report = await this.#peer.getStats();
    this.#meter.look(report);
    if (this.#detour.look(report) && this.#state.value.at === "up") this.#restartIce();
    return report;
  }

  close(): void {
    this.#cancelRestart?.();
    this.#cancelSettled?.();
    this.#cancelDetour();
    this.#cancelHush();
    this.#cancelLook();
    this.#negotiation.close();
    this.#peer.onconnectionstatechange = null;
    this.#peer.close();
  }

  async #offer(): Promise<string> {
    await this.#describe();
    return slimOffer(this.#peer.localDescription?.sdp ?? "");
  }

  async #describe(): Promise<void> {
    const { type, sdp } = await this.#peer.createOffer();
    await this.#peer.setLocalDescription({ type, sdp: repairVoice(sdp ?? "") });
  }

  /** Without a grant the first offer waits; `join` sends it. */
  #send(sdp: string): boolean {
    if (!this.#grant) return false;
    if (this.#joined) return this.#ports.send({ type: "offer", sdp });
    return this.#ports.send({ type: "join", token: this.#grant.token, sdp });
  }

  async #apply(sdp: string): Promise<void> {
    this.#joined = true;
    this.#answer = sdp;
    this.#added = { audio: 0, video: 0 };
    if (this.#state.value.at === "joining") this.#detourSoon();
    await this.#applyAnswer();
  }

  /**
   * A path by TCP is kept alive by the browser beside the one in use, and its checks pile up in a dead link: after 10 s they
   * were 6 kB, in front of the first words. So it is only made where UDP does not come through.
   */
  #detourSoon(): void {
    this.#cancelDetour();
    this.#cancelDetour = this.#ports.clock.after(DETOUR_AFTER_MS, () => {
      this.#mayDetour = true;
      this.#negotiation.retune();
    });
  }

  async #retune(): Promise<void> {
    if (!this.#answer) return;
    await this.#describe();
    await this.#applyAnswer();
  }

  async #applyAnswer(): Promise<void> {
    const known = this.#mayDetour ? this.#answer : withoutTcp(this.#answer);
    const answer = this.#state.value.at === "up" ? known : eagerAnswer(known);
    const sdp = tuneAnswer(answer, voiceOf(this.#allowed));
    await this.#peer.setRemoteDescription({ type: "answer", sdp });
    this.#applyCaps();
  }

  /** Sends our camera and receives another's: one line for both. */
  #addCamera(): void {
    const sendEncodings = layersFor(this.#allowed?.video_bps ?? null).map((layer, i) => ({
      rid: RIDS[i]!,
      ...layer,
    }));
    this.#camera = this.#peer.addTransceiver("video", { direction: "sendrecv", sendEncodings });
    only(this.#camera, VIDEO);
  }

  /** The first picture that is missing comes on our own camera's line: later our camera needs no new one. */
  #addLines(kind: MediaKind, missing: number): boolean {
    const before = this.#added[kind];
    for (; this.#added[kind] < missing; this.#added[kind]++) {
      if (kind === "video" && !this.#camera) this.#addCamera();
      else only(this.#peer.addTransceiver(kind, { direction: "recvonly" }), kind === "audio" ? VOICE : VIDEO);
    }
    return this.#added[kind] > before;
  }

  #applyCaps(): void {
    const caps = this.#allowed;
    if (!caps) return;
    encode(this.#voice.sender, [{ maxBitrate: caps.audio_bps }]);
    if (this.#camera) encode(this.#camera.sender, layersFor(caps.video_bps));
    this.#ports.copies.goBack(this.#settling.value ? 0 : caps.red);
    const target = playoutTargetMs(caps);
    for (const { receiver } of this.#peer.getTransceivers())
      if (receiver.track.kind === "audio" && "jitterBufferTarget" in receiver)
        receiver.jitterBufferTarget = target;
  }

  #connectionChanged(): void {
    const { connectionState } = this.#peer;
    if (connectionState === "connected") this.#up();
    else if (connectionState === "failed") this.#failed();
    else if (connectionState === "disconnected") this.#lost(RESTART_AFTER_MS);
  }

  #up(): void {
    this.#cancelRestart?.();
    this.#cancelRestart = null;
    this.#cancelDetour();
    if (this.#state.value.at === "lost") this.#settle();
    this.#state.value = { at: "up" };
    this.#watch();
    // From here on the server is what it is: eager, Chromium would nominate every path that it tries.
    this.#negotiation.retune();
  }

  /**
   * A voice that has quickly become much later, on a link too thin for a camera: both ways of it mostly are one radio, and
   * the server's word that ours is full would stand behind all that waits.
   */
  #watch(): void {
    this.#cancelLook();
    this.#cancelLook = this.#ports.clock.after(LOOK_MS, () => {
      const lines = this.#peer.getTransceivers().filter(({ receiver }) => receiver.track.kind === "audio");
      const late_ms = this.#lag.look(lines.flatMap(({ receiver }) => receiver.getSynchronizationSources()));
      const caps = this.#caps;
      if (late_ms > LATE_MS && caps?.video_bps === null && !this.sparing.value)
        this.#obeyFor(LATE_HUSH_MS, { ptime_ms: caps.ptime_ms, audio_bps: caps.audio_bps });
      this.#watch();
    });
  }

  #settle(): void {
    this.#settling.value = true;
    this.#cancelSettled?.();
    this.#cancelSettled = this.#ports.clock.after(SETTLES_MS, () => {
      this.#settling.value = false;
      this.#applyCaps();
    });
  }

  /** The browser still looks for the old path; soon we look for another. What a restart goes through is no reason for one. */
  #lost(restart_ms: number): void {
    const now = this.#ports.clock.now();
    if (this.#state.value.at !== "lost") this.#state.value = { at: "lost", since: now };
    this.#cancelRestart?.();
    const wait_ms = Math.max(restart_ms, this.#restartedAt + RESTART_AGAIN_MS - now);
    this.#cancelRestart = this.#ports.clock.after(wait_ms, () => this.#restartIce());
  }

  #failed(): void {
    if (!this.#ports.reached()) this.#tryOldPath();
    this.#lost(0);
  }

  /**
   * New credentials, new candidates; again and again until the path is found. Into a dead link no offer is made: the old
   * path may come back with it, and would have to be left for nothing.
   */
  #restartIce(): void {
    if (this.#ports.reached()) {
      this.#restartedAt = this.#ports.clock.now();
      this.#mayDetour ||= this.#state.value.at === "lost";
      this.#peer.restartIce();
      this.#negotiation.request();
    }
    this.#cancelRestart?.();
    this.#cancelRestart = this.#ports.clock.after(RESTART_AGAIN_MS, () => {
      if (this.#state.value.at === "lost") this.#restartIce();
    });
  }

  /**
   * After 15 s without an answer Chromium gives every pair of candidates up, and checks nothing any more. It begins anew
   * with a candidate that it does not know: ours under another foundation. Ports and credentials stay as they are, and
   * nothing has to be said over the dead link.
   */
  #tryOldPath(): void {
    this.#tries++;
    for (const candidate of udpCandidates(this.#answer, `again${this.#tries}`))
      this.#peer.addIceCandidate({ candidate, sdpMLineIndex: 0 }).catch(() => undefined); // Closed meanwhile.
  }
}

/** Keeps an m-line to the codecs in use: a shorter offer, on a link where a kilobyte is a fifth of a second. */
function only(line: RTCRtpTransceiver, mimeTypes: string[]): void {
  const known = globalThis.RTCRtpReceiver?.getCapabilities(line.receiver.track.kind)?.codecs ?? [];
  const wanted = known.filter(({ mimeType }) =>
    mimeTypes.some((type) => type.toLowerCase() === mimeType.toLowerCase()),
  );
  if (wanted.length) line.setCodecPreferences?.(wanted);
}

function encode(sender: RTCRtpSender, wanted: Partial<RTCRtpEncodingParameters>[]): void {
  const parameters = sender.getParameters();
  if (!parameters.encodings?.length) return;
  parameters.encodings.forEach((encoding, i) => Object.assign(encoding, wanted[i]));
  sender.setParameters(parameters).catch(() => undefined); // Superseded by a newer call: that one applies.
}

const UNRELIABLE = { ordered: false, maxRetransmits: 0 };
const VOICE = ["audio/opus", "audio/red"];
const VIDEO = ["video/VP8", "video/rtx"];
/** Two round trips of a VSAT for checks, and a lost one. */
const DETOUR_AFTER_MS = 2500;
const SETTLES_MS = 4000;
/** Said again each half second for as long as our way up is full; longer than new caps take behind a full way down. */
const HUSH_MS = 8000;
/** As often a voice is looked at, and so late is worth less of ours: a player's own stock changes by half of it. */
const LOOK_MS = 250;
const LATE_MS = 400;
/** By then the server has seen it, too. */
const LATE_HUSH_MS = 4000;
const RESTART_AFTER_MS = 1500;
/** A round trip of the slowest link for the offer, and some for the checks. */
const RESTART_AGAIN_MS = 4000;
