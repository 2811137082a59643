/**
 * Texts, plurals and numbers. French is built in, and another language is loaded when it is chosen. Numbers are those
 * of Senegal in every language, because browsers know no Wolof or Pulaar formats. Dates are in `dates.ts`.
 */

import { signal } from "@preact/signals";
import { ofDevice } from "../client/platform/storage.ts";
import type { FailureCode } from "../protocol/api.ts";
import type { ErrorCode } from "../protocol/messages.ts";
import fr from "./texts/fr.json";

/** A text, or one for each plural form of `n`. */
type Text = string | { one: string; other: string };
/** The key of a text. */
export type Key = keyof typeof fr;
type Catalogue = Record<Key, Text>;
/** The languages that have a catalogue. */
export type Language = "fr" | "en";

/** Codes of faults on this side of the link. */
export type LocalCode = "offline" | "unsupported";

/** Every code that has a text `error.<code>`. */
export type AnyCode = ErrorCode | FailureCode | LocalCode;

const LOCALE = "fr-SN";
/** All French texts, or those of the first screen until `learn` adds the others. */
let french: Catalogue = fr;
const texts = signal<Catalogue>(french);
/** The language of the page. */
export const language = signal<Language>("fr");

/** Adds French texts that the build has kept for later. */
export function learn(rest: Partial<Catalogue>): void {
  french = { ...french, ...rest };
  if (language.value === "fr") texts.value = french;
}

/** The text for a key, with its placeholders filled in; `n` chooses the plural form. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const text: Text = texts.value[key] ?? key;
  const form = typeof text === "string" ? text : text[pluralOf(Number(values.n))];
  return bound(form.replace(/\{(\w+)\}/g, (blank, name) => show(values[name] ?? blank)));
}

/** The text for a refusal. A code without a text does not compile. */
export function errorText(code: AnyCode): string {
  return t(`error.${code}`);
}

/** The text for a code that came over HTTP and that this page may be too old to know. */
export function errorTextOf(error: unknown): string {
  const key = `error.${(error as { code?: string } | null)?.code}`;
  return key in texts.value ? t(key as Key) : errorText("internal");
}

/** Changes the language, and remembers it on this device. */
export async function setLanguage(next: Language): Promise<void> {
  texts.value = next === "en" ? await english() : french;
  language.value = next;
  document.documentElement.lang = next;
  ofDevice.set("language", next);
}

const english = async (): Promise<Catalogue> => {
  const [most, late] = await Promise.all([import("./texts/en.json"), import("./texts/en.json?late")]);
  return { ...most.default, ...late.default } as Catalogue;
};

/** The language that was chosen last on this device. */
export function rememberedLanguage(): Language {
  return ofDevice.get("language") === "en" ? "en" : "fr";
}

/** A number with at most `digits` decimals. */
export const number = (value: number, digits = 0): string =>
  new Intl.NumberFormat(LOCALE, { maximumFractionDigits: digits }).format(value);

/** A duration, such as "4:07" or "1:04:07". */
export function duration(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return (hours ? `${hours}:${two(minutes)}` : String(minutes)) + `:${two(s % 60)}`;
}

/** A number of bytes, such as "850 ko" or "1,2 Mo". */
export const bytes = (value: number): string =>
  value < 1e6 ? `${number(value / 1e3)} ko` : `${number(value / 1e6, 1)} Mo`;

/** A bit rate, such as "48 kbit/s". */
export const bitrate = (bps: number): string => `${number(bps / 1e3)} kbit/s`;

/** Keeps the space before French double punctuation from breaking a line. */
const bound = (text: string): string => text.replace(/ (?=[?!:;»%])/g, "\u00a0").replaceAll("« ", "«\u00a0");

const show = (value: string | number): string =>
  typeof value === "number" ? number(value, 1) : isolate(value);

/** A name that is written from right to left, isolated (UAX #9), so that it does not move the words around it. */
const isolate = (name: string): string => (/[\u0590-\u08ff\ufb1d-\ufefc]/.test(name) ? `\u2068${name}\u2069` : name);

const pluralOf = (n: number): "one" | "other" =>
  new Intl.PluralRules(language.value).select(n) === "one" ? "one" : "other";
