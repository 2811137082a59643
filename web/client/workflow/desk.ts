/** The doctor's side: availability, the queue of requests, what rings, invitations, and notices about claims. */

import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type {
  Availability,
  ConsultationId,
  Entry,
  EntryGone,
  ErrorCode,
  OwnPresence,
  PartyId,
  Refused,
  Ring,
  Speciality,
  Urgency,
} from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import type { Connection } from "../signalling/connection.ts";

/** One request in the queue. */
export interface Row {
  entry: Entry;
  /** The time at which it began to wait, on the scale of `now()`. */
  since: number;
  /** True while it rings for us. */
  ringing: boolean;
  /** True if we held it before, so that it is ours to finish. */
  owed: boolean;
  /** True after we pressed "Prendre", until the server has decided. */
  claiming: boolean;
}

/** An invitation into a running consultation: who invites, and why if they say so. */
export interface Invitation {
  entry: Entry;
  by: string;
  why?: string | undefined;
}

/** Our own presence, with the end of what we declared on the scale of `now()`; null for no end. */
export type Presence = OwnPresence & { until: number | null };

/** A message that is shown for some seconds. */
export type Notice = { id: number } & (
  | { kind: "taken"; by: string; place: string }
  | { kind: "withdrawn"; place: string }
  /** What was claimed by a notification does not wait any more. */
  | { kind: "over" }
  | { kind: "refused"; code: ErrorCode }
);

/** A notice without its id. */
type NewNotice = Notice extends infer N ? (N extends Notice ? Omit<N, "id"> : never) : never;

/** The desk of one doctor. */
export class Desk {
  readonly #availability = signal<Availability>("away");
  readonly #presence = signal<Presence | null>(null);
  readonly #rows = signal<ReadonlyMap<ConsultationId, Row>>(new Map());
  readonly #invitation = signal<Invitation | null>(null);
  readonly #notices = signal<Notice[]>([]);
  readonly #connection: Connection;
  readonly #clock: Clock;
  /** Our own name, so that our own claims are not told as somebody else's. */
  #name = "";
  #party: PartyId = "";
  #specialities: readonly Speciality[] = [];
  /** A consultation that we claim without having it in the queue, as from a notification that was left on the screen. */
  #unseen: ConsultationId | null = null;
  /** The consultation that we entered last. */
  #inCall: ConsultationId | null = null;
  #lastNotice = 0;

  readonly availability: ReadonlySignal<Availability> = this.#availability;
  /** Our own presence as the server tells it; null before it has. */
  readonly presence: ReadonlySignal<Presence | null> = this.#presence;
  /** The queue: first what we owe, then the most urgent, then the longest wait. */
  readonly rows: ReadonlySignal<Row[]> = computed(() => [...this.#rows.value.values()].sort(byNeed));
  /** Vital emergencies that a doctor in a call must learn of: of our speciality, or of any if they ring for us. */
  readonly emergencies: ReadonlySignal<Row[]> = computed(() =>
    this.rows.value.filter(
      ({ entry, ringing, owed }) =>
        entry.urgency === "stat" && !owed && (ringing || this.#specialities.includes(entry.speciality)),
    ),
  );
  /** An invitation into a running consultation. */
  readonly invitation: ReadonlySignal<Invitation | null> = this.#invitation;
  readonly notices: ReadonlySignal<Notice[]> = this.#notices;
  /** The most urgent request or invitation that rings for us now; null if none does. */
  readonly ringing: ReadonlySignal<Row | Invitation | null> = computed(
    () => this.#invitation.value ?? this.rows.value.find(({ ringing }) => ringing) ?? null,
  );

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    connection.on("welcome", ({ you, availability }) => {
      this.#name = you.name;
      this.#party = you.party;
      this.#specialities = you.specialities;
      this.#invitation.value = null;
      this.#availability.value = availability;
    });
    connection.on("presence", (presence) => {
      this.#availability.value = presence.state;
      const until = presence.until_ms === undefined ? null : clock.now() + presence.until_ms;
      this.#presence.value = { ...presence, until };
    });
    connection.on("queue", ({ entries }) => {
      // It comes with each new socket. A claim that was lost with the one before may be made again, and has no answer any more.
      this.#unseen = null;
      const rows = entries.map((entry) => ({ ...this.#row(entry), claiming: false }));
      this.#rows.value = new Map(rows.map((row) => [row.entry.consultation, row]));
    });
    connection.on("entry", (entry) => this.#set(this.#row(entry)));
    connection.on("entry_gone", (gone) => this.#gone(gone));
    connection.on("ring", (ring) => this.#ring(ring));
    connection.on("call", ({ consultation }) => this.#entered(consultation));
    connection.on("closed", ({ consultation }) => {
      if (this.#invitation.value?.entry.consultation === consultation) this.#invitation.value = null;
    });
    connection.on("error", (refusal) => this.#refused(refusal));
  }

  /** Declares an availability for a time; without one it holds until it is changed. The server keeps it. */
  setAvailability(state: Availability, for_ms?: number): void {
    if (!this.#connection.send({ type: "availability", state, ...(for_ms && { for_ms }) })) return;
    this.#availability.value = state;
  }

  /** Claims a request ("Prendre"). The server answers with a `call`, or a notice tells who was faster. */
  claim(consultation: ConsultationId): void {
    const row = this.#rows.value.get(consultation);
    if (!this.#connection.send({ type: "claim", consultation })) return;
    if (row) this.#set({ ...row, claiming: true });
    else this.#unseen = consultation;
  }

  /** True if a request is in the queue. */
  waits(consultation: ConsultationId): boolean {
    return this.#rows.peek().has(consultation);
  }

  answerInvitation(accept: boolean): void {
    const consultation = this.#invitation.value?.entry.consultation;
    if (consultation && this.#connection.send({ type: "answer_invite", consultation, accept }))
      this.#invitation.value = null;
  }

  /** A row for an entry; what is already known stays, such as that it rings. */
  #row(entry: Entry): Row {
    const known = this.#rows.value.get(entry.consultation);
    const { claiming = false } = known ?? {};
    const ringing = entry.postponed_ms === undefined && (known?.ringing ?? false);
    const since = this.#clock.now() - entry.waited_ms;
    const owed = entry.again?.party === this.#party;
    return { entry, since, ringing, owed, claiming };
  }

  #ring({ entry, invited_by, why }: Ring): void {
    if (invited_by !== null) this.#invitation.value = { entry, by: invited_by, why };
    else this.#set({ ...this.#row(entry), ringing: true });
  }

  #gone({ consultation, by, returns }: EntryGone): void {
    const row = this.#rows.value.get(consultation);
    this.#remove(consultation);
    if (!row || returns || by === this.#name) return;
    const place = row.entry.place.name;
    this.#notify(by === null ? { kind: "withdrawn", place } : { kind: "taken", by, place });
  }

  /** We have entered a consultation: it leaves the queue, and nothing rings any more. */
  #entered(consultation: ConsultationId): void {
    this.#remove(consultation);
    this.#invitation.value = null;
    this.#unseen = null;
    if (consultation === this.#inCall) return;
    this.#inCall = consultation;
    const quiet = [...this.#rows.value].map(
      ([id, row]) => [id, { ...row, ringing: false, claiming: false }] as const,
    );
    this.#rows.value = new Map(quiet);
  }

  /** A refusal and `entry_gone` both tell who was faster, in either order; only the first becomes a notice. */
  #refused({ of, code, by }: Refused): void {
    if (of !== "claim" && of !== "invite" && of !== "availability" && of !== "rejoin" && of !== "hand_on") return;
    if (of === "claim" && this.#unseen) {
      this.#unseen = null;
      return this.#notify(code === "not_found" ? { kind: "over" } : { kind: "refused", code });
    }
    const wanted = [...this.#rows.value.values()].find(({ claiming }) => claiming);
    if (of === "claim" && wanted) this.#set({ ...wanted, claiming: false });
    if (code === "already_taken") {
      if (of === "hand_on") this.#notify({ kind: "refused", code });
      else if (wanted) this.#gone({ consultation: wanted.entry.consultation, by });
    } else this.#notify({ kind: "refused", code });
  }

  #notify(fresh: NewNotice): void {
    const notice: Notice = { ...fresh, id: ++this.#lastNotice };
    this.#notices.value = [...this.#notices.value, notice];
    this.#clock.after(NOTICE_MS, () => {
      this.#notices.value = this.#notices.value.filter(({ id }) => id !== notice.id);
    });
  }

  #set(row: Row): void {
    this.#rows.value = new Map(this.#rows.value).set(row.entry.consultation, row);
  }

  #remove(consultation: ConsultationId): void {
    const rows = new Map(this.#rows.value);
    rows.delete(consultation);
    this.#rows.value = rows;
  }
}

const byNeed = (a: Row, b: Row) =>
  Number(b.owed) - Number(a.owed) ||
  URGENCIES.indexOf(a.entry.urgency) - URGENCIES.indexOf(b.entry.urgency) || a.since - b.since;

const NOTICE_MS = 8000;
const URGENCIES: Urgency[] = ["stat", "urgent", "routine"];
