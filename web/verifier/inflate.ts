/** Decompression of a zlib stream (RFC 1950) by the browser, with a bound on what comes out. */

/**
 * The bytes of a zlib stream; null if it is damaged, or longer than `most` bytes. The length is checked while the bytes arrive,
 * so that a short text that unpacks into megabytes costs nothing.
 */
export async function inflate(bytes: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const whole = new Uint8Array(most);
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return whole.slice(0, length);
      if (length + value.length > most) break;
      whole.set(value, length);
      length += value.length;
    }
  } catch {
    return null;
  }
  await reader.cancel().catch(() => undefined);
  return null;
}
