// Puts an earlier packet into each packet of our voice (RED, RFC 2198): a browser takes the one before, which a burst of
// losses takes as well. In: how many packets back; 1 is as the browser does, 0 takes its copy out. Out: once, that we are
// there.
const MOST_BACK = 4;
// In ticks of 48 kHz: 360 ms.
const LONGEST_REST = 17_280;
let back = 1;
onmessage = ({ data }) => (back = data);

onrtctransform = ({ transformer: { readable, writable } }) => {
  const sent = [];
  const transform = (frame, out) => {
    if (frame.getMetadata().mimeType === "audio/red") repack(frame, sent);
    out.enqueue(frame);
  };
  void readable.pipeThrough(new TransformStream({ transform })).pipeTo(writable);
};

// `sent`: what went before, the newest first.
function repack(frame, sent) {
  const packet = new Uint8Array(frame.data);
  const at = frame.getMetadata().rtpTimestamp;
  if (packet.length === 0) return rest(frame, sent, at);
  let [header, copies] = [0, 0];
  for (; packet[header] & 0x80; header += 4) copies += ((packet[header + 2] & 3) << 8) | packet[header + 3];
  const [format, voice] = [packet[header], packet.slice(header + 1 + copies)];
  const earlier = sent[back - 1];
  keep(sent, { format, voice, at });
  if (back !== 1) frame.data = new Uint8Array([...copyOf(earlier, format, at), ...voice]).buffer;
}

// A frame of a pause is empty and does not go. Of 120 ms Opus gives ten of them in a row: in so long a silence the server
// would take the link for dead, so one in a while becomes a packet of one frame without sound (RFC 6716 section 3.2.2).
function rest(frame, sent, at) {
  const last = sent[0];
  if (!last || ((at - last.at) >>> 0) < LONGEST_REST) return;
  const voice = Uint8Array.of(last.voice[0] & ~3);
  keep(sent, { format: last.format, voice, at });
  frame.data = Uint8Array.of(last.format, ...voice).buffer;
}

function keep(sent, packet) {
  sent.unshift(packet);
  sent.length = Math.min(sent.length, MOST_BACK);
}

// The headers, and the copy if its age can be told (14 bits of ticks) and its length (10 bits).
function copyOf(earlier, format, at) {
  const ticks = earlier ? (at - earlier.at) >>> 0 : 0;
  const size = earlier?.voice.length ?? 0;
  if (ticks === 0 || ticks >= 1 << 14 || size >= 1 << 10) return [format];
  const header = [0x80 | format, ticks >> 6, ((ticks & 0x3f) << 2) | (size >> 8), size & 0xff];
  return [...header, format, ...earlier.voice];
}

postMessage("ready");
