// An encoded transform that adds an earlier packet to each packet of our voice (RED, RFC 2198). A browser adds the packet
// before, which a burst of losses takes as well. It receives the distance in packets (1 is the browser's own way, 0 removes
// its copy) and sends one message when it runs.
const MAX_DISTANCE = 4;
// In ticks of 48 kHz: 360 ms.
const LONGEST_PAUSE = 17_280;
let distance = 1;
onmessage = ({ data }) => (distance = data);

onrtctransform = ({ transformer: { readable, writable } }) => {
  // The packets since the last pause, the newest first; and the last one of all.
  const sent = { packets: [], last: null };
  const transform = (frame, out) => {
    if (frame.getMetadata().mimeType === "audio/red") repack(frame, sent);
    out.enqueue(frame);
  };
  void readable.pipeThrough(new TransformStream({ transform })).pipeTo(writable);
};

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

postMessage("ready");
