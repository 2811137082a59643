// The same picture as icon.svg, as a PNG of any size: launchers of phones take nothing else.

import { crc32, deflateSync } from "node:zlib";

const GREEN = [0x0b, 0x5d, 0x4b];
const WHITE = [0xff, 0xff, 0xff];
const GOLD = [0xf2, 0xb6, 0x32];

/** Colour at a point of the 64 x 64 drawing. The ground fills the square: a launcher cuts its own shape. */
function colourAt(x, y) {
  if (Math.hypot(x - 32, y - 32) < 5) return GOLD;
  const inBar = (along, across) => along >= 13 && along <= 51 && across >= 27 && across <= 37;
  return inBar(x, y) || inBar(y, x) ? WHITE : GREEN;
}

export function drawIcon(size) {
  const row = size * 3 + 1;
  const raw = Buffer.alloc(row * size);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const colour = colourAt(((x + 0.5) * 64) / size, ((y + 0.5) * 64) / size);
      raw.set(colour, y * row + 1 + x * 3);
    }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2], 8); // 8 bits a channel, RGB
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(raw, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
