/**
 * A key-value store on the device, in IndexedDB. A write that resolved has reached the device's disk. No other file opens a
 * database. A handle that the browser has closed is opened again; where the browser keeps nothing at all, values stay in memory
 * until the page is closed, and `deviceStorage` says so.
 */

import { storageIs } from "./storage.ts";

const STORES = ["outbox", "drafts", "advice", "keys"] as const;
export type StoreName = (typeof STORES)[number];

/** The store of one account. */
export class Disk {
  readonly #name: string;
  #database: Promise<IDBDatabase> | undefined;
  /** The values of a page whose browser refuses to keep any, by store and key. */
  #memory: Map<StoreName, Map<string, unknown>> | undefined;

  /** Opens one database for each account, so that two doctors at one computer never see each other's texts. */
  constructor(owner: string) {
    this.#name = `teranga-${owner}`;
  }

  async get<T>(store: StoreName, key: string): Promise<T | undefined> {
    return this.#run(
      store,
      "readonly",
      (objects) => done<T | undefined>(objects.get(key)),
      (values) => values.get(key) as T | undefined,
    );
  }

  async all<T>(store: StoreName): Promise<T[]> {
    return this.#run(
      store,
      "readonly",
      (objects) => done<T[]>(objects.getAll()),
      (values) => [...values.values()] as T[],
    );
  }

  /** Rejects if the value is not on the disk. `deviceStorage` is `failing` until a later write succeeds. */
  async put(store: StoreName, key: string, value: unknown): Promise<void> {
    await this.#write(
      store,
      (objects) => objects.put(value, key),
      (values) => void values.set(key, value),
    );
    storageIs("kept");
  }

  async delete(store: StoreName, key: string): Promise<void> {
    await this.#write(
      store,
      (objects) => objects.delete(key),
      (values) => void values.delete(key),
    );
  }

  /** Asks the browser not to give up this page's data when the device runs short of space. */
  static persist(): void {
    void navigator.storage?.persist?.().catch(() => undefined);
  }

  async #write(
    store: StoreName,
    change: (objects: IDBObjectStore) => IDBRequest,
    inMemory: (values: Map<string, unknown>) => void,
  ): Promise<void> {
    await this.#run(store, "readwrite", (objects) => committed(objects, change), inMemory);
  }

  /** Runs one transaction. If the browser has closed the database under us, it is opened again, once. */
  async #run<T>(
    store: StoreName,
    mode: IDBTransactionMode,
    work: (objects: IDBObjectStore) => Promise<T>,
    inMemory: (values: Map<string, unknown>) => T,
  ): Promise<T> {
    for (let isLast = false; ; isLast = true) {
      const database = await this.#open();
      if (!database) return inMemory(this.#values(store));
      try {
        return await work(database.transaction(store, mode, { durability: "strict" }).objectStore(store));
      } catch (error) {
        if (isLast || !isClosed(error)) {
          storageIs("failing");
          throw error;
        }
        this.#forget(database);
      }
    }
  }

  /** Null if the browser refuses to keep anything for this page, from its first use on. */
  async #open(): Promise<IDBDatabase | null> {
    if (this.#memory) return null;
    const opening = (this.#database ??= this.#opened());
    try {
      return await opening;
    } catch (error) {
      if (this.#database === opening) this.#database = undefined;
      storageIs(isRefused(error) ? "refused" : "failing");
      if (!isRefused(error)) throw error;
      this.#memory ??= new Map();
      return null;
    }
  }

  async #opened(): Promise<IDBDatabase> {
    const database = await open(this.#name);
    // A later version of the page may ask for another layout, and the browser may close the database when it clears data.
    database.onversionchange = () => this.#forget(database);
    database.onclose = () => this.#forget(database);
    return database;
  }

  #forget(database: IDBDatabase): void {
    database.close();
    this.#database = undefined;
  }

  #values(store: StoreName): Map<string, unknown> {
    const values = this.#memory?.get(store) ?? new Map<string, unknown>();
    this.#memory?.set(store, values);
    return values;
  }
}

async function open(name: string): Promise<IDBDatabase> {
  const factory = globalThis.indexedDB;
  if (!factory) throw new DOMException("There is no IndexedDB.", "SecurityError");
  const request = factory.open(name, 1);
  request.onupgradeneeded = () => STORES.forEach((store) => request.result.createObjectStore(store));
  return done(request);
}

function committed(objects: IDBObjectStore, change: (objects: IDBObjectStore) => IDBRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    objects.transaction.oncomplete = () => resolve();
    objects.transaction.onabort = () => reject(objects.transaction.error ?? new DOMException("", "AbortError"));
    change(objects);
  });
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** True if the error means that the handle is dead (IndexedDB 3.0, section 4.4), or that the browser aborted while it closed it. */
const isClosed = (error: unknown): boolean => named(error, ["InvalidStateError", "AbortError", "UnknownError"]);

/** True if the browser keeps nothing for this page, by its settings or in a private window. */
const isRefused = (error: unknown): boolean => named(error, ["SecurityError", "NotAllowedError"]);

const named = (error: unknown, names: string[]): boolean => names.includes((error as DOMException | null)?.name ?? "");
