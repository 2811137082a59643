/**
 * One RTCPeerConnection to the server: a voice section first, two data channels, and more media sections as the
 * server asks for them. It is made before it is needed, joined when a grant arrives, and kept through outages. Owned
 * by `call.ts`.
 */

import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { Caps, ClientMessage, Grant, MediaKind, Streams } from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import { paramsOf, playoutTargetMs, START_BPS } from "./audio-params.ts";
import type { Hold } from "./held-link.ts";
import { IceRecovery } from "./ice-recovery.ts";
import { Negotiation } from "./negotiation.ts";
import { ProbeResponder } from "./probe-responder.ts";
import type { VoiceTransform } from "./voice-transform.ts";
import { offerAudioNack, slimOffer, tuneAnswer, withoutIceLite, withoutVoiceSsrcs } from "./sdp.ts";
import { SenderLimits } from "./sender-limits.ts";
import { layersFor, RIDS } from "./simulcast-layers.ts";
import type { StallWatch } from "./stalls.ts";

/** The state of the path: `new` before a grant, then `joining` until media can flow. */
export type TransportState = { at: "new" } | { at: "joining" } | { at: "up" } | { at: "lost"; since: number };

/** The surroundings of a transport. */
export interface TransportPorts {
  clock: Clock;
  voiceTransform: VoiceTransform;
  peer(): RTCPeerConnection;
  /** Sends a message to the server; false if the socket is down. */
  send(message: ClientMessage): boolean;
  /** True if what is sent now can reach the server. */
  reached(): boolean;
  /** The browser has rejected a description. The media that flows goes on; nothing can be added to it. */
  failed(transport: Transport): void;
}

/** A transport, which is used for one grant. */
export class Transport {
  readonly #state = signal<TransportState>({ at: "new" });
  readonly #ports: TransportPorts;
  readonly #peer: RTCPeerConnection;
  readonly #voice: RTCRtpTransceiver;
  readonly #negotiation: Negotiation;
  readonly #responder: ProbeResponder;
  readonly #recovery: IceRecovery;
  readonly #limits: SenderLimits;
  /** The watch over stalls, once its code is there. */
  #stalls: StallWatch | null = null;
  /** True if answers are applied without the SSRCs of the voices. Each change makes new jitter buffers. */
  #withoutSsrcs = false;
  #camera: RTCRtpTransceiver | null = null;
  #grant: Grant | null = null;
  #joined = false;
  #answer = "";
  /** Receiving sections that were added since the server last counted the missing ones. */
  #added: { [kind in MediaKind]: number } = { audio: 0, video: 0 };
  /** True for a while after the path came back. */
  readonly #settling = signal(false);
  #cancelSettled = () => {};
  #cancelPlayoutLook = () => {};
  /** What the link does, as far as we can see. */
  readonly #hold = signal<Hold>("open");

  readonly state: ReadonlySignal<TransportState> = this.#state;
  /** True if nothing but the voice is to be sent: the path has just come back, or the uplink is limited. */
  readonly sparing: ReadonlySignal<boolean>;
  /** The data channel for slow pictures: unordered, without retransmission. */
  readonly pictures: RTCDataChannel;

  /** The track that is sent while nobody hears us, and the microphone's track of which it is a copy. */
  #silence: MediaStreamTrack | null = null;
  #silenced: MediaStreamTrack | null = null;
  /** The voice that is to be sent, and whether anybody is there to hear it. */
  #wantedVoice: { track: MediaStreamTrack | null; heard: boolean } = { track: null, heard: true };

  constructor(ports: TransportPorts) {
    this.#ports = ports;
    this.#peer = ports.peer();
    this.#limits = new SenderLimits(ports.clock, (audioChanged) => {
      this.#applyCaps();
      if (audioChanged) this.#negotiation.reapply();
    });
    this.sparing = computed(() => this.#settling.value || this.#limits.limit.value !== null || this.#hold.value !== "open");
    this.#voice = this.#peer.addTransceiver("audio", {
      direction: "sendrecv",
      sendEncodings: [{ maxBitrate: START_BPS }],
    });
    preferCodecs(this.#voice, VOICE);
    this.pictures = this.#peer.createDataChannel("pictures", UNRELIABLE);
    this.#peer.onconnectionstatechange = () => this.#connectionChanged();
    this.#responder = new ProbeResponder(this.#peer.createDataChannel("link", UNRELIABLE), ports.clock);
    this.#responder.onlimit = (limit) => this.#limits.limitFor(LIMIT_MS, limit);
    this.#responder.onalive = (unheard) => {
      this.#stalls?.link.note(ports.clock.now(), unheard);
      this.#lookAtLink();
    };
    this.#responder.onrenew = () => this.#renewBuffers();
    ports.voiceTransform.attach(this.#voice);
    this.#negotiation = new Negotiation({
      offer: () => this.#offer(),
      send: (sdp) => this.#send(sdp),
      apply: (sdp) => this.#apply(sdp),
      rollback: () => this.#peer.setLocalDescription({ type: "rollback" }),
      reapply: () => this.#reapply(),
      failed: () => ports.failed(this),
    });
    this.#recovery = new IceRecovery(this.#peer, {
      clock: ports.clock,
      reached: ports.reached,
      isLost: () => this.#state.value.at === "lost",
      offer: () => this.#negotiation.request(),
      reapply: () => this.#negotiation.reapply(),
    });
    this.#negotiation.request();
  }

  /** The join token of the grant that this transport was opened with. */
  get token(): string | null {
    return this.#grant?.token ?? null;
  }

  /** True if the server has answered. */
  get isJoined(): boolean {
    return this.#joined;
  }

  /** Joins the room of the grant: sends the first offer, now or as soon as it is ready. */
  join(grant: Grant): void {
    this.#grant = grant;
    this.#state.value = { at: "joining" };
    this.#negotiation.repeat();
  }

  answer(sdp: string): void {
    void this.#negotiation.answer(sdp);
  }

  /** The server refused our last offer. A refusal before we have joined belongs to another transport. */
  refused(): void {
    if (this.#joined) void this.#negotiation.refused();
  }

  /** The signalling socket is new: a pending offer is sent again, and a lost path is looked for. */
  reconnected(): void {
    this.#negotiation.repeat();
    if (this.#state.value.at === "lost") this.#recovery.restart();
  }

  /** Restarts ICE, because the device is on another network or a voice stays away. */
  restartIce(): void {
    this.#recovery.restart();
  }

  /**
   * Sends our voice. If nobody hears it, silence is sent in its place, which is a few bytes each 400 ms (RFC 7587, section 3.1.3): the
   * server still knows at once that the link lives, and the voice is back with the next packet, without a negotiation.
   * The same is sent while the link stands still.
   */
  setVoice(track: MediaStreamTrack | null, heard: boolean): void {
    this.#wantedVoice = { track, heard };
    const silence = track && !(heard && this.#hold.value !== "held") ? this.#silenceOf(track) : null;
    const sent = silence ?? track;
    if (this.#voice.sender.track !== sent) void this.#voice.sender.replaceTrack(sent);
    if (silence === this.#silence) return;
    this.#silence?.stop();
    this.#silence = silence;
  }

  /** A disabled copy of the microphone's track. The track itself goes on, because the check of the microphone listens to it. */
  #silenceOf(track: MediaStreamTrack): MediaStreamTrack {
    if (this.#silence && this.#silenced === track) return this.#silence;
    const copy = track.clone();
    copy.enabled = false;
    this.#silenced = track;
    return copy;
  }

  /** Sends the camera; its media section is offered when there is first something to send. */
  setCamera(track: MediaStreamTrack | null): void {
    if (!this.#camera && track) {
      this.#addCamera();
      this.#negotiation.request();
    }
    if (this.#camera && this.#camera.sender.track !== track)
      void this.#camera.sender.replaceTrack(track).then(() => this.#applyCaps());
  }

  /** Applies the server's caps: bit rates at once, the voice's other parameters with a local renegotiation. */
  setCaps(caps: Caps): void {
    this.#limits.setCaps(caps);
  }

  /** Adds the media sections that the server misses, less those that it has not seen yet. */
  setStreams({ missing_audio, missing_video }: Streams): void {
    const added = [this.#addSections("audio", missing_audio), this.#addSections("video", missing_video)];
    if (added.includes(true)) this.#negotiation.request();
  }

  /** True while the server measures the link over this transport. */
  get measuring(): ReadonlySignal<boolean> {
    return this.#responder.measuring;
  }

  /** The track of the first voice section. */
  get voice(): MediaStreamTrack {
    return this.#voice.receiver.track;
  }

  /** The track that arrives on a media section. */
  track(mid: string): MediaStreamTrack | null {
    return this.#peer.getTransceivers().find((line) => line.mid === mid)?.receiver.track ?? null;
  }

  /**
   * The browser's statistics of now. Reading them also tells how much arrives, gives a voice that its jitter buffer holds
   * back for no reason a new one, and mends a transform in which a voice is stuck.
   */
  async stats(): Promise<RTCStatsReport> {
    const report = await this.#peer.getStats();
    this.#stalls?.reports.report(report);
    this.#watchBuffer(report);
    const isUp = this.#state.value.at === "up";
    if (isUp) void this.#stalls?.renewTransform(this.#peer.getTransceivers(), report)?.then(() => this.#applyCaps(), () => undefined);
    if (this.#stalls?.udpRetry.isDue(report) && isUp) this.#recovery.restart();
    return report;
  }

  close(): void {
    this.#silence?.stop();
    this.#recovery.close();
    this.#limits.close();
    this.#cancelSettled();
    this.#cancelPlayoutLook();
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
    await this.#peer.setLocalDescription({ type, sdp: offerAudioNack(sdp ?? "") });
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
    if (this.#state.value.at === "joining") this.#recovery.joined();
    await this.#applyAnswer();
  }

  async #reapply(): Promise<void> {
    if (!this.#answer) return;
    await this.#describe();
    await this.#applyAnswer();
  }

  async #applyAnswer(): Promise<void> {
    const known = this.#recovery.filter(this.#answer);
    const named = this.#withoutSsrcs ? withoutVoiceSsrcs(known) : known;
    const answer = this.#state.value.at === "up" ? named : withoutIceLite(named);
    const sdp = tuneAnswer(answer, paramsOf(this.#limits.allowed));
    await this.#peer.setRemoteDescription({ type: "answer", sdp });
    this.#recovery.applied(this.#answer);
    this.#applyCaps();
  }

  /** Adds a media section that sends our camera and receives another one. */
  #addCamera(): void {
    const sendEncodings = layersFor(this.#limits.allowed?.video_bps ?? null).map((layer, i) => ({
      rid: RIDS[i]!,
      ...layer,
    }));
    this.#camera = this.#peer.addTransceiver("video", { direction: "sendrecv", sendEncodings });
    preferCodecs(this.#camera, VIDEO);
  }

  /** The first missing camera is received on the section of our own camera, which then needs no new one later. */
  #addSections(kind: MediaKind, missing: number): boolean {
    const before = this.#added[kind];
    for (; this.#added[kind] < missing; this.#added[kind]++) {
      if (kind === "video" && !this.#camera) this.#addCamera();
      else {
        const line = this.#peer.addTransceiver(kind, { direction: "recvonly" });
        if (kind === "audio") this.#ports.voiceTransform.attach(line);
        preferCodecs(line, kind === "audio" ? VOICE : VIDEO);
      }
    }
    return this.#added[kind] > before;
  }

  #applyCaps(): void {
    const caps = this.#limits.allowed;
    if (!caps) return;
    encode(this.#voice.sender, [{ maxBitrate: caps.audio_bps }]);
    if (this.#camera) {
      const { width, height } = this.#camera.sender.track?.getSettings() ?? {};
      const rate_bps = this.#hold.value === "held" ? null : caps.video_bps;
      encode(this.#camera.sender, layersFor(rate_bps, width && height && Math.min(width, height)));
    }
    this.#ports.voiceTransform.setDistance(this.#settling.value || this.#hold.value !== "open" ? 0 : caps.red);
    const target = playoutTargetMs(caps);
    for (const { receiver } of this.#peer.getTransceivers())
      if (receiver.track.kind === "audio" && "jitterBufferTarget" in receiver)
        receiver.jitterBufferTarget = target;
  }

  #connectionChanged(): void {
    const { connectionState } = this.#peer;
    if (connectionState === "connected") this.#up();
    else if (connectionState === "disconnected") this.#lost();
    else if (connectionState === "failed") {
      this.#recovery.failed(this.#answer);
      this.#lost(0);
    }
  }

  #up(): void {
    this.#recovery.up();
    if (this.#state.value.at === "lost") this.#settle();
    this.#state.value = { at: "up" };
    this.#watchPlayout();
    void this.#watchStalls();
    // The answer is applied again with its `ice-lite` mark, so that Chromium does not nominate every pair that it tries.
    this.#negotiation.reapply();
  }

  #lost(restart_ms?: number): void {
    if (this.#state.value.at !== "lost") this.#state.value = { at: "lost", since: this.#ports.clock.now() };
    this.#recovery.lost(restart_ms);
  }

  /**
   * Limits our uplink when the received voice has quickly become much later, on a link too thin for a camera. Both
   * directions of such a link mostly share one radio, and the server's own message would wait behind the queue.
   */
  #watchPlayout(): void {
    this.#cancelPlayoutLook();
    const look_ms = this.#hold.value === "held" ? HELD_LOOK_MS : PLAYOUT_LOOK_MS;
    this.#cancelPlayoutLook = this.#ports.clock.after(look_ms, () => {
      this.#lookAtLink();
      const late_ms = this.#stalls?.playout.update(this.#voiceReceivers().flatMap((receiver) => receiver.getSynchronizationSources())) ?? 0;
      const { caps } = this.#limits;
      if (late_ms > LATE_MS && caps?.video_bps === null && !this.sparing.value)
        this.#limits.limitFor(LATE_LIMIT_MS, { ptime_ms: caps.ptime_ms, audio_bps: caps.audio_bps });
      this.#watchPlayout();
    });
  }

  /** Sends silence and no camera while the link stands still. */
  #lookAtLink(): void {
    const hold = this.#stalls?.look(this.#voiceReceivers(), this.#ports.clock.now()) ?? "open";
    this.#responder.tellSilence(hold === "held");
    if (hold === this.#hold.value) return;
    this.#hold.value = hold;
    this.setVoice(this.#wantedVoice.track, this.#wantedVoice.heard);
    this.#applyCaps();
  }

  async #watchStalls(): Promise<void> {
    const code = await import("./stalls.ts").catch(() => null);
    if (code) this.#stalls ??= new code.StallWatch(this.#ports, (message) => this.#responder.send(message), () => this.stats());
  }

  #watchBuffer(report: RTCStatsReport): void {
    if (this.#stalls?.holdsBack(this.#voiceReceivers(), report)) this.#renewBuffers();
  }

  #renewBuffers(): void {
    this.#withoutSsrcs = !this.#withoutSsrcs;
    this.#negotiation.reapply();
  }

  #voiceReceivers(): RTCRtpReceiver[] {
    return this.#peer.getTransceivers().map(({ receiver }) => receiver).filter(({ track }) => track.kind === "audio");
  }

  #settle(): void {
    this.#settling.value = true;
    this.#cancelSettled();
    this.#cancelSettled = this.#ports.clock.after(SETTLES_MS, () => {
      this.#settling.value = false;
      this.#applyCaps();
    });
  }
}

/** Keeps a media section to the codecs in use, because a kilobyte of offer is a fifth of a second on a thin link. */
function preferCodecs(line: RTCRtpTransceiver, mimeTypes: string[]): void {
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
/** Time after an outage in which the new socket's handshake fills the link. */
const SETTLES_MS = 4000;
/**
 * The server repeats a limit each half second while the uplink is full. One limit lasts longer than new caps take
 * behind a full downlink.
 */
const LIMIT_MS = 8000;
/** Interval between two looks at the playout time of the received voice. */
const PLAYOUT_LOOK_MS = 125;
/** The same while the link stands still: the first word after it shall be heard. */
const HELD_LOOK_MS = 60;
/** A voice that became later than this limits ours; the jitter buffer alone changes by half of it. */
const LATE_MS = 400;
/** Time after which the server has seen the queue, too, and limits us itself. */
const LATE_LIMIT_MS = 4000;
