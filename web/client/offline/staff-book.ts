/**
 * The staff of a post at its shared tablet: who they are, who is there now, and how a PIN opens without a network. The server checks a PIN and gives a
 * proof. The tablet keeps the proof locked with the PIN, inside the sealed store, so that the same PIN opens it again without a network. It has
 * no screen, and never keeps a PIN (docs/adr/0037-staff-and-sealed-tablet.md).
 */

import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { StaffLine, StaffProof } from "../../protocol/api.ts";
import type { Connection } from "../signalling/connection.ts";
import { ApiError } from "../signalling/session.ts";
import { countTries, ITERATIONS, LONGEST_MS, NO_TRIES, pauseAfter, type Tries, uncountedTries } from "./pin.ts";
import type { SealedStore } from "./sealed-store.ts";

/** A member of staff who has typed the PIN. */
export interface Here {
  id: string;
  name: string;
  title: string;
  responsible: boolean;
  proof: string;
}

/** Who was at the tablet before, for whoever comes. */
export interface Shift {
  name: string;
  title: string;
  /** The time of this device when the other came, and when they were last there, in ms since 1970. */
  from: number;
  until: number;
}

/** `unknown`: without a network, and this member has never typed the PIN on this tablet. */
export type EnterAnswer = { is: "right" } | { is: "wrong" | "closed"; wait_s: number } | { is: "unknown" };

/** What the tablet keeps of one member: the proof under the PIN. */
interface Lock {
  salt: Uint8Array;
  iv: Uint8Array;
  box: Uint8Array;
  iterations: number;
}

/** The surroundings of the book. */
export interface StaffPorts {
  store: SealedStore;
  connection: Connection;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  wallClock(): number;
  iterations?: number;
}

/** The staff of this tablet's post. */
export class StaffBook {
  readonly #ports: StaffPorts;
  readonly #members = signal<readonly StaffLine[]>([]);
  readonly #here = signal<Here | null>(null);
  readonly #before = signal<Shift | null>(null);
  /** The proofs of which the server has not said whose they are, the oldest first. */
  readonly #said: (string | null)[] = [];
  #last: Promise<unknown> = Promise.resolve();
  /** The member who was added last. */
  #added: StaffLine | null = null;

  /** All who work or worked here, as this tablet knows them. */
  readonly members: ReadonlySignal<readonly StaffLine[]> = this.#members;
  /** Who is there; null while the tablet is locked. */
  readonly here: ReadonlySignal<Here | null> = this.#here;
  /** The one who was there before, if that was somebody else. */
  readonly before: ReadonlySignal<Shift | null> = this.#before;
  /** Resolves when the names that the tablet keeps are read. */
  readonly loaded: Promise<void>;

  constructor(ports: StaffPorts) {
    this.#ports = ports;
    this.loaded = this.#load();
    ports.connection.on("welcome", () => {
      this.#said.length = 0;
      if (this.#here.peek()) this.speakAs(this.#here.peek()!.proof);
      void this.refresh();
    });
    ports.connection.on("staff", ({ staff }) => this.#told(staff));
  }

  /** Reads the names from the server; what the tablet keeps stands if there is no network. */
  async refresh(): Promise<void> {
    try {
      this.#members.value = await this.#ports.get<StaffLine[]>("/api/staff");
      await this.#ports.store.put("kept", MEMBERS, this.#members.value);
    } catch {
      await this.loaded;
    }
  }

  /** Compares a PIN. A try is counted before it is compared, so that a reload takes none back. */
  enter(id: string, pin: string): Promise<EnterAnswer> {
    const answer = this.#last.then(() => this.#enter(id, pin));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  /** The tablet is left: nobody is there any more. */
  lock(): void {
    const here = this.#here.peek();
    if (!here) return;
    void this.#leave(here);
    this.#here.value = null;
    this.speakAs(null);
  }

  /** The proof of who is there, for what is put into the outbox. */
  proof(): string | null {
    return this.#here.peek()?.proof ?? null;
  }

  /** Tells the server whose acts follow. */
  speakAs(proof: string | null): void {
    if (this.#ports.connection.send({ type: "staff", proof })) this.#said.push(proof);
  }

  /** The first to come at a post adds themselves; later ones are added by the responsible person. Throws ApiError. */
  async add(name: string, title: string, pin: string): Promise<void> {
    const body = { by: this.proof(), name, title, responsible: false, pin };
    const added = await this.#ports.post<StaffLine>("/api/staff", body);
    // Whoever adds themselves is there before the names are: from then on nothing opens without a PIN.
    this.#added = added;
    if (!this.#here.peek()) await this.enter(added.id, pin);
    await this.refresh();
  }

  /** Changes a member: oneself, or another one by the responsible person. Throws ApiError. */
  async change(staff: string, what: { name?: string; title?: string; responsible?: boolean; pin?: string; leaves?: boolean }): Promise<void> {
    const here = this.#here.peek();
    if (!here) throw new ApiError("pin");
    const changed = await this.#ports.post<StaffLine>("/api/staff/change", { by: here.proof, staff, leaves: false, ...what });
    if (staff === here.id) this.#renamed(here, changed);
    if (what.pin || what.leaves) await this.#ports.store.delete("kept", lockOf(staff)).catch(() => undefined);
    if (what.pin && staff === here.id) await this.enter(staff, what.pin);
    await this.refresh();
  }

  /** Whoever changed themselves is named, and may do, as they are now; whoever leaves is there no more. */
  #renamed(here: Here, { name, title, responsible, left }: StaffLine): void {
    if (this.#here.peek()?.id !== here.id) return;
    if (left) this.lock();
    else this.#here.value = { ...here, name, title, responsible };
  }

  async #load(): Promise<void> {
    const kept = await this.#ports.store.get<StaffLine[]>("kept", MEMBERS).catch(() => undefined);
    if (kept && !this.#members.peek().length) this.#members.value = kept;
  }

  async #enter(id: string, pin: string): Promise<EnterAnswer> {
    const { store, wallClock } = this.#ports;
    const now = wallClock();
    const tries = uncountedTries(triesOf(id)) ?? (await store.get<Tries>("kept", triesOf(id))) ?? NO_TRIES;
    // A clock that was set back must not lock anybody out for longer than the longest pause.
    const left_ms = Math.min(tries.closedUntil - now, LONGEST_MS);
    if (left_ms > 0) return { is: "closed", wait_s: Math.ceil(left_ms / 1000) };
    const failures = tries.failures + 1;
    const pause_ms = pauseAfter(failures);
    await this.#count(id, { failures, closedUntil: now + pause_ms });
    const answer = await this.#prove(id, pin);
    if (typeof answer !== "string") {
      if (answer.is === "unknown") await this.#count(id, tries);
      return answer.is === "wrong" ? { is: "wrong", wait_s: pause_ms / 1000 } : answer;
    }
    await this.#count(id, NO_TRIES);
    await this.#came(id, answer);
    return { is: "right" };
  }

  #count(id: string, tries: Tries): Promise<void> {
    const kept = tries.failures ? tries : undefined;
    return countTries(triesOf(id), tries, () => this.#ports.store.batch([{ store: "kept", name: triesOf(id), value: kept }]));
  }

  /**
   * The proof, from the tablet or from the server. The right PIN waits for no answer, because a dead link swallows a question for many seconds; if its proof is
   * void, the server says so when it hears it.
   */
  async #prove(id: string, pin: string): Promise<string | EnterAnswer> {
    const kept = await this.#unlock(id, pin);
    if (typeof kept === "string") return kept;
    try {
      const { proof } = await this.#ports.post<StaffProof>("/api/staff/enter", { staff: id, pin });
      await this.#keep(id, pin, proof).catch(() => undefined);
      return proof;
    } catch (error) {
      const { code, retryAfterS } = error as ApiError;
      if (code === "pin" || code === "malformed") return { is: "wrong", wait_s: 0 };
      if (code === "too_many_attempts") return { is: "closed", wait_s: retryAfterS ?? LONGEST_MS / 1000 };
      return kept;
    }
  }

  async #keep(id: string, pin: string, proof: string): Promise<void> {
    const [salt, iv] = [crypto.getRandomValues(new Uint8Array(16)), crypto.getRandomValues(new Uint8Array(12))];
    const iterations = this.#ports.iterations ?? ITERATIONS;
    const key = await keyOf(pin, salt, iterations);
    const box = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(proof)));
    await this.#ports.store.put("kept", lockOf(id), { salt, iv, box, iterations } satisfies Lock);
  }

  async #unlock(id: string, pin: string): Promise<string | EnterAnswer> {
    const lock = await this.#ports.store.get<Lock>("kept", lockOf(id));
    if (!lock) return { is: "unknown" };
    try {
      const key = await keyOf(pin, lock.salt, lock.iterations);
      const proof = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(lock.iv) }, key, bytes(lock.box));
      return new TextDecoder().decode(proof);
    } catch {
      return { is: "wrong", wait_s: 0 };
    }
  }

  async #came(id: string, proof: string): Promise<void> {
    const { store, wallClock } = this.#ports;
    const known = [...this.#members.peek(), this.#added].find((member) => member?.id === id);
    const here = { id, name: known?.name ?? "", title: known?.title ?? "", responsible: !!known?.responsible, proof };
    const last = await store.get<Shift & { id: string }>("kept", SHIFT).catch(() => undefined);
    this.#before.value = last && last.id !== id ? last : null;
    this.#here.value = here;
    this.speakAs(proof);
    const from = last?.id === id ? last.from : wallClock();
    await store.put("kept", SHIFT, { id, name: here.name, title: here.title, from, until: wallClock() }).catch(() => undefined);
  }

  async #leave({ id, name, title }: Here): Promise<void> {
    const { store, wallClock } = this.#ports;
    const last = await store.get<Shift & { id: string }>("kept", SHIFT).catch(() => undefined);
    const from = last?.id === id ? last.from : wallClock();
    await store.put("kept", SHIFT, { id, name, title, from, until: wallClock() }).catch(() => undefined);
  }

  /** The server says whose proof that was. A void one opens nothing any more: the PIN was changed, or the person has left. */
  #told(staff: string | null): void {
    const said = this.#said.shift() ?? null;
    const here = this.#here.peek();
    if (staff !== null || said === null || here?.proof !== said) return;
    this.#here.value = null;
    void this.#ports.store.delete("kept", lockOf(here.id)).catch(() => undefined);
    void this.refresh();
  }
}

async function keyOf(pin: string, salt: Uint8Array, iterations: number): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const bytes = (some: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(some);
const lockOf = (id: string): string => `staff lock ${id}`;
const triesOf = (id: string): string => `staff tries ${id}`;
const MEMBERS = "staff members";
const SHIFT = "staff shift";
