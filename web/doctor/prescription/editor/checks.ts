/**
 * The server's questions about a draft: asked a moment after the last keystroke, and never without a network. They are asked again when the network is back and
 * the draft has changed or the answer is old, and after a server that did not answer.
 */

import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Client } from "../../../client/index.ts";
import { type Clock, pageClock } from "../../../client/platform/clock.ts";
import { type ApiError, post } from "../../../client/signalling/session.ts";
import type { ConsultationId } from "../../../protocol/messages.ts";
import type { CheckedDraft, DraftFinding, PrescriptionDraft } from "../../../protocol/prescriptions.ts";
import { errorTextOf } from "../../../ui/i18n.ts";
import { draftOf, type TypedPrescription } from "../typed.ts";

/** One question about one line, by the name of the line, because numbers change while lines come and go. */
export interface Question extends Omit<DraftFinding, "line" | "other"> {
  line: string;
  /** The other line that it is about. */
  other?: string;
}

/** What is known of the checks. */
export interface Checks {
  questions: readonly Question[];
  /** The sentence of the last refusal; null if there is none. */
  fault: string | null;
  /** Checks at once; the server's answer, or null if it did not come. */
  now(): Promise<CheckedDraft | null>;
}

/** What the checks need of the page. */
export interface CheckParts {
  state: ReadonlySignal<{ at: string }>;
  clock: Clock;
  ask(draft: PrescriptionDraft): Promise<CheckedDraft>;
}

/** The checks of one draft. */
export class DraftChecks {
  readonly questions = signal<readonly Question[]>([]);
  readonly fault = signal<string | null>(null);
  readonly #id: ConsultationId;
  readonly #parts: CheckParts;
  #typed: TypedPrescription | null = null;
  #text = "";
  /** The draft that the server has answered last, and when. */
  #answered: { text: string; at: number } | null = null;
  #last = 0;
  #cancel = (): void => undefined;

  constructor(id: ConsultationId, parts: CheckParts) {
    this.#id = id;
    this.#parts = parts;
  }

  /** Asks when the network is there, until the returned function is called. */
  follow(): () => void {
    const stop = effect(() => {
      if (this.#parts.state.value.at === "ready") this.#soon(AFTER_MS);
      else this.#cancel();
    });
    return () => (stop(), this.#cancel());
  }

  /** Takes what is typed by now. */
  about(typed: TypedPrescription): void {
    this.#typed = typed;
    const text = JSON.stringify(draftOf(typed, this.#id, NO_PRESCRIPTION));
    if (text === this.#text) return;
    this.#text = text;
    // An answer to another draft that is still under way is not shown, and says nothing of this one.
    this.#last += 1;
    this.#soon(AFTER_MS);
  }

  /** Checks at once; the server's answer, or null if it did not come. */
  async now(typed: TypedPrescription): Promise<CheckedDraft | null> {
    this.#cancel();
    // An answer that comes after a later question is not shown.
    const own = ++this.#last;
    const draft = draftOf(typed, this.#id, NO_PRESCRIPTION);
    const answer = await this.#parts.ask(draft).catch((error: unknown) => {
      if (own === this.#last) this.#failed(error);
      return null;
    });
    if (!answer || own !== this.#last) return answer;
    this.#answered = { text: JSON.stringify(draft), at: this.#parts.clock.now() };
    this.fault.value = null;
    this.questions.value = named(answer.findings, typed);
    return answer;
  }

  #failed(error: unknown): void {
    this.fault.value = errorTextOf(error);
    if (PASSING.includes((error as ApiError).code)) this.#soon(AGAIN_MS);
  }

  #soon(delay_ms: number): void {
    this.#cancel();
    const [{ state, clock }, typed] = [this.#parts, this.#typed];
    if (!typed?.lines.length || state.peek().at !== "ready" || this.#isFresh()) return;
    this.#cancel = clock.after(delay_ms, () => void this.now(this.#typed ?? typed));
  }

  #isFresh(): boolean {
    return this.#answered?.text === this.#text && this.#parts.clock.now() - this.#answered.at < FRESH_MS;
  }
}

export function useChecks(client: Client, id: ConsultationId, typed: TypedPrescription): Checks {
  const checks = useMemo(() => {
    const ask = (draft: PrescriptionDraft) => post<CheckedDraft>(`/api/consultations/${id}/prescriptions/check`, draft);
    return new DraftChecks(id, { state: client.connection.state, clock: pageClock, ask });
  }, [id]);
  useEffect(() => checks.follow(), [checks]);
  useEffect(() => checks.about(typed), [checks, typed]);
  // What was asked about a drug is not asked about the one that took its place.
  const isThere = (key: string | undefined) => key === undefined || typed.lines.some((line) => line.key === key);
  const questions = checks.questions.value.filter(({ line, other }) => isThere(line) && isThere(other));
  return { questions, fault: checks.fault.value, now: () => checks.now(typed) };
}

const named = (findings: readonly DraftFinding[], { lines }: TypedPrescription): Question[] =>
  findings.flatMap(({ line, other, ...rest }) => {
    const [own, about] = [lines[line], other === undefined ? undefined : lines[other]];
    return own ? [{ ...rest, line: own.key, ...(about && { other: about.key }) }] : [];
  });

/** A draft that is only checked has no identifier yet. */
const NO_PRESCRIPTION = "00000000-0000-0000-0000-000000000000";
/** The pause after the last keystroke. */
const AFTER_MS = 600;
/** The pause after a question without an answer. */
const AGAIN_MS = 15_000;
/** An answer that is older is asked for again when the network is back: the server may have heard of an allergy meanwhile. A link that flaps asks nothing. */
const FRESH_MS = 60_000;
/** Errors that say nothing of the draft. */
const PASSING: readonly string[] = ["offline", "internal", "storage", "draining", "too_many_attempts"];
