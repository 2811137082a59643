//! A few named shelves in IndexedDB. A write that resolved has reached the device's disk.

const SHELVES = ["outbox", "drafts", "advice", "keys"] as const;
export type Shelf = (typeof SHELVES)[number];

export class Disk {
  readonly #name: string;
  #database: Promise<IDBDatabase> | undefined;

  /** One database an account: two doctors at one computer never see each other's texts. */
  constructor(owner: string) {
    this.#name = `teranga-${owner}`;
  }

  async get<T>(shelf: Shelf, key: string): Promise<T | undefined> {
    return done<T | undefined>((await this.#on(shelf, "readonly")).get(key));
  }

  async all<T>(shelf: Shelf): Promise<T[]> {
    return done<T[]>((await this.#on(shelf, "readonly")).getAll());
  }

  async put(shelf: Shelf, key: string, value: unknown): Promise<void> {
    await this.#write(shelf, (store) => store.put(value, key));
  }

  async delete(shelf: Shelf, key: string): Promise<void> {
    await this.#write(shelf, (store) => store.delete(key));
  }

  async #on(shelf: Shelf, mode: IDBTransactionMode): Promise<IDBObjectStore> {
    this.#database ??= open(this.#name);
    return (await this.#database).transaction(shelf, mode, { durability: "strict" }).objectStore(shelf);
  }

  async #write(shelf: Shelf, change: (store: IDBObjectStore) => IDBRequest): Promise<void> {
    const store = await this.#on(shelf, "readwrite");
    await new Promise<void>((resolve, reject) => {
      store.transaction.oncomplete = () => resolve();
      store.transaction.onabort = () => reject(store.transaction.error);
      change(store);
    });
  }
}

function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => SHELVES.forEach((shelf) => request.result.createObjectStore(shelf));
  return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
