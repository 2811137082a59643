/** IndexedDB by promises. Only `disk.ts` and `log-renewal.ts` open a database. */

/** Opens a database, and makes it with these stores if there is none. Rejects as IndexedDB does, and with a SecurityError if there is none. */
export async function openDatabase(name: string, stores: readonly string[]): Promise<IDBDatabase> {
  const request = factory().open(name, 1);
  request.onupgradeneeded = () => stores.forEach((store) => request.result.createObjectStore(store));
  return done(request);
}

/** The names of the databases that the browser keeps for this site; null if it cannot tell. */
export async function databaseNames(): Promise<(string | undefined)[] | null> {
  try {
    return (await factory().databases()).map(({ name }) => name);
  } catch {
    return null;
  }
}

/** Deletes a database with everything in it. */
export async function deleteDatabase(name: string): Promise<void> {
  await done(factory().deleteDatabase(name));
}

/** Resolves when a change is on the disk whole; rejects if none of it is. */
export function committed(transaction: IDBTransaction, change: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("", "AbortError"));
    change();
  });
}

/** The result of a request. */
export function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function factory(): IDBFactory {
  if (!globalThis.indexedDB) throw new DOMException("There is no IndexedDB.", "SecurityError");
  return globalThis.indexedDB;
}
