/** A fake peer connection without a network: its offers are counted, and a test puts it into its states. */

import type { Played } from "../webrtc/playout-delay.ts";

type Encoding = RTCRtpEncodingParameters;

class FakeSender {
  track: unknown = null;
  parameters: { encodings: Encoding[] };
  constructor(encodings: Encoding[]) {
    this.parameters = { encodings };
  }
  getParameters = () => structuredClone(this.parameters);
  setParameters = async (parameters: { encodings: Encoding[] }) => void (this.parameters = parameters);
  replaceTrack = async (track: unknown) => void (this.track = track);
}

interface FakeReceiver {
  track: { kind: string; id: string };
  jitterBufferTarget: number | null;
  /** What the jitter buffer plays now. */
  played: Played[];
  getSynchronizationSources(): Played[];
}

export class FakeLine {
  mid: string | null = null;
  readonly sender: FakeSender;
  readonly receiver: FakeReceiver;
  constructor(
    readonly kind: string,
    readonly direction: string,
    encodings: Encoding[],
  ) {
    this.sender = new FakeSender(encodings);
    const played: Played[] = [];
    this.receiver = {
      track: { kind, id: crypto.randomUUID() },
      jitterBufferTarget: null,
      played,
      getSynchronizationSources: () => played,
    };
  }
  setCodecPreferences = () => {};
}

/** The address of the page, by which it reached the server. */
Object.assign(globalThis, { location: { hostname: "teranga.sn" } });

export class FakePeer {
  static made: FakePeer[] = [];
  readonly lines: FakeLine[] = [];
  readonly applied: string[] = [];
  /** The candidates that were added besides those of an answer. */
  readonly candidates: (string | undefined)[] = [];
  connectionState = "new";
  onconnectionstatechange: (() => void) | null = null;
  localDescription: { sdp: string } | null = null;
  restarts = 0;
  offers = 0;
  closed = false;
  packets = 0;

  constructor() {
    FakePeer.made.push(this);
  }

  addTransceiver = (kind: string, init: { direction: string; sendEncodings?: Encoding[] }) => {
    const line = new FakeLine(kind, init.direction, init.sendEncodings ?? [{}]);
    this.lines.push(line);
    return line;
  };
  getTransceivers = () => this.lines;
  readonly channels = new Map<string, { readyState: string; onmessage?: (event: MessageEvent) => void }>();
  createDataChannel = (label: string) => {
    const channel = { readyState: "connecting" };
    this.channels.set(label, channel);
    return channel;
  };
  restartIce = () => void this.restarts++;
  close = () => void (this.closed = true);
  getStats = async () =>
    new Map([
      ["a", { type: "inbound-rtp", kind: "audio", mid: "0", packetsReceived: this.packets, audioLevel: 0.5 }],
    ]);

  createOffer = async () => {
    this.lines.forEach((line, i) => (line.mid = String(i)));
    this.offers++;
    return { type: "offer", sdp: this.lines.map(({ kind }) => `m=${kind} ${this.offers}\r\n`).join("") };
  };
  setLocalDescription = async ({ type, sdp = "" }: { type: string; sdp?: string }) => {
    if (type === "offer") this.localDescription = { sdp };
  };
  setRemoteDescription = async ({ sdp }: { sdp: string }) => void this.applied.push(sdp);

  addIceCandidate = async ({ candidate }: RTCIceCandidateInit) => void this.candidates.push(candidate);

  goes(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

/** The part of a MediaStream that the client uses. */
export class FakeStream {
  #tracks: unknown[] = [];
  getTracks = () => [...this.#tracks];
  addTrack = (track: unknown) => void (this.#tracks.includes(track) || this.#tracks.push(track));
  removeTrack = (track: unknown) => void (this.#tracks = this.#tracks.filter((other) => other !== track));
}
