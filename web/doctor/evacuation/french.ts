/**
 * French texts whatever the language of the page: a letter is read at another hospital. It takes them from the same catalogue as the
 * screens.
 */

import type { Key } from "../../ui/i18n.ts";
import first from "../../ui/texts/fr.json";
import referral from "../../ui/texts/fr.json?referral";
import rest from "../../ui/texts/fr.json?rest";

const TEXTS: Partial<typeof first> = { ...first, ...rest, ...referral };

/** The French text for a key; `n` chooses the plural form. */
export function french(key: Key, values: { [name: string]: string | number } = {}): string {
  const text: string | { one: string; other: string } = TEXTS[key] ?? key;
  const form = typeof text === "string" ? text : Number(values.n) < 2 ? text.one : text.other;
  return form.replace(/\{(\w+)\}/g, (blank, name) => String(values[name] ?? blank));
}
