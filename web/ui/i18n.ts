//! Words, plurals, dates and numbers. French is built in, another language comes when it is asked for.
//! Dates and numbers are those of Senegal in every language: browsers know no Wolof or Pulaar formats.

import { signal } from "@preact/signals";
import type { FailureCode } from "../protocol/api.ts";
import type { ErrorCode } from "../protocol/messages.ts";
import fr from "./texts/fr.json";

/** A sentence, or one for each plural form of `n`. */
type Text = string | { one: string; other: string };
export type Key = keyof typeof fr;
type Catalogue = Record<Key, Text>;
export type Language = "fr" | "en";

/** What goes wrong on this side of the link. */
export type LocalCode = "offline" | "unsupported";

export type AnyCode = ErrorCode | FailureCode | LocalCode;

const LOCALE = "fr-SN";
/** All of it, or what a page's first screen says until `learn` brings the rest. */
let french: Catalogue = fr;
const texts = signal<Catalogue>(french);
export const language = signal<Language>("fr");

/** The rest of the French, where the build has kept it for later. */
export function learn(rest: Partial<Catalogue>): void {
  french = { ...french, ...rest };
  if (language.value === "fr") texts.value = french;
}

/** The sentence for a key, with its blanks filled in. `n` chooses the plural. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const text: Text = texts.value[key] ?? key;
  const form = typeof text === "string" ? text : text[pluralOf(Number(values.n))];
  return bound(form.replace(/\{(\w+)\}/g, (blank, name) => show(values[name] ?? blank)));
}

/** What to tell somebody about a refusal. A code without a sentence does not compile. */
export function errorText(code: AnyCode): string {
  return t(`error.${code}`);
}

/** As `errorText`, for a code that came over HTTP and that this page may be too old to know. */
export function errorTextOf(error: unknown): string {
  const key = `error.${(error as { code?: string } | null)?.code}`;
  return key in texts.value ? t(key as Key) : errorText("internal");
}

export async function setLanguage(next: Language): Promise<void> {
  texts.value = next === "en" ? ((await import("./texts/en.json")).default as Catalogue) : french;
  language.value = next;
  document.documentElement.lang = next;
  localStorage.setItem("language", next);
}

/** What was chosen last time on this device. */
export function rememberedLanguage(): Language {
  return localStorage.getItem("language") === "en" ? "en" : "fr";
}

export const number = (value: number, digits = 0): string =>
  new Intl.NumberFormat(LOCALE, { maximumFractionDigits: digits }).format(value);

/** "14:05" */
export const timeOfDay = (at: number | Date): string =>
  new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" }).format(at);

/** "lundi 3 novembre, 14:05" */
export const dateAndTime = (at: number | Date): string =>
  new Intl.DateTimeFormat(LOCALE, {
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);

/** "4:07", "1:04:07": for what counts up or down. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return (hours ? `${hours}:${two(minutes)}` : String(minutes)) + `:${two(s % 60)}`;
}

/** "850 ko", "1,2 Mo" */
export const bytes = (value: number): string =>
  value < 1e6 ? `${number(value / 1e3)} ko` : `${number(value / 1e6, 1)} Mo`;

/** "48 kbit/s" */
export const bitrate = (bps: number): string => `${number(bps / 1e3)} kbit/s`;

/** French leaves a space before its tall punctuation; a line must not break there. */
const bound = (text: string): string => text.replace(/ (?=[?!:;»%])/g, "\u00a0").replaceAll("« ", "«\u00a0");

const show = (value: string | number): string => (typeof value === "number" ? number(value, 1) : value);

const pluralOf = (n: number): "one" | "other" =>
  new Intl.PluralRules(language.value).select(n) === "one" ? "one" : "other";
