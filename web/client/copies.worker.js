// Puts an earlier packet into each packet of our voice (RED, RFC 2198): a browser takes the one before, which a burst of
// losses takes as well. In: how many packets back; 1 is as the browser does, 0 takes its copy out. Out: once, that we are
// there.
const MOST_BACK = 4;
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
  let [header, copies] = [0, 0];
  for (; packet[header] & 0x80; header += 4) copies += ((packet[header + 2] & 3) << 8) | packet[header + 3];
  const [format, voice, at] = [packet[header], packet.slice(header + 1 + copies), frame.getMetadata().rtpTimestamp];
  const earlier = sent[back - 1];
  sent.unshift({ voice, at });
  sent.length = Math.min(sent.length, MOST_BACK);
  if (back !== 1) frame.data = new Uint8Array([...copyOf(earlier, format, at), ...voice]).buffer;
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
