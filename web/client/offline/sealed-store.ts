/**
 * What a page keeps on the device, encrypted with AES-GCM under a key that scripts cannot read (docs/adr/0037-staff-and-sealed-tablet.md).
 * It holds everything that may name a patient: drafts, unsent work, advice, and what other parts keep. It never keeps a value or a name of one in clear
 * text, and `disk.ts` below it never sees one.
 */

import { Disk, type StoreName } from "../platform/disk.ts";

/** The stores in which values are sealed. `kept` is for whatever has no store of its own; `files` holds large bytes. */
export type SealedName = Exclude<StoreName, "keys">;

/** A change of one value in a batch; a value of `undefined` removes it. */
export interface SealedChange {
  store: SealedName;
  name: string;
  /** What JSON can say, and `Uint8Array` anywhere in it. */
  value: unknown;
}

/** A sealed value as it lies in IndexedDB. */
interface Sealed {
  v: 1;
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

/** The keys of one store: one seals, the other makes names unreadable. */
interface Keys {
  seal: CryptoKey;
  name: CryptoKey;
}

/** The sealed store of one account. */
export class SealedStore {
  readonly #disk: Disk;
  readonly #owner: string;
  #keys: Promise<Keys> | undefined;
  /** Accesses go one after the other, because sealing takes a different time for each value. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(owner: string) {
    this.#owner = owner;
    this.#disk = new Disk(owner, true);
  }

  /** The value, or undefined if there is none or it cannot be unsealed. */
  async get<T>(store: SealedName, name: string): Promise<T | undefined> {
    const { keys, address } = await this.#addressed(store, name);
    const sealed = await this.#inOrder(() => this.#disk.get<Sealed>(store, address));
    return (await unseal<T>(keys.seal, address, sealed))?.value;
  }

  /** All values of a store with their names, in no order. */
  async list<T>(store: SealedName): Promise<[string, T][]> {
    const keys = await this.#ready();
    const all = await this.#inOrder(() => this.#disk.entries<Sealed>(store));
    const open = await Promise.all(all.map(([address, sealed]) => unseal<T>(keys.seal, address, sealed)));
    return open.flatMap((one) => (one ? [[one.name, one.value] as [string, T]] : []));
  }

  async all<T>(store: SealedName): Promise<T[]> {
    return (await this.list<T>(store)).map(([, value]) => value);
  }

  /** Resolves when the value is on the disk. Rejects with a RangeError if it is too large, and as `Disk` does. */
  put(store: SealedName, name: string, value: unknown): Promise<void> {
    return this.batch([{ store, name, value }]);
  }

  delete(store: SealedName, name: string): Promise<void> {
    return this.batch([{ store, name, value: undefined }]);
  }

  /** Makes all changes or none. */
  async batch(changes: readonly SealedChange[]): Promise<void> {
    // The values are read now: the caller may change them while the keys are read.
    const packed = changes.map(({ name, value }) => (value === undefined ? undefined : pack(name, value)));
    await this.#inOrder(async () => {
      const keys = await this.#ready();
      const write = () => this.#write(keys, changes, packed);
      await write().catch(async (error: unknown) => {
        if ((error as DOMException | null)?.name !== "QuotaExceededError") throw error;
        // What the server has, too, makes room for what only this device has.
        const { giveUp } = await import("./space.ts");
        await giveUp(async (name) => this.#disk.delete("kept", await addressOf(keys.name, "kept", name)));
        await write();
      });
    });
  }

  async #write(keys: Keys, changes: readonly SealedChange[], packed: readonly (Packed | undefined)[]): Promise<void> {
    const sealed = changes.map(async ({ store, name }, at) => {
      const address = await addressOf(keys.name, store, name);
      const content = packed[at];
      return { store, key: address, value: content && (await seal(keys.seal, address, content)) };
    });
    await this.#disk.batch(await Promise.all(sealed));
  }

  async #addressed(store: SealedName, name: string): Promise<{ keys: Keys; address: string }> {
    const keys = await this.#ready();
    return { keys, address: await addressOf(keys.name, store, name) };
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** The keys, once what an earlier version of the page left in clear text is sealed, too. A failure is tried again at the next access. */
  #ready(): Promise<Keys> {
    const opening = (this.#keys ??= this.#open());
    opening.catch(() => {
      if (this.#keys === opening) this.#keys = undefined;
    });
    return opening;
  }

  async #open(): Promise<Keys> {
    const work = async () => {
      const keys = await this.#loadKeys();
      await this.#sealOld(keys).catch(() => undefined);
      return keys;
    };
    // Two tabs that open for the first time must agree on one key.
    const locks = (globalThis.navigator as Navigator | undefined)?.locks;
    return locks ? locks.request(`teranga-seal-${this.#owner}`, work) : work();
  }

  async #loadKeys(): Promise<Keys> {
    const kept = await this.#disk.get<Keys>("keys", "sealing");
    if (kept) return kept;
    const keys = {
      seal: await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
      name: (await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"])) as CryptoKey,
    };
    await this.#disk.put("keys", "sealing", keys);
    return keys;
  }

  /** Moves what lies in the database of earlier versions, and deletes that. What is found there was written last. */
  async #sealOld(keys: Keys): Promise<void> {
    const old = new Disk(this.#owner);
    if (!(await old.exists())) return;
    for (const store of ["outbox", "drafts", "advice"] as const) {
      // Bare bytes are what an interrupted `scour` has left.
      const left = (await old.entries(store)).filter(([, value]) => !(value instanceof Uint8Array));
      const changes = left.map(([name, value]) => ({ store, name, value }));
      if (!changes.length) continue;
      await this.#write(keys, changes, changes.map(({ name, value }) => pack(name, value)));
      await old.batch(left.map(([key]) => ({ store, key, value: undefined })));
    }
    // A tab of an earlier version may hold it open; then it is empty, and deleted at a later start.
    void import("./scour.ts").then(({ scour }) => scour(this.#owner)).catch(() => undefined);
  }
}

type Packed = Uint8Array<ArrayBuffer>;

async function seal(key: CryptoKey, address: string, content: Packed): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  return { v: 1, iv, data: await crypto.subtle.encrypt(how(iv, address), key, content) };
}

/** Undefined for a value that is missing, damaged, moved to another name, or sealed by another key. */
async function unseal<T>(key: CryptoKey, address: string, sealed: Sealed | undefined) {
  try {
    if (sealed?.v !== 1) return undefined;
    return unpack<T>(await crypto.subtle.decrypt(how(sealed.iv, address), key, sealed.data));
  } catch {
    return undefined;
  }
}

const how = (iv: Uint8Array<ArrayBuffer>, address: string): AesGcmParams => {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(address) };
};

/** The key in IndexedDB under which a name is found: it tells the name only to who has the key. */
async function addressOf(key: CryptoKey, store: SealedName, name: string): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${store}\n${name}`));
  return btoa(String.fromCharCode(...new Uint8Array(mac).subarray(0, ADDRESS_BYTES)));
}

/** The length of the JSON text (4 bytes, big endian), the text, then the bytes of each `Uint8Array` in it. */
function pack(name: string, value: unknown): Packed {
  const parts: Uint8Array[] = [];
  let offset = 0;
  const text = JSON.stringify([name, value], (_, inner: unknown) => {
    if (!(inner instanceof Uint8Array)) return inner;
    parts.push(inner);
    offset += inner.length;
    return { [BYTES]: [offset - inner.length, inner.length] };
  });
  const json = new TextEncoder().encode(text);
  if (json.length + offset > LARGEST_BYTES) throw new RangeError("The value is too large for the device.");
  const all = new Uint8Array(4 + json.length + offset);
  new DataView(all.buffer).setUint32(0, json.length);
  all.set(json, 4);
  let at = 4 + json.length;
  for (const part of parts) all.set(part, at), (at += part.length);
  return all;
}

function unpack<T>(content: ArrayBuffer): { name: string; value: T } {
  const start = 4 + new DataView(content).getUint32(0);
  const text = new TextDecoder().decode(content.slice(4, start));
  const [name, value] = JSON.parse(text, (_, inner: unknown) => {
    const place = (inner as { [BYTES]?: [number, number] } | null)?.[BYTES];
    return place ? new Uint8Array(content.slice(start + place[0], start + place[0] + place[1])) : inner;
  }) as [string, T];
  return { name, value };
}

/** The property that stands for bytes in the JSON text; no field of ours has this name. */
const BYTES = "\u0000";
const IV_BYTES = 12;
const ADDRESS_BYTES = 18;
/** The largest file of a case is 20 MB; more is a mistake that would fill the tablet. */
const LARGEST_BYTES = 24 * 1024 * 1024;
