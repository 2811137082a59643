/** Who is signed in on a page that one role uses, and the connection that lives as long as that. */

import { signal } from "@preact/signals";
import type { Identity, Role } from "../../protocol/messages.ts";
import type { Connection } from "./connection.ts";
import { ApiError, me, signIn, signOut } from "./session.ts";

/** The account of a page for one role. It starts the connection when somebody has signed in, and stops it when they sign out. */
export class SignedIn {
  /** The signed-in account; null if there is none, undefined until that is known. */
  readonly identity = signal<Identity | null | undefined>(undefined);
  /** True if somebody signed in whose role is another one. */
  readonly refusedRole = signal(false);
  readonly #role: Role;
  readonly #connection: Connection;

  constructor(role: Role, connection: Connection) {
    this.#role = role;
    this.#connection = connection;
    connection.state.subscribe((state) => {
      if (state.at === "ended" && state.reason === "signed_out") this.identity.value = null;
    });
  }

  /** Continues a session that exists; without a network it waits for one. */
  async resume(): Promise<void> {
    try {
      this.#enter(await me());
    } catch {
      setTimeout(() => this.resume(), AGAIN_MS);
    }
  }

  /** Signs in. Throws ApiError. */
  async signIn(login: string, password: string): Promise<void> {
    this.#enter(await signIn(login, password));
  }

  /** Signs out. */
  async signOut(): Promise<void> {
    this.#connection.stop();
    await signOut().catch(() => undefined);
    this.identity.value = null;
  }

  /** Takes note of a failed request: one that is refused because nobody is signed in any more asks to sign in again. */
  note(error: unknown): void {
    if (error instanceof ApiError && error.code === "signed_out") this.identity.value = null;
  }

  #enter(who: Identity | null): void {
    this.refusedRole.value = who !== null && who.role !== this.#role;
    this.identity.value = this.refusedRole.value ? null : who;
    if (this.identity.value) this.#connection.start();
  }
}

const AGAIN_MS = 2000;
