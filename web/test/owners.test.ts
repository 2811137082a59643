/** Walls around parts of the browser that have one owner each. A failure names the wall, its reason and every line outside of it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FOLDERS, readImports } from "./imports.ts";

const files = [...readImports(process.cwd()).keys()];

/** The lines of all source files, without comments, that match `words` in files other than `owners`. */
function outside(words: RegExp, owners: readonly string[]): string[] {
  return files
    .filter((file) => !owners.includes(file))
    .flatMap((file) => {
      const code = readFileSync(file, "utf8").replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, " "));
      return code.split("\n").flatMap((line, i) => (words.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : []));
    });
}

function hold(wall: string, reason: string, owners: readonly string[], words: RegExp): void {
  for (const owner of owners) assert.ok(words.test(readFileSync(owner, "utf8")), `${owner} owns nothing of ${wall}`);
  const breaches = outside(words, owners);
  assert.equal(breaches.length, 0, `This wall does not hold: ${wall}\nIt stands because ${reason}\n${breaches.join("\n")}`);
}

test("the sources of every folder are read", () => {
  for (const folder of FOLDERS) assert.ok(files.some((file) => file.startsWith(folder)), folder);
});

test("the device's storage has its owners", () => {
  hold(
    "only client/platform/storage.ts touches Web Storage, and only client/platform/database.ts IndexedDB; space-probe.ts and offline/space.ts ask for space.",
    "a browser may refuse both at any moment, and an unguarded access leaves a blank page.",
    ["client/platform/storage.ts", "client/platform/database.ts", "client/platform/space-probe.ts"],
    /\b(localStorage|sessionStorage|indexedDB|navigator\.storage)\b/,
  );
});

test("dates have one owner", () => {
  hold(
    "only ui/dates.ts formats a date or a time of day.",
    "a date in the zone of the device is wrong on a tablet that was set up elsewhere.",
    ["ui/dates.ts"],
    /DateTimeFormat|toLocale(Date|Time)?String|\.(get(UTC)?(Hours|Minutes|Date|Day|Month|FullYear)|to(Date|Time|GMT|UTC)String)\(/,
  );
});

test("the device's clock has one owner", () => {
  hold(
    "only client/platform/wall-clock.ts reads the device's clock, and the service worker, for the age of its note.",
    "the clock of a tablet may be wrong by a year; `wallNow()` is the server's time.",
    ["client/platform/wall-clock.ts", "sw/sw.ts"],
    /\bDate\.now\b|\bnew Date\(\)/,
  );
});

test("what one may do is the server's to say", () => {
  const [wall, reason] = [
    "no screen works out from who holds a consultation what we may do; it reads `may`.",
    "a button that the server refuses, or that is missing, locks somebody in.",
  ];
  const breaches = outside(/\bme\??\.holds|ongoing\.me && holds|holds && member === ongoing\.me/, []);
  assert.equal(breaches.length, 0, `This wall does not hold: ${wall}\nIt stands because ${reason}\n${breaches.join("\n")}`);
});
