/** A key-value store on the device, in IndexedDB. A write that resolved has reached the device's disk. */

const STORES = ["outbox", "drafts", "advice", "keys"] as const;
export type StoreName = (typeof STORES)[number];

/** The store of one account. */
export class Disk {
  readonly #name: string;
  #database: Promise<IDBDatabase> | undefined;

  /** Opens one database for each account, so that two doctors at one computer never see each other's texts. */
  constructor(owner: string) {
    this.#name = `teranga-${owner}`;
  }

  async get<T>(store: StoreName, key: string): Promise<T | undefined> {
    return done<T | undefined>((await this.#on(store, "readonly")).get(key));
  }

  async all<T>(store: StoreName): Promise<T[]> {
    return done<T[]>((await this.#on(store, "readonly")).getAll());
  }

  async put(store: StoreName, key: string, value: unknown): Promise<void> {
    await this.#write(store, (objects) => objects.put(value, key));
  }

  async delete(store: StoreName, key: string): Promise<void> {
    await this.#write(store, (objects) => objects.delete(key));
  }

  async #on(store: StoreName, mode: IDBTransactionMode): Promise<IDBObjectStore> {
    this.#database ??= open(this.#name);
    return (await this.#database).transaction(store, mode, { durability: "strict" }).objectStore(store);
  }

  async #write(store: StoreName, change: (objects: IDBObjectStore) => IDBRequest): Promise<void> {
    const objects = await this.#on(store, "readwrite");
    await new Promise<void>((resolve, reject) => {
      objects.transaction.oncomplete = () => resolve();
      objects.transaction.onabort = () => reject(objects.transaction.error);
      change(objects);
    });
  }
}

function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => STORES.forEach((store) => request.result.createObjectStore(store));
  return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
