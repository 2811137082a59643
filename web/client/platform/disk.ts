/**
 * A key-value store on the device, in IndexedDB. A write that resolved has reached the device's disk. A handle that the browser has closed is opened again;
 * where the browser keeps nothing at all, values stay in memory until the page is closed, and `deviceStorage` says so.
 */

import { committed, databaseNames, deleteDatabase, done, openDatabase } from "./database.ts";
import { logMayBeTorn, renewedLog } from "./sound-log.ts";
import { storageIs } from "./storage.ts";

/** The stores of a database. One that exists is never given another list, because a page of an earlier version could not open it any more. */
const STORES = ["outbox", "drafts", "advice", "keys"] as const;
const SEALED_STORES = [...STORES, "kept", "files"] as const;
export type StoreName = (typeof SEALED_STORES)[number];

/** A change of one value in a batch; a value of `undefined` removes it. */
export interface Change {
  store: StoreName;
  key: string;
  value: unknown;
}

/** The store of one account. */
export class Disk {
  readonly #name: string;
  readonly #stores: readonly StoreName[];
  #database: Promise<IDBDatabase> | undefined;
  /** The values of a page whose browser refuses to keep any, by store and key. */
  #memory: Map<StoreName, Map<string, unknown>> | undefined;

  /** Opens one database for each account, so that two doctors at one computer never see each other's texts. */
  constructor(owner: string, isSealed = false) {
    this.#name = isSealed ? `teranga-sealed-${owner}` : `teranga-${owner}`;
    this.#stores = isSealed ? SEALED_STORES : STORES;
  }

  /** True if the browser keeps this database already. It is not created by the question. */
  async exists(): Promise<boolean> {
    return !!(await databaseNames())?.includes(this.#name);
  }

  /** Deletes the whole database; Chromium compacts its files at once, so that what was deleted cannot be read from them. */
  async destroy(): Promise<void> {
    const opened = await this.#database?.catch(() => undefined);
    if (opened) this.#forget(opened);
    await renewedLog();
    await deleteDatabase(this.#name);
  }

  async get<T>(store: StoreName, key: string): Promise<T | undefined> {
    return this.#run(
      [store],
      "readonly",
      (transaction) => done<T | undefined>(transaction.objectStore(store).get(key)),
      (values) => values(store).get(key) as T | undefined,
    );
  }

  /** The number of values of a store, without reading them. */
  count(store: StoreName): Promise<number> {
    return this.#run([store], "readonly", (transaction) => done(transaction.objectStore(store).count()), (values) => values(store).size);
  }

  async all<T>(store: StoreName): Promise<T[]> {
    return this.#run(
      [store],
      "readonly",
      (transaction) => done<T[]>(transaction.objectStore(store).getAll()),
      (values) => [...values(store).values()] as T[],
    );
  }

  /** The values of a store with their keys. */
  async entries<T>(store: StoreName): Promise<[string, T][]> {
    return this.#run(
      [store],
      "readonly",
      async (transaction) => {
        const objects = transaction.objectStore(store);
        const [keys, values] = await Promise.all([done(objects.getAllKeys()), done<T[]>(objects.getAll())]);
        return keys.map((key, at) => [String(key), values[at]!]);
      },
      (values) => [...values(store)] as [string, T][],
    );
  }

  /** Makes all changes or none. Rejects if they are not on the disk. */
  async batch(changes: readonly Change[]): Promise<void> {
    await this.#run(
      [...new Set(changes.map(({ store }) => store))],
      "readwrite",
      (transaction) =>
        committed(transaction, () => {
          for (const { store, key, value } of changes) {
            const objects = transaction.objectStore(store);
            if (value === undefined) objects.delete(key);
            else objects.put(value, key);
          }
        }),
      (values) => {
        for (const { store, key, value } of changes) {
          if (value === undefined) values(store).delete(key);
          else values(store).set(key, value);
        }
      },
    );
    storageIs("kept");
  }

  /** Rejects if the value is not on the disk. `deviceStorage` is `failing` until a later write succeeds. */
  put(store: StoreName, key: string, value: unknown): Promise<void> {
    return this.batch([{ store, key, value }]);
  }

  delete(store: StoreName, key: string): Promise<void> {
    return this.batch([{ store, key, value: undefined }]);
  }

  /** Runs one transaction. If the browser has closed the database under us, it is opened again, once. */
  async #run<T>(
    stores: readonly StoreName[],
    mode: IDBTransactionMode,
    work: (transaction: IDBTransaction) => Promise<T>,
    inMemory: (values: (store: StoreName) => Map<string, unknown>) => T,
  ): Promise<T> {
    for (let isLast = false; ; isLast = true) {
      const database = await this.#open();
      if (!database) return inMemory((store) => this.#values(store));
      try {
        if (mode === "readwrite") await renewedLog();
        return await work(database.transaction(stores, mode, { durability: "strict" }));
      } catch (error) {
        if (mode === "readwrite") logMayBeTorn();
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
      storageIs(isRefused(error) ? "refused" : hasOpened ? "failing" : "unreadable");
      if (!isRefused(error)) throw error;
      this.#memory ??= new Map();
      return null;
    }
  }

  async #opened(): Promise<IDBDatabase> {
    // To make a database is a write.
    if (!(await this.exists())) await renewedLog();
    const open = () => openDatabase(this.#name, this.#stores);
    const database = await open().catch(async (error) => {
      if (isRefused(error)) throw error;
      // A browser cannot open a database on a full disk; to renew the log makes space.
      logMayBeTorn();
      await renewedLog();
      return open();
    });
    if (!hasOpened) storageIs("kept");
    hasOpened = true;
    // The browser itself writes when it opens a database, so a torn log is renewed before the next start.
    void renewedLog().catch(() => undefined);
    // A later version of the page may ask for another layout.
    database.onversionchange = () => this.#forget(database);
    // The browser closes a database when it clears data, and all of them after a write that failed.
    database.onclose = () => (logMayBeTorn(), this.#forget(database));
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

/** True once this page has opened a database: what it holds may then be more than what the disk has. */
let hasOpened = false;

/** True if the error means that the handle is dead (IndexedDB 3.0, section 4.4), or that the browser aborted while it closed it. */
const isClosed = (error: unknown): boolean => named(error, ["InvalidStateError", "AbortError", "UnknownError"]);

/** True if the browser keeps nothing for this page, by its settings or in a private window. */
const isRefused = (error: unknown): boolean => named(error, ["SecurityError", "NotAllowedError"]);

const named = (error: unknown, names: string[]): boolean => names.includes((error as DOMException | null)?.name ?? "");
