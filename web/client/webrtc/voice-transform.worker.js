// The encoded transform of the voices. It sends one message when it runs.
//
// On our own voice it adds an earlier packet to each packet (RED, RFC 2198). A browser adds the packet before, which a burst of losses
// takes as well. It receives the distance in packets: 1 is the browser's own way, 0 removes its copy.
//
// On received voices it measures the queue on the downlink: by how much packets come later than the most punctual ones did. While
// that is long, and once when it no longer is, it sends the queue in milliseconds and its growth in hundredths of a second a second.
// It receives true while the link stands still or has just gone on again, and then drops what was said in the stall (adr/0060): played,
// it would only make the jitter buffer long. For each of these packets it sends null: the link goes on, although nothing is played.
const MAX_DISTANCE = 4;
// In ticks of 48 kHz: 360 ms.
const LONGEST_PAUSE = 17_280;
let distance = 1;
let isHeld = false;
onmessage = ({ data }) => {
  if (typeof data === "boolean") isHeld = data;
  else distance = data;
};

onrtctransform = ({ transformer: { readable, writable, options } }) => {
  const transform = options === "receiver" ? listener() : speaker();
  void readable.pipeThrough(new TransformStream({ transform })).pipeTo(writable);
};

function speaker() {
  // The packets since the last pause, the newest first; and the last one of all.
  const sent = { packets: [], last: null };
  return (frame, out) => {
    try {
      if (frame.getMetadata().mimeType === "audio/red") repack(frame, sent);
    } catch {
      // An error would end the stream: the browser's own packet is sent instead.
    }
    out.enqueue(frame);
  };
}

function repack(frame, sent) {
  const packet = new Uint8Array(frame.data);
  const at = frame.getMetadata().rtpTimestamp;
  if (packet.length === 0) return pause(frame, sent, at);
  let [header, copies] = [0, 0];
  for (; packet[header] & 0x80; header += 4) copies += ((packet[header + 2] & 3) << 8) | packet[header + 3];
  const [format, voice] = [packet[header], packet.slice(header + 1 + copies)];
  const earlier = sent.packets[distance - 1];
  sent.last = { format, voice, at };
  sent.packets.unshift(sent.last);
  sent.packets.length = Math.min(sent.packets.length, MAX_DISTANCE);
  if (distance !== 1 || !earlier) frame.data = new Uint8Array([...copyOf(earlier, format, at), ...voice]).buffer;
}

// A frame of a pause (discontinuous transmission) is empty and is not sent. With packets of 120 ms Opus makes ten of them in
// a row, and the server would take such a long silence for a dead link, so one in a while becomes a packet without sound.
// No copy is made over a pause, because a receiver that counts packets by their clock would take it for another packet.
function pause(frame, sent, at) {
  const { packets, last } = sent;
  packets.length = 0;
  if (!last || ((at - last.at) >>> 0) < LONGEST_PAUSE) return;
  sent.last = { ...last, at };
  frame.data = Uint8Array.of(last.format, ...silence(last.voice)).buffer;
}

// A packet as long as `voice` whose frames hold no byte (RFC 6716 section 3.2).
function silence([toc, count]) {
  return [[toc], [toc], [toc - 1], [toc, count & 0x3f]][toc & 3];
}

// The RED headers, and the copy if its age fits 14 bits of ticks and its length 10 bits.
function copyOf(earlier, format, at) {
  const ticks = earlier ? (at - earlier.at) >>> 0 : 0;
  const size = earlier?.voice.length ?? 0;
  if (ticks === 0 || ticks >= 1 << 14 || size >= 1 << 10) return [format];
  const header = [0x80 | format, ticks >> 6, ((ticks & 0x3f) << 2) | (size >> 8), size & 0xff];
  return [...header, format, ...earlier.voice];
}

const TICKS_PER_MS = 48;
const LOOK_MS = 250;
// The windows of the queue and its growth, and that of the growth if fewer than four packets came in it, as in a pause of the speech.
const WINDOW_MS = 600;
const LONG_WINDOW_MS = 1300;
// The least lateness is forgotten after one or two of these spans, because clocks drift and routes change.
const SPAN_MS = 20_000;
// A step of the RTP clock that is longer than this is another clock.
const OTHER_CLOCK_MS = 5000;
// A browser stops the clock of a voice while it sends no track. A voice that is sent has a packet each 400 ms even in silence (RFC 7587
// section 3.1.3).
const STOOD_MS = 1000;
// A link that just carries a voice takes as long to send a packet as the packet's sound lasts. A large packet is later than a small one of a
// pause by that much without any queue, and jitter adds to it.
const JITTER_MS = 100;
const LATE_MS = 150;
// A packet behind a gap that is so much later than the most punctual ones was held back, and one that is less late than this is fresh.
const GAP_MS = 350;
const HELD_MS = 400;
const FRESH_MS = 120;
// The longest packet of a voice (RFC 7587 section 4.2). A longer step between two packets is a pause.
const LONGEST_PACKET_MS = 120;
// The received voices whose packets came lately.
const voices = new Set();
let isLate = false;
let looking = 0;

function listener() {
  // The stall whose packets come: when it ended, and the lateness that was usual before it.
  const voice = { packet_ms: 0, least_ms: [], stall: null };
  return (frame, out) => {
    let isStale = false;
    try {
      isStale = note(voice, frame.getMetadata());
    } catch {
      // A voice that is not measured is better than none.
    }
    if (!isStale) out.enqueue(frame);
  };
}

// Notes when a packet came, and how late it is on an arbitrary scale. One that was sent again, or repeats the timestamp of the one
// before, tells nothing. Returns true if it was said in a stall.
function note(voice, { rtpTimestamp, synchronizationSource, receiveTime }) {
  const now = performance.now();
  const at = Math.abs(now - receiveTime) < STOOD_MS ? receiveTime : now;
  const sound_ms = ((rtpTimestamp - voice.timestamp) | 0) / TICKS_PER_MS;
  const isOther = synchronizationSource !== voice.source || Math.abs(sound_ms) > OTHER_CLOCK_MS;
  if (!isOther && sound_ms <= 0) return voice.stall !== null;
  const paused_ms = at - voice.at;
  const held_ms = at - voice.sound_ms - sound_ms - Math.min(...voice.least_ms);
  const hasStood = paused_ms > STOOD_MS && paused_ms - sound_ms > STOOD_MS / 2;
  const isFirst = isOther || hasStood;
  if (isFirst) Object.assign(voice, { sound_ms: 0, recent: [], least_ms: [Infinity, Infinity], spanAt: at });
  else voice.sound_ms += sound_ms;
  Object.assign(voice, { source: synchronizationSource, timestamp: rtpTimestamp, at });
  const late_ms = at - voice.sound_ms;
  if (at - voice.spanAt > SPAN_MS) {
    voice.spanAt = at;
    voice.least_ms = [late_ms, voice.least_ms[0]];
  }
  voice.least_ms[0] = Math.min(voice.least_ms[0], late_ms);
  voice.recent.push({ at, late_ms, step_ms: isFirst ? Infinity : sound_ms });
  voices.add(voice);
  looking ||= setInterval(look, LOOK_MS);
  if (isOther) voice.stall = null;
  else if (isHeld && paused_ms >= GAP_MS && held_ms >= HELD_MS) voice.stall = { endedAt: at, before_ms: late_ms - held_ms };
  if (voice.stall && late_ms - voice.stall.before_ms <= Math.max(at - voice.stall.endedAt, FRESH_MS)) voice.stall = null;
  if (voice.stall) postMessage(null);
  return voice.stall !== null;
}

// Of several voices the one with most packets counts, because its queue is known best.
function look() {
  const now = performance.now();
  let most = [];
  let [least_ms, packet_ms] = [0, 0];
  for (const voice of voices) {
    voice.recent = voice.recent.filter(({ at }) => now - at <= LONG_WINDOW_MS);
    const step_ms = Math.min(...voice.recent.map((packet) => packet.step_ms));
    if (step_ms <= LONGEST_PACKET_MS) voice.packet_ms = step_ms;
    if (voice.recent.length > most.length) [most, least_ms, packet_ms] = [voice.recent, Math.min(...voice.least_ms), voice.packet_ms];
    if (!voice.recent.length) voices.delete(voice);
  }
  if (!voices.size) looking = clearInterval(looking);
  const fresh = most.filter(({ at }) => now - at <= WINDOW_MS);
  if (!fresh.length) return;
  const queue_ms = Math.min(...fresh.slice(-3).map(({ late_ms }) => late_ms)) - least_ms;
  const wasLate = isLate;
  isLate = queue_ms > Math.max(LATE_MS, JITTER_MS + packet_ms);
  const growth = Math.round(100 * slope(fresh.length < 4 ? most.slice(-4) : fresh));
  if (isLate || wasLate) postMessage([isLate ? Math.round(queue_ms) : 0, Math.max(-127, Math.min(growth, 127))]);
}

// The growth of the lateness over the time of arrival, by least squares, like the trend line filter of Google Congestion Control.
function slope(packets) {
  const count = packets.length;
  if (count < 3) return 0;
  const mean = (pick) => packets.reduce((sum, packet) => sum + pick(packet), 0) / count;
  const [at, late_ms] = [mean((packet) => packet.at), mean((packet) => packet.late_ms)];
  const spread = mean((packet) => (packet.at - at) ** 2);
  return spread && mean((packet) => (packet.at - at) * (packet.late_ms - late_ms)) / spread;
}

postMessage("ready");
