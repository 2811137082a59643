/**
 * Asks the browser for space that it may not have, and sets some aside. Both are files of the origin private file system, in which a page keeps nothing
 * else.
 */

/**
 * True if the browser grants so many bytes more; also if it cannot be asked. Nothing is written: a file without content gets this length. The browser's
 * estimate alone is not enough: since 2025 Chromium's tells every page of 10 GiB, so that no page knows a device by its disk. A disk that others have
 * filled is known by `takes` only.
 */
export async function hasSpace(bytes: number): Promise<boolean> {
  const { quota = Infinity, usage = 0 } = (await globalThis.navigator?.storage?.estimate?.().catch(() => undefined)) ?? {};
  if (quota - usage < bytes) return false;
  return (await refusalOf((writer) => writer.truncate(bytes))) !== "QuotaExceededError";
}

/**
 * True if the device has taken so many bytes, which were written and given up; also if the browser cannot be asked. For a moment it may leave no space at all, so
 * nothing else is written meanwhile (`sound-log.ts`).
 */
export async function takes(bytes: number): Promise<boolean> {
  if (!globalThis.navigator?.storage?.getDirectory) return true;
  return (await hasSpace(bytes)) && (await refusalOf((writer) => writeNoise(writer, bytes))) === null;
}

/**
 * Asks the browser to keep our data when the device runs short of space. Chromium decides without a question, by how much the page is used, and always
 * keeps the data of a page that was installed. It deletes the data of all others at the first write that fails on a full disk.
 */
export async function askToPersist(): Promise<void> {
  if (!(await isPersisted())) await globalThis.navigator?.storage?.persist?.().catch(() => undefined);
}

/** True if the browser has agreed to keep our data; null if it does not tell. */
export async function isPersisted(): Promise<boolean | null> {
  return (await globalThis.navigator?.storage?.persisted?.().catch(() => null)) ?? null;
}

/** True if so much space is set aside already. */
export async function hasReserve(bytes: number): Promise<boolean> {
  const size = alone(async (folder) => (await (await folder.getFileHandle(RESERVE)).getFile()).size);
  return (await size.catch(() => 0)) >= bytes;
}

/** Sets space aside. Rejects if the device does not take it. */
export function keepReserve(bytes: number): Promise<void> {
  return alone(async (folder) => {
    const writer = await (await folder.getFileHandle(RESERVE, { create: true })).createWritable();
    const refused = (error: unknown) => writer.abort().then(() => Promise.reject(error));
    await writeNoise(writer, bytes).then(() => writer.close(), refused);
  });
}

/** Gives the space back that was set aside. It never rejects. */
export function giveUpReserve(): Promise<void> {
  return alone((folder) => folder.removeEntry(RESERVE)).catch(() => undefined);
}

/** The name of the error with which the browser refuses what is done with a new file; null if it does not. The file is gone afterwards. */
async function refusalOf(work: (writer: FileSystemWritableFileStream) => Promise<void>): Promise<string | null> {
  const probe = async (folder: FileSystemDirectoryHandle) => {
    const file = await folder.getFileHandle(PROBE, { create: true });
    try {
      const writer = await file.createWritable();
      await work(writer).finally(() => writer.abort());
    } finally {
      await folder.removeEntry(PROBE).catch(() => undefined);
    }
  };
  try {
    await alone(probe);
    return null;
  } catch (error) {
    return (error as DOMException | null)?.name ?? "Error";
  }
}

/** Does something with the folder while no other tab does. What a power cut has left of earlier files is removed first. */
async function alone<T>(work: (folder: FileSystemDirectoryHandle) => Promise<T>): Promise<T> {
  return navigator.locks.request("teranga-space", async () => {
    const folder = await navigator.storage.getDirectory();
    for await (const name of folder.keys()) if (name !== RESERVE) await folder.removeEntry(name);
    return work(folder);
  });
}

/** Bytes that a file system cannot compress. */
async function writeNoise(writer: FileSystemWritableFileStream, bytes: number): Promise<void> {
  const noise = new Uint8Array(BLOCK_BYTES);
  for (let at = 0; at < noise.length; at += MOST_RANDOM_BYTES) crypto.getRandomValues(noise.subarray(at, at + MOST_RANDOM_BYTES));
  for (let written = 0; written < bytes; written += noise.length) await writer.write(noise);
}

const PROBE = "space-probe";
const RESERVE = "space-reserve";
const BLOCK_BYTES = 1 << 20;
/** What `getRandomValues` gives at most (Web Cryptography, section 10.1.1). */
const MOST_RANDOM_BYTES = 65_536;
