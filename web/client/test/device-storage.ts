/** Web Storage as a browser has it, for tests of what a refusal changes. To be imported before what reads it at its start. */

const values = new Map<string, string>();

globalThis.localStorage ??= {
  getItem: (name: string) => values.get(name) ?? null,
  setItem: (name: string, value: string) => void values.set(name, value),
  removeItem: (name: string) => void values.delete(name),
} as unknown as Storage;
