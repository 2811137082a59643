/** The walls between the pages' source files. Each failure names the wall, the reason for it and every breach. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { againstOrder, againstPages, circlesIn, importsIn, orderIn, readImports, roomsOf } from "./imports.ts";

const ROOT = process.cwd();
const imports = readImports(ROOT);
const order = orderIn(readFileSync("README.md", "utf8"));

function hold(wall: string, reason: string, breaches: readonly string[]): void {
  const text = `This wall does not hold: ${wall}\nIt stands because ${reason}\n${breaches.join("\n")}`;
  assert.equal(breaches.length, 0, text);
}

test("no circle of imports between files, types included", () => {
  assert.ok(imports.size > 100, `only ${imports.size} files were read`);
  hold(
    "no file of web/ imports itself through others; `import type` counts.",
    "a file in a circle cannot be read, tested or moved without all the others of the circle.",
    circlesIn(imports),
  );
});

test("the rooms of the client import only from rooms to their left", () => {
  assert.deepEqual([...order].sort(), roomsOf(ROOT).sort(), "README.md states the order of exactly the rooms that exist");
  hold(
    `${order.join(" ← ")}; call.ts, client.ts and index.ts stand above all rooms, and no room imports them.`,
    "a lower room must be understood and tested without knowing who uses it.",
    againstOrder(imports, order),
  );
});

test("pages never import each other, and nothing below them imports a page", () => {
  hold(
    "client ← ui ← {home, kiosk, doctor, ops, coordinator, verifier, reception, ambulance}, and these eight never import each other.",
    "a page carries only its own screens over a thin link, and the client works without any screen.",
    againstPages(imports),
  );
});

test("the checks see a circle of types, an import against the order and a page in a page", () => {
  const source = "/* from './c.ts' */\nimport type { B } from '../b/b.ts';\nimport x from 'x';\nvoid import('./d.tsx');";
  assert.deepEqual(importsIn("a/a.ts", source), ["b/b.ts", "a/d.tsx"]);
  assert.deepEqual(importsIn("a/a.ts", 'export { C } from "./c.ts";\nimport "./style.css";'), ["a/c.ts", "a/style.css"]);
  const circle = new Map([
    ["client/webrtc/a.ts", ["client/quality/b.ts"]],
    ["client/quality/b.ts", ["client/webrtc/a.ts", "client/call.ts"]],
    ["doctor/App.tsx", ["kiosk/App.tsx", "ui/Button.tsx"]],
    ["ui/Button.tsx", ["doctor/App.tsx"]],
  ]);
  assert.deepEqual(circlesIn(circle), [
    "client/webrtc/a.ts → client/quality/b.ts → client/webrtc/a.ts",
    "doctor/App.tsx → ui/Button.tsx → doctor/App.tsx",
  ]);
  assert.deepEqual(againstOrder(circle, ["webrtc", "quality"]), [
    "client/webrtc/a.ts imports client/quality/b.ts",
    "client/quality/b.ts imports client/call.ts",
  ]);
  assert.deepEqual(againstPages(circle), ["doctor/App.tsx imports kiosk/App.tsx", "ui/Button.tsx imports doctor/App.tsx"]);
  assert.deepEqual(orderIn("Rooms: `platform ← webrtc`."), ["platform", "webrtc"]);
});
