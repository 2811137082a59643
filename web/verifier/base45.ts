/** Base45 (RFC 9285): bytes as text for the alphanumeric mode of a QR code. */

/** The bytes of a text; null if it is not base45. */
export function fromBase45(text: string): Uint8Array<ArrayBuffer> | null {
  const rest = text.length % 3;
  if (rest === 1) return null;
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + rest / 2);
  let filled = 0;
  for (let i = 0; i < text.length; i += 3) {
    const value = valueOf(text.slice(i, i + 3));
    const isShort = i + 3 > text.length;
    if (value === null || value > (isShort ? 0xff : 0xffff)) return null;
    if (!isShort) bytes[filled++] = value >> 8;
    bytes[filled++] = value & 0xff;
  }
  return bytes;
}

/** The number that two or three letters stand for, the lowest digit first; null if a letter is not of the alphabet. */
function valueOf(letters: string): number | null {
  let value = 0;
  for (const letter of [...letters].reverse()) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) return null;
    value = value * 45 + digit;
  }
  return value;
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
