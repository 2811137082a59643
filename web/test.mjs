// Runs the unit tests of the pages: esbuild bundles them, and node's own test runner runs them.

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "node_modules/.tests");
const tests = ["", "client", "ui", "kiosk", "doctor", "coordinator", "ops", "verifier", "reception", "ambulance"]
  .flatMap((part) => readdirSync(join(here, part, "test")).map((name) => join(part, "test", name)))
  .filter((name) => name.endsWith(".test.ts"));

await build({
  entryPoints: tests.map((name) => join(here, name)),
  outdir: out,
  outbase: here,
  bundle: true,
  platform: "node",
  format: "esm",
  outExtension: { ".js": ".mjs" },
  loader: { ".worker.js": "file", ".jsonl": "text" },
  sourcemap: "inline",
});
const files = tests.map((name) => join(out, name.replace(/ts$/, "mjs")));
const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], {
  stdio: "inherit",
});
process.exit(status ?? 1);
