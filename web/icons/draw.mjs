// Draws the picture of icon.svg as a PNG of any size, because launchers of phones take nothing else.

import { deflateSync } from "node:zlib";

const INDIGO = [0x1c, 0x18, 0x52];
const OCHRE = [0xed, 0xa3, 0x4b];

/** The points on each side of a pixel that are sampled, so that round edges are smooth. */
const FINE = 3;

/** True if a point of the 64 x 64 drawing is painted: a calabash that is offered, and a voice that rises from it. */
function isPainted(x, y) {
  const [dx, dy] = [x - 32, y - 34];
  const distance = Math.hypot(dx, dy - 0.5);
  const isArc = (radius, half) => Math.abs(distance - radius) < 2 && dy < 0 && Math.abs(dx) < half;
  const isBowl = dy >= 0 && (dx / 18) ** 2 + (dy / 16.5) ** 2 < 1;
  return isBowl || Math.hypot(dx, dy + 4.5) < 2.8 || isArc(12, 9.5) || isArc(19.5, 15);
}

/** The number of painted samples of a pixel. The ground fills the square, because a launcher cuts its own shape. */
function shadeAt(x, y, pixel) {
  let painted = 0;
  for (let i = 0; i < FINE * FINE; i++) {
    const [across, down] = [((i % FINE) + 0.5) / FINE, (Math.floor(i / FINE) + 0.5) / FINE];
    painted += isPainted(x + across * pixel, y + down * pixel) ? 1 : 0;
  }
  return painted;
}

/** One colour for each shade, between the ground and the paint. */
const PALETTE = Array.from({ length: FINE * FINE + 1 }, (_, painted) =>
  INDIGO.map((ground, channel) => Math.round(ground + ((OCHRE[channel] - ground) * painted) / (FINE * FINE))),
);

/** Draws the icon with four bits for each pixel, so two pixels share a byte and `size` is even. */
export function drawIcon(size) {
  const row = size / 2 + 1;
  const raw = Buffer.alloc(row * size);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const shade = shadeAt((x * 64) / size, (y * 64) / size, 64 / size);
      raw[y * row + 1 + (x >> 1)] |= x % 2 ? shade : shade << 4;
    }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([4, 3], 8); // 4 bits a pixel, of a palette
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(PALETTE.flat())),
    chunk("IDAT", deflateSync(raw, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** CRC-32 as PNG uses it (ISO 3309); Node has its own only from version 22 on. */
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
