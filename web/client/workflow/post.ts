/** The health post's side: the roster of available doctors, and the one request that the post may have. */

import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type {
  ConsultationId,
  ErrorCode,
  Intake,
  Request,
  Requested,
  RosterLine,
  Waiting,
} from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import type { Connection } from "../signalling/connection.ts";
import type { Outbox } from "../offline/outbox.ts";
import { type WaitState, waitState } from "./wait.ts";

/** The request that is under way. */
export interface PendingRequest {
  request: Request;
  /** `saved`: on this device only · `waiting`: stored by the server · `refused`: not tried again. */
  state: "saved" | "waiting" | "refused";
  refusal: ErrorCode | null;
  /** False if the request is not on the device's disk either, because that failed. */
  kept: boolean;
  /** The time at which "Appeler" was pressed; after a reload, the server's. */
  since: number;
  /** Null until the server has the request. */
  wait: WaitState | null;
}

/** A case that was filed here and that the server does not have yet. */
export type Filed = Pick<PendingRequest, "request" | "state" | "refusal" | "kept">;

/** The health post of this page. */
export class Post {
  readonly #roster = signal<RosterLine[]>([]);
  /** The request that the server holds. */
  readonly #held = signal<{ request: Request; wait: WaitState } | null>(null);
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  /** Requests that were withdrawn here and perhaps not yet at the server. */
  readonly #cancelled = new Set<ConsultationId>();
  readonly #pressedAt = new Map<ConsultationId, number>();
  /** The last request of this page, whose form the server does not send back. */
  #asked: Request | null = null;

  readonly roster: ReadonlySignal<RosterLine[]> = this.#roster;
  readonly pending: ReadonlySignal<PendingRequest | null> = computed(() => this.#pending());

  /** The cases that were filed here and that the server does not have yet; they hold nothing else up. */
  readonly filed: ReadonlySignal<Filed[]> = computed(() =>
    this.#unsent().filter(({ request }) => request.defer_to),
  );

  constructor(connection: Connection, outbox: Outbox, clock: Clock) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#clock = clock;
    connection.on("roster", ({ lines }) => (this.#roster.value = lines));
    connection.on("welcome", ({ waiting }) =>
      waiting ? this.#requested(waiting) : (this.#held.value = null),
    );
    connection.on("requested", (requested) => this.#requested(requested));
    connection.on("waiting", (waiting) => this.#waiting(waiting));
    connection.on("call", ({ consultation }) => this.#over(consultation));
    connection.on("closed", ({ consultation }) => this.#over(consultation));
  }

  /**
   * Resolves with its id when the request is on this device's disk, with or without a network. With `defer_to` it is a case, which rings
   * for nobody.
   */
  async request(ask: Omit<Request, "request">): Promise<ConsultationId> {
    const request: Request = { request: crypto.randomUUID(), ...ask };
    this.#pressedAt.set(request.request, this.#clock.now());
    if (!ask.defer_to) this.#asked = request;
    await this.#outbox.put({ type: "request", ...request });
    return request.request;
  }

  /** The form of a consultation that this page has asked for; null for another one. */
  intakeOf(consultation: ConsultationId | undefined): Intake | null {
    return this.#asked?.request === consultation ? (this.#asked?.intake ?? null) : null;
  }

  /** Withdraws the request here at once, and at the server as soon as it is reached. */
  cancel(): void {
    const id = this.pending.value?.request.request;
    if (!id) return;
    this.#cancelled.add(id);
    this.#held.value = null;
    void this.#outbox.drop(`request ${id}`);
    this.#connection.send({ type: "cancel", consultation: id });
  }

  /** Asks to be called back: it rings nobody for this time, and then rings again by itself. Returns false without a connection. */
  callBack(for_ms: number): boolean {
    const id = this.#held.value?.request.request;
    return !!id && this.#connection.send({ type: "postpone", consultation: id, for_ms });
  }

  /** Ends a pause: it rings again at once. */
  ringNow(): void {
    const id = this.#held.value?.request.request;
    if (id) this.#connection.send({ type: "ring_again", consultation: id });
  }

  #pending(): PendingRequest | null {
    const held = this.#held.value;
    if (held) {
      const since = this.#pressedAt.get(held.request.request) ?? held.wait.since;
      return { request: held.request, state: "waiting", refusal: null, kept: true, since, wait: held.wait };
    }
    const unsent = this.#unsent().find(({ request }) => !request.defer_to);
    if (!unsent) return null;
    const since = this.#pressedAt.get(unsent.request.request) ?? this.#clock.now();
    return { ...unsent, since, wait: null };
  }

  /** The requests that the server has not acknowledged, the oldest first. */
  #unsent(): Filed[] {
    return [...this.#outbox.items.value.values()].flatMap(({ message, state, refusal, kept }) => {
      if (message.type !== "request") return [];
      const { type: _, ...request } = message;
      return { request, state: state === "refused" ? "refused" : "saved", refusal, kept };
    });
  }

  /** Drops a case that was filed here and not sent, so that the form can be sent in another way. Its withdrawal has nothing to withdraw any more. */
  unfile(id: ConsultationId): void {
    void this.#outbox.drop(`cancel ${id}`);
    void this.#outbox.drop(`request ${id}`);
  }

  #requested({ request, status }: Requested): void {
    if (this.#cancelled.has(request.request))
      this.#connection.send({ type: "cancel", consultation: request.request });
    else {
      this.#asked = request;
      this.#held.value = { request, wait: this.#wait(status) };
    }
  }

  #waiting(waiting: Waiting): void {
    const held = this.#held.value;
    if (held?.request.request === waiting.consultation)
      this.#held.value = { ...held, wait: this.#wait(waiting) };
  }

  #over(consultation: ConsultationId): void {
    if (this.#held.value?.request.request === consultation) this.#held.value = null;
    this.#pressedAt.delete(consultation);
    this.#cancelled.delete(consultation);
  }

  #wait(waiting: Waiting): WaitState {
    return waitState(waiting, this.#clock.now());
  }
}
