/**
 * Watches the voices of a call, ours and the others', twice a second: whether the link is alive, whether our
 * microphone gives sound, and whether a voice that is sent arrives. It tells the server what it finds and asks for
 * repairs. Owned by `call.ts`, which feeds it the browser's statistics.
 */

import { batch, computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { Member, MemberId, Mic, Slot, Voice } from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import type { Devices } from "../platform/devices.ts";
import type { Connection } from "../signalling/connection.ts";
import type { Transport } from "../webrtc/transport.ts";
import { Liveness } from "./liveness.ts";
import { type AudioEnergy, MicSilence } from "./mic-silence.ts";
import { OneWayAudio } from "./one-way-audio.ts";
import { arrivals, outboundVoice, voicePackets } from "./stats.ts";

/** The interval between two readings of the browser's statistics. */
export const STATS_EVERY_MS = 500;

/** The parts of the call that are watched. */
export interface WatchPorts {
  clock: Clock;
  connection: Connection;
  devices: Devices;
  /** The transport of now. */
  transport: ReadonlySignal<Transport | null>;
  /** True while we are in a consultation. */
  inCall(): boolean;
  /** Replaces the transport by a new one. */
  renew(): void;
}

/** The watch over the voices of all calls of a page, one after the other. */
export class VoiceWatch {
  readonly #ports: WatchPorts;
  readonly #liveness: Liveness;
  readonly #micSilence = new MicSilence();
  readonly #oneWayAudio = new OneWayAudio();
  readonly #micDead = signal(false);
  readonly #deafTo = signal<readonly MemberId[]>([]);
  readonly #unheard = signal(false);
  readonly #silentSince = signal<number | null>(null);
  /** The time of the last packet from anybody, or of the moment when we began to wait for one. */
  #packetAt = 0;
  #packets = 0;
  /** The state of our voice that the server was told last; null if that is not certain. */
  #told: Voice | null = AT_START;
  #cancelLook = () => {};

  /** The state of our microphone. */
  readonly mic: ReadonlySignal<Mic> = computed(() => this.#mic());
  /** The members whose voice reaches the server but not us; repaired automatically. */
  readonly deafTo: ReadonlySignal<readonly MemberId[]> = this.#deafTo;
  /** True if our voice is sent and does not reach the server; repaired automatically. */
  readonly unheard: ReadonlySignal<boolean> = this.#unheard;
  /** The time since which no packet has come from anybody; null while they come. */
  readonly silentSince: ReadonlySignal<number | null> = this.#silentSince;

  constructor(ports: WatchPorts) {
    const { clock, connection } = ports;
    this.#ports = ports;
    this.#liveness = new Liveness(clock, {
      get heardAt() {
        return connection.heardAt;
      },
      rtt: () => connection.rttMs.peek(),
      ping: () => connection.ping(),
      lost: () => connection.suspect(SOCKET_KEPT_MS),
    });
  }

  /** A call begins. */
  begin(): void {
    this.#packetAt = this.#ports.clock.now();
    this.#liveness.begin();
    this.#oneWayAudio.begin();
  }

  /** The call is over. */
  end(): void {
    this.stop();
    this.#micSilence.reset();
    this.#micDead.value = false;
  }

  /** Cancels the next look between two readings. */
  stop(): void {
    this.#cancelLook();
  }

  /** The transport is another one, of which the server knows nothing yet. */
  transportReplaced(): void {
    this.#told = AT_START;
    this.#resetOneWay();
  }

  /** The socket is new, and the old one may have lost what was said last. */
  socketReplaced(): void {
    if (this.#told !== AT_START) this.#told = null;
  }

  /** Takes a reading: the voices of `members`, received on `slots`, in a room in which we are `me`. */
  update(transport: Transport, report: RTCStatsReport, me: MemberId, members: readonly Member[], slots: readonly Slot[]): void {
    batch(() => {
      this.#checkLink(transport, report);
      this.#checkVoices(transport, report, me, members, slots);
    });
  }

  /** Tells the server the state of our voice if it has changed, so that the others see a reason for silence. */
  tell(): void {
    const voice: Voice = { mic: this.mic.value, deaf: this.#isCutOff() || this.#deafTo.value.length > 0 };
    if (voice.mic === this.#told?.mic && voice.deaf === this.#told.deaf) return;
    if (this.#ports.connection.send({ type: "voice", ...voice })) this.#told = voice;
  }

  /** Received packets prove that the link is alive; without them the socket is asked. */
  #checkLink(transport: Transport, report: RTCStatsReport): void {
    const { clock, connection } = this.#ports;
    const now = clock.now();
    const { packets, age_ms } = arrivals(report);
    if (packets !== this.#packets) this.#packetAt = now - Math.min(age_ms, STATS_EVERY_MS);
    this.#packets = packets;
    connection.noteMedia(this.#packetAt);
    this.#silentSince.value = now - this.#packetAt > SILENT_MS ? this.#packetAt : null;
    this.#cancelLook();
    const path = transport.state.value.at;
    const expecting = path === "up" || path === "lost";
    if (!expecting || connection.state.value.at !== "ready") return this.#liveness.reset();
    const next_ms = this.#liveness.update(this.#packetAt);
    if (next_ms < STATS_EVERY_MS) this.#cancelLook = clock.after(next_ms, () => void this.#look(transport));
  }

  async #look(transport: Transport): Promise<void> {
    const report = await transport.stats();
    if (transport === this.#ports.transport.value) this.#checkLink(transport, report);
  }

  #checkVoices(
    transport: Transport,
    report: RTCStatsReport,
    me: MemberId,
    members: readonly Member[],
    slots: readonly Slot[],
  ): void {
    const { clock, connection, devices, inCall, renew } = this.#ports;
    const now = clock.now();
    const { sent, source } = outboundVoice(report);
    this.#checkMic(now, source);
    const isUp = transport.state.value.at === "up" && connection.state.value.at === "ready";
    if (!isUp || !inCall()) return this.#resetOneWay();
    const packets = voicePackets(report, slots);
    const flow = { me, members, packets, sent: devices.micTrack.value ? sent : null };
    const repair = this.#oneWayAudio.update(now, flow);
    const { deafTo, unheard } = this.#oneWayAudio;
    if (this.#deafTo.value.length || deafTo.length) this.#deafTo.value = deafTo;
    this.#unheard.value = unheard;
    if (repair === "restart") transport.restartIce();
    else if (repair === "renew") renew();
  }

  #checkMic(now: number, source: AudioEnergy | null): void {
    const { clock, devices } = this.#ports;
    if (devices.mic.value !== "on") this.#micSilence.reset();
    else if (this.#micSilence.update(now, source)) {
      const tested = (silent: boolean) => this.#micSilence.tested(clock.now(), silent);
      void devices.isDead().then(tested, () => tested(false));
    }
    this.#micDead.value = this.#micSilence.dead;
  }

  #resetOneWay(): void {
    this.#oneWayAudio.reset();
    this.#deafTo.value = [];
    this.#unheard.value = false;
  }

  #mic(): Mic {
    const mic = this.#ports.devices.mic.value;
    if (mic === "on") return this.#micDead.value ? "dead" : "open";
    if (mic === "muted") return "muted";
    return mic === "asking" || mic === "off" ? "open" : "dead";
  }

  /**
   * True if the server is reached and no path is. The server may still hear us, and only we know that nothing comes
   * back. A voice that comes back is received before the browser reports the path as connected.
   */
  #isCutOff(): boolean {
    const path = this.#ports.transport.value?.state.value;
    const silent = this.#silentSince.value;
    if (path?.at !== "lost" || silent === null || this.#ports.connection.state.value.at !== "ready") return false;
    return this.#ports.clock.now() - Math.max(path.since, silent) > CUT_OFF_MS;
  }
}

/** The state that the server assumes of a voice on a new transport. */
const AT_START: Voice = { mic: "open", deaf: false };
/** A silent speaker still sends a packet each 400 ms. */
const SILENT_MS = 450;
/** An outage that ends by itself is not worth a message on the link that has just come back. */
const CUT_OFF_MS = 4000;
/**
 * The time for which a silent socket is kept during a call. The voice needs no socket to come back, and a new one's
 * handshake of 5 kB would stand in front of the first words, so TCP gets the time to recover.
 */
const SOCKET_KEPT_MS = 15_000;
