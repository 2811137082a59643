// Puts an earlier packet into each packet of our voice (RED, RFC 2198): a browser takes the one before, which a burst of
// losses takes as well. In: how many packets back; 1 is as the browser does, 0 takes its copy out. Out: once, that we are
// there.
const MOST_BACK = 4;
// In ticks of 48 kHz: 360 ms.
const LONGEST_REST = 17_280;
let back = 1;
onmessage = ({ data }) => (back = data);

onrtctransform = ({ transformer: { readable, writable } }) => {
  // What went before: of one stretch without a pause, the newest first; and the very last.
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
  if (packet.length === 0) return rest(frame, sent, at);
  let [header, copies] = [0, 0];
  for (; packet[header] & 0x80; header += 4) copies += ((packet[header + 2] & 3) << 8) | packet[header + 3];
  const [format, voice] = [packet[header], packet.slice(header + 1 + copies)];
  const earlier = sent.packets[back - 1];
  sent.last = { format, voice, at };
  sent.packets.unshift(sent.last);
  sent.packets.length = Math.min(sent.packets.length, MOST_BACK);
  if (back !== 1 || !earlier) frame.data = new Uint8Array([...copyOf(earlier, format, at), ...voice]).buffer;
}

// A frame of a pause is empty and does not go. Of 120 ms Opus gives ten of them in a row: in so long a silence the server
// would take the link for dead, so one in a while becomes a packet without sound. Over a pause no copy is made: whoever
// counts packets by their clock would take it for another one.
function rest(frame, sent, at) {
  const { packets, last } = sent;
  packets.length = 0;
  if (!last || ((at - last.at) >>> 0) < LONGEST_REST) return;
  sent.last = { ...last, at };
  frame.data = Uint8Array.of(last.format, ...silence(last.voice)).buffer;
}

// As long as `voice`: its frames without a byte in them (RFC 6716 section 3.2).
function silence([toc, count]) {
  return [[toc], [toc], [toc - 1], [toc, count & 0x3f]][toc & 3];
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
