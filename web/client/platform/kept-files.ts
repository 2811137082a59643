/**
 * Files of the server that a page keeps on the device by their address, in the Cache API (Service Workers, section 5.4). No other
 * file of a page touches it. They are nothing personal: whoever holds the device can read them. Where the browser keeps nothing,
 * files stay in memory until the page is closed.
 */

/** The files under one name. */
export class KeptFiles {
  readonly #name: string;
  /** The files of a page whose browser refuses to keep any. */
  readonly #memory = new Map<string, Blob>();

  constructor(name: string) {
    this.#name = name;
  }

  /** The file of an address; null if it is not here. */
  async get(path: string): Promise<Blob | null> {
    const kept = await this.#with((cache) => cache.match(path));
    return (await kept?.blob()) ?? this.#memory.get(path) ?? null;
  }

  /** Keeps a file in place of an earlier one. */
  async put(path: string, file: Blob): Promise<void> {
    const kept = await this.#with(async (cache) => (await cache.put(path, new Response(file)), true));
    if (kept) this.#memory.delete(path);
    else this.#memory.set(path, file);
  }

  async delete(path: string): Promise<void> {
    this.#memory.delete(path);
    await this.#with((cache) => cache.delete(path));
  }

  /** Removes all files, one after the other: on a full disk Chromium cannot delete a cache by its name. */
  async clear(): Promise<void> {
    for (const path of await this.paths()) await this.delete(path);
  }

  /** The addresses of all files. */
  async paths(): Promise<string[]> {
    const kept = (await this.#with((cache) => cache.keys())) ?? [];
    return [...new Set([...kept.map(({ url }) => new URL(url).pathname), ...this.#memory.keys()])];
  }

  /** Undefined if the browser refuses, as in a private window or on a full disk. */
  async #with<T>(work: (cache: Cache) => Promise<T>): Promise<T | undefined> {
    try {
      return await work(await globalThis.caches.open(this.#name));
    } catch {
      return undefined;
    }
  }
}
