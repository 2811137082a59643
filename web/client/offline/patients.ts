/**
 * The patients of this post that the tablet keeps in its sealed store, so that they are found without a network. The list is the server's,
 * of the last weeks. Nothing here decides who a patient is: it proposes, and the nurse chooses.
 */

import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { PatientLine } from "../../protocol/api.ts";
import type { SealedStore } from "./sealed-store.ts";

/** The patients that a tablet keeps. */
export class PatientList {
  readonly #kept: Pick<SealedStore, "get" | "put">;
  readonly #lines = signal<readonly PatientLine[]>([]);
  readonly lines: ReadonlySignal<readonly PatientLine[]> = this.#lines;
  #loading: Promise<void> | null = null;

  constructor(kept: Pick<SealedStore, "get" | "put">) {
    this.#kept = kept;
  }

  /** Reads once what the tablet keeps. A store that cannot be read leaves the list empty. */
  load(): Promise<void> {
    return (this.#loading ??= this.#kept.get<PatientLine[]>("kept", NAME).then(
      (lines) => void (this.#lines.value = lines ?? []),
      () => undefined,
    ));
  }

  /** Takes the server's list in place of the kept one. */
  async take(lines: readonly PatientLine[]): Promise<void> {
    await this.load();
    this.#lines.value = lines;
    await this.#kept.put("kept", NAME, lines).catch(() => undefined);
  }

  /**
   * The patients that may be meant by what was typed, those seen last first. Nothing is proposed for less than three letters or figures. A number
   * decides; a year of birth that differs by more than two excludes, as at the server.
   */
  find(name: string, dpp: string, birthYear: number | null = null): PatientLine[] {
    const [words, number] = [soundsOf(name), figures(dpp)];
    const enough = words.join("").length >= ENOUGH;
    const fits = (line: PatientLine) =>
      (number.length >= ENOUGH && figures(line.dpp ?? "").startsWith(number)) ||
      (enough && number.length < ENOUGH && begins(words, soundsOf(line.name ?? "")) && isNear(line.birth_year, birthYear));
    return this.#lines.value.filter(fits).slice(0, PROPOSED);
  }

  /** The patients who have exactly this number in the DPP: whoever types it knows the patient. */
  withNumber(dpp: string): PatientLine[] {
    const number = figures(dpp);
    return number.length < ENOUGH ? [] : this.#lines.value.filter((line) => figures(line.dpp ?? "") === number);
  }
}

/** True unless both years are known and too far apart. */
const isNear = (a: number | null, b: number | null): boolean => a === null || b === null || Math.abs(a - b) <= YEARS_APART;

/** True if each typed word is the beginning of another word of the name. */
function begins(typed: readonly string[], name: readonly string[]): boolean {
  const left = [...name];
  return typed.every((word) => {
    const at = left.findIndex((one) => one.startsWith(word));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/** The words of a name by their sound, as `clinic/src/patient/name.rs` hears them, without its short forms and silent endings. */
export function soundsOf(name: string): string[] {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}|['’ʼ`´]/gu, "")
    .toLowerCase()
    .replace(/\P{L}+/gu, " ");
  return plain.split(" ").filter(Boolean).slice(0, MOST_WORDS).map(soundOf);
}

function soundOf(word: string): string {
  const sound = SPELLINGS.reduce((text, [written, heard]) => text.replaceAll(written, heard), word);
  return sound.replace(/(.)\1+/gu, "$1").replace(/b$/, "p");
}

/** The letters and figures of a number, because people write spaces and hyphens as they like. */
export const figures = (number: string): string => number.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");

const SPELLINGS: [string, string][] = [
  ["ɓ", "b"], ["ɗ", "d"], ["ƴ", "y"], ["ŋ", "n"],
  ["oo", "o"], ["ou", "u"], ["ee", "e"], ["aa", "a"], ["dji", "j"], ["dj", "j"], ["dia", "ja"], ["die", "je"], ["dio", "jo"],
  ["diu", "ju"], ["thi", "c"], ["tch", "c"], ["cheikh", "sex"], ["ch", "s"], ["sh", "s"], ["kh", "x"], ["ck", "k"], ["gn", "n"],
  ["ph", "f"], ["ay", "ai"], ["y", "i"], ["w", "u"],
];
const NAME = "patients";
/** Ages are often guessed, so a year may be some years off. */
const YEARS_APART = 2;
const ENOUGH = 3;
const PROPOSED = 4;
const MOST_WORDS = 8;
