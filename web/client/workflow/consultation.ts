/** The consultation that is going on, as the server tells it, and the last one that ended. */

import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type {
  Act,
  Advice,
  Advise,
  Attachment,
  Call,
  CaseRow,
  ConsentTold,
  ConsultationId,
  Disposition,
  Invitable,
  Mark,
  Member,
  MemberId,
  MemberLink,
  PartyId,
  Photo,
  PhotoId,
  Prescription,
  Record,
  Speciality,
} from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import type { Connection } from "../signalling/connection.ts";
import type { SealedStore } from "../offline/sealed-store.ts";
import type { Outbox } from "../offline/outbox.ts";
import { type RingingAgain, waitState } from "./wait.ts";

/** The running consultation. */
export interface Ongoing {
  id: ConsultationId;
  /** Our id in the room. */
  me: MemberId;
  members: Member[];
  /** The time at which it was claimed, on the scale of `now()`. */
  since: number;
  record: Record | null;
  invitable: Invitable[];
  /** Signed advice, the oldest first; it is also kept on the device. */
  advice: Advice[];
  /** Prescriptions, the oldest first; they are also kept on the device. */
  prescriptions: Prescription[];
  /** Photos that were asked for, the oldest first. */
  photos: Photo[];
  /** Files that the post or a specialist added, the oldest first. */
  attachments: Attachment[];
  links: ReadonlyMap<MemberId, MemberLink>;
  /** What we may do now, as the server allows it. */
  may: ReadonlySet<Act>;
  /** Set while it rings for a doctor again. */
  rings: RingingAgain | null;
  /** Set while it rings nobody: who takes it up again (null: the post wants to be called back), and when. */
  postponed: { by: string | null; until: number } | null;
}

/** A consultation that has ended. */
export interface Ended {
  id: ConsultationId;
  /** Null if the request was withdrawn. */
  disposition: Disposition | null;
  advice: Advice[];
  prescriptions: Prescription[];
  /** Its record as this page had it last; null if it had none. */
  record: Record | null;
  /** True if it is not over, but goes on as a deferred case. */
  deferred: boolean;
}

/** The consultations of this page, one after the other. */
export class Consultation {
  readonly #current = signal<Ongoing | null>(null);
  readonly #ended = signal<Ended | null>(null);
  readonly #left = signal<ConsultationId | null>(null);
  readonly #owed = signal<Ongoing | null>(null);
  readonly #released = signal<{ by: string | null } | null>(null);
  readonly #calledBack = signal<string | null>(null);
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #disk: SealedStore;
  readonly #clock: Clock;
  /** The request of this page that waited last: it may become a case by itself. */
  #waited: ConsultationId | null = null;
  /** The text that is being signed. */
  #signing: string | null = null;

  readonly current: ReadonlySignal<Ongoing | null> = this.#current;
  /** Set when a consultation ends, cleared by `forget()` and by the next one. */
  readonly ended: ReadonlySignal<Ended | null> = this.#ended;
  /** The consultation that we left by choice and may come back to. */
  readonly left: ReadonlySignal<ConsultationId | null> = this.#left;
  /** The consultation that we left, as it was last told. */
  readonly owed: ReadonlySignal<Ongoing | null> = this.#owed;
  /** Set when we do not hold a consultation any more: another doctor took it over, or we handed it on. */
  readonly released: ReadonlySignal<{ by: string | null } | null> = this.#released;
  /** The name of the doctor who asks us to come back to the consultation that we left. */
  readonly calledBack: ReadonlySignal<string | null> = this.#calledBack;

  /** Advice that is not acknowledged yet, the oldest first. */
  readonly unsent: ReadonlySignal<Advise[]> = computed(() => this.#unsent(this.#current.value?.id));

  constructor(connection: Connection, outbox: Outbox, disk: SealedStore, clock: Clock) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#disk = disk;
    this.#clock = clock;
    connection.on("welcome", ({ call, waiting }) => {
      this.#waited = waiting?.request.request ?? this.#waited;
      if (call) this.#enter(call);
      else this.#missing();
    });
    connection.on("requested", ({ request }) => (this.#waited = request.request));
    connection.on("cases", ({ cases }) => cases.forEach((row) => this.#listed(row)));
    connection.on("case", (row) => this.#listed(row));
    connection.on("call", (call) => this.#enter(call));
    connection.on("link", ({ members }) => {
      this.#change({ links: new Map(members.map((link) => [link.member, link])) });
    });
    connection.on("advice", (advice) => this.#advised(advice));
    connection.on("prescription", (prescription) => this.#prescribed(prescription));
    connection.on("photo", (photo) => this.#photo(photo));
    connection.on("attachment", (attachment) => this.#attachment(attachment));
    connection.on("consent", (told) => this.#consented(told));
    connection.on("waiting", (waiting) => {
      const rings = this.#current.value?.rings;
      if (rings && waiting.consultation === this.#current.value?.id)
        this.#change({ rings: { ...rings, wait: waitState(waiting, clock.now()) } });
    });
    connection.on("released", ({ consultation, by }) => this.#release(consultation, by));
    connection.on("ring_back", ({ consultation, by }) => {
      if (consultation === this.#left.value) this.#calledBack.value = by;
    });
    connection.on("closed", ({ consultation, disposition, deferred }) => this.#over(consultation, disposition, deferred));
  }

  /** Leaves the consultation, which goes on without us. */
  leave(): void {
    const id = this.#current.value?.id;
    if (!id || !this.#connection.send({ type: "leave", consultation: id })) return;
    this.#left.value = id;
    this.#owed.value = this.#current.value;
    this.#current.value = null;
  }

  /** Ends a consultation whose doctor is not there, or which we have left. */
  end(): void {
    const id = this.#current.value?.id ?? this.#left.value;
    if (id) this.#connection.send({ type: "cancel", consultation: id });
  }

  /** Calls doctors again; as the holder, calls the post back. */
  callAgain(): void {
    const id = this.#current.value?.id;
    if (id) this.#connection.send({ type: "ring_again", consultation: id });
  }

  /** Becomes the doctor who holds the consultation in which we are. */
  takeOver(): void {
    const id = this.#current.value?.id;
    if (id) this.#connection.send({ type: "claim", consultation: id });
  }

  /** Hands the consultation on to whoever is free, and claims another one in the same step. */
  handOn(take?: ConsultationId): void {
    const id = this.#current.value?.id;
    if (id) this.#connection.send({ type: "hand_on", consultation: id, ...(take && { take }) });
  }

  /** Puts the call on hold: we are out of it, and are rung back after this time. */
  hold(for_ms: number): void {
    const id = this.#current.value?.id;
    if (id) this.#connection.send({ type: "postpone", consultation: id, for_ms });
  }

  /** Gives the consultation to another speciality, with the reason. */
  redirect(speciality: Speciality, why: string): void {
    const id = this.#current.value?.id;
    if (id) this.#connection.send({ type: "redirect", consultation: id, speciality, why });
  }

  /** Comes back to the consultation that we left, or to another one of which we are a member. */
  rejoin(consultation = this.#left.value): void {
    if (consultation) this.#connection.send({ type: "rejoin", consultation });
  }

  /** The user has seen how it ended. */
  forget(): void {
    this.#ended.value = null;
    this.#left.value = null;
    this.#released.value = null;
  }

  /** Invites somebody, with a reason if there is one; with `handOver` the consultation becomes theirs. */
  invite(party: PartyId, handOver: boolean, why = ""): void {
    const id = this.#current.value?.id;
    if (id) this.#connection.send({ type: "invite", consultation: id, party, hand_over: handOver, ...(why && { why }) });
  }

  /**
   * Signs advice, or a correction of the revision `replaces`. Resolves when it is on this device's disk;
   * `current.advice` has it when the server has stored it. The text that was signed last is not signed again, so that
   * two taps are one signature.
   */
  async advise(text: string, replaces?: number): Promise<void> {
    const current = this.#current.value;
    if (!current) return;
    const known: Advise[] = [...current.advice, ...this.#unsent(current.id)];
    if (known.at(-1)?.text === text || this.#signing === text) return;
    const revision = Math.max(0, ...known.map((one) => one.revision)) + 1;
    this.#signing = text;
    try {
      await this.#outbox.put({
        type: "advise",
        consultation: current.id,
        revision,
        text,
        ...(replaces !== undefined && { replaces }),
      });
    } finally {
      this.#signing = null;
    }
  }

  /**
   * Asks the post for a photo; false if the server is not reached. `current.photos` has it when the server has
   * stored it.
   */
  askPhoto(): boolean {
    const id = this.#current.value?.id;
    return !!id && this.#connection.send({ type: "ask_photo", consultation: id, photo: crypto.randomUUID() });
  }

  /** Replaces all marks on a photo; false if the server is not reached. */
  markPhoto(photo: PhotoId, marks: Mark[]): boolean {
    const id = this.#current.value?.id;
    return !!id && this.#connection.send({ type: "mark_photo", consultation: id, photo, marks });
  }

  /**
   * Closes the consultation; with `followUpH` the post is asked after so many hours what became of the patient. Resolves when
   * that is on this device's disk; `ended` tells when it is done.
   */
  async close(disposition: Disposition, followUpH: number | null = null): Promise<void> {
    const id = this.#current.value?.id;
    if (id) await this.#outbox.put({ type: "close", consultation: id, disposition, ...(followUpH !== null && { follow_up_h: followUpH }) });
  }

  /** Advice that is kept on this device, the newest first; readable without a network. */
  async keptAdvice(): Promise<Advice[]> {
    const all = await this.#disk.all<Advice>("advice").catch(() => []);
    const kept = all.filter((advice) => typeof advice?.text === "string");
    return kept.sort((a, b) => b.at - a.at);
  }

  /** The prescriptions of a consultation that are kept on this device, the oldest first; readable without a network. */
  async keptPrescriptions(id: ConsultationId): Promise<Prescription[]> {
    return (await keptPrescriptions()).kept(this.#disk, id);
  }

  #unsent(id: ConsultationId | undefined): Advise[] {
    const messages = [...this.#outbox.items.value.values()].map(({ message }) => message);
    return messages
      .filter((message) => message.type === "advise")
      .filter(({ consultation }) => consultation === id);
  }

  #enter(call: Call): void {
    this.#waited = null;
    this.#ended.value = null;
    for (const advice of call.record?.advice ?? []) void this.#keep(advice);
    this.#keepPrescriptions(call.consultation, call.record?.prescriptions);
    const left = call.members.some(({ member, state }) => member === call.member && state === "left");
    const ongoing = this.#ongoing(call);
    this.#left.value = left ? call.consultation : null;
    this.#owed.value = left ? ongoing : null;
    this.#current.value = left ? null : ongoing;
    this.#released.value = null;
    if (!left) this.#calledBack.value = null;
  }

  /** We do not hold this consultation any more, and are out of it. */
  #release(id: ConsultationId, by: string | null): void {
    if (![this.#current.value?.id, this.#left.value, this.#ended.value?.id].includes(id)) return;
    this.#current.value = null;
    this.#left.value = null;
    this.#owed.value = null;
    this.#ended.value = null;
    this.#released.value = { by };
  }

  #ongoing(call: Call): Ongoing {
    const before = this.#current.value;
    const same = before?.id === call.consultation ? before : null;
    const record = call.record ?? same?.record ?? null;
    return {
      id: call.consultation,
      me: call.member,
      members: call.members,
      since: this.#clock.now() - call.age_ms,
      record,
      invitable: call.invitable,
      advice: merged(same?.advice ?? [], record?.advice ?? []),
      // A call that comes without its record tells nothing of them.
      prescriptions: call.record ? (call.record.prescriptions ?? []) : (same?.prescriptions ?? []),
      photos: call.record?.photos ?? same?.photos ?? [],
      attachments: call.record ? (call.record.attachments ?? []) : (same?.attachments ?? []),
      links: same?.links ?? new Map(),
      may: new Set(call.may),
      postponed: call.postponed ? { by: call.postponed.by, until: this.#clock.now() + call.postponed.for_ms } : null,
      rings: call.rings && {
        why: call.rings.why,
        by: call.rings.by,
        wait: waitState(call.rings.status, this.#clock.now()),
      },
    };
  }

  /**
   * The server knows of no consultation, so ours ended while we were away; a `closed` message may follow with the
   * outcome.
   */
  #missing(): void {
    const id = this.#current.value?.id;
    if (id) this.#over(id, null);
  }

  #attachment(attachment: Attachment): void {
    const current = this.#current.value;
    if (current?.id !== attachment.consultation) return;
    const isNew = current.attachments.every((one) => one.attachment !== attachment.attachment);
    if (isNew) this.#change({ attachments: [...current.attachments, attachment] });
  }

  /** The record has the newest answer, also for a screen that is loaded after it was told. */
  #consented({ consultation, consent }: ConsentTold): void {
    const current = this.#current.value;
    if (current?.id === consultation && current.record) this.#change({ record: { ...current.record, consent } });
  }

  #photo(photo: Photo): void {
    const current = this.#current.value;
    if (current?.id !== photo.consultation) return;
    const known = current.photos.some((one) => one.photo === photo.photo);
    const photos = current.photos.map((one) => (one.photo === photo.photo ? photo : one));
    this.#change({ photos: known ? photos : [...photos, photo] });
  }

  #advised(advice: Advice): void {
    void this.#keep(advice);
    const { current, ended } = { current: this.#current.value, ended: this.#ended.value };
    if (current?.id === advice.consultation) this.#change({ advice: merged(current.advice, [advice]) });
    if (ended?.id === advice.consultation)
      this.#ended.value = { ...ended, advice: merged(ended.advice, [advice]) };
  }

  /** One is new or has changed; the server tells changes in their order. */
  #prescribed(changed: Prescription): void {
    const { prescription, consultation: id } = changed.signed;
    const put = (known: Prescription[]) => [...known.filter(({ signed }) => signed.prescription !== prescription), changed];
    const { current, ended } = { current: this.#current.value, ended: this.#ended.value };
    this.#keepPrescriptions(id, [changed]);
    if (current?.id === id) this.#change({ prescriptions: put(current.prescriptions) });
    if (ended?.id === id) this.#ended.value = { ...ended, prescriptions: put(ended.prescriptions) };
  }

  #keepPrescriptions(id: ConsultationId, news: Prescription[] = []): void {
    // Without a network and this file the server sends them again with the record.
    if (news.length) void keptPrescriptions().then(({ keep }) => keep(this.#disk, id, news), () => undefined);
  }

  /** A row of the list of cases: what we waited for or spoke in became a case, perhaps while we were away. */
  #listed({ consultation: id, state }: CaseRow): void {
    const isOurs = this.#waited === id || (this.#ended.value?.id === id && !this.#ended.value.disposition);
    if (isOurs && state !== "follow_up" && !this.#ended.value?.deferred) this.#over(id, null, true);
  }

  #over(id: ConsultationId, disposition: Disposition | null, deferred = false): void {
    const { current, left, ended } = {
      current: this.#current.value,
      left: this.#left.value,
      ended: this.#ended.value,
    };
    const waited = this.#waited === id;
    if (waited) this.#waited = null;
    if (current?.id !== id && left !== id && ended?.id !== id && !(waited && deferred)) return;
    const known = [current, ended].find((one) => one?.id === id);
    this.#ended.value = { id, disposition, advice: known?.advice ?? [], prescriptions: known?.prescriptions ?? [], record: known?.record ?? null, deferred };
    this.#current.value = null;
    this.#left.value = null;
    this.#owed.value = null;
    this.#calledBack.value = null;
  }

  #change(part: Partial<Ongoing>): void {
    const current = this.#current.value;
    if (current) this.#current.value = { ...current, ...part };
  }

  /** Keeps advice on the device. If the disk fails, the advice stays on the screen, and `deviceStorage` tells. */
  async #keep(advice: Advice): Promise<void> {
    try {
      await this.#disk.put("advice", adviceKey(advice), advice);
      const surplus = (await this.keptAdvice()).slice(ADVICE_KEPT);
      for (const old of surplus) await this.#disk.delete("advice", adviceKey(old));
    } catch {
      // The server has it, and sends it again with the record.
    }
  }
}

/** The copies on the device are read and written by a file of their own, which no first screen needs. */
const keptPrescriptions = () => import("./kept-prescriptions.ts");

const adviceKey = ({ consultation, revision, by }: Advice) => `${consultation} ${by} ${revision}`;

/** Both lists without duplicates, the oldest first. */
function merged(a: Advice[], b: Advice[]): Advice[] {
  const all = new Map([...a, ...b].map((advice) => [adviceKey(advice), advice]));
  return [...all.values()].sort((x, y) => x.at - y.at);
}

/** The pieces of advice that stay on a device: some weeks of a post, and not its whole past. */
const ADVICE_KEPT = 50;
