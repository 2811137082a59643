/** Asks the browser for space that it may not have. Nothing is written: a file without content gets a length, and is given up. */

/**
 * True if the browser would keep so many bytes more; also if it cannot be asked. Its estimate alone is not enough: since 2025 Chromium's
 * tells every page of 10 GiB, so that no page knows a device by its disk.
 */
export async function hasSpace(bytes: number): Promise<boolean> {
  const { quota = Infinity, usage = 0 } = (await globalThis.navigator?.storage?.estimate?.().catch(() => undefined)) ?? {};
  return quota - usage >= bytes && (await grants(bytes));
}

/** True unless the browser refuses a file of this length because the device is full (File System standard, "quota management"). */
async function grants(bytes: number): Promise<boolean> {
  try {
    const folder = await navigator.storage.getDirectory();
    const file = await folder.getFileHandle(NAME, { create: true });
    try {
      const writer = await file.createWritable();
      return await writer.truncate(bytes).then(() => true).finally(() => writer.abort());
    } finally {
      await folder.removeEntry(NAME).catch(() => undefined);
    }
  } catch (error) {
    return (error as DOMException | null)?.name !== "QuotaExceededError";
  }
}

const NAME = "space-probe";
