// Unit tests of the client: bundled, then run by node's own test runner.

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, "client/test");
const out = join(here, "node_modules/.tests");
const tests = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));

await build({
  entryPoints: tests.map((name) => join(folder, name)),
  outdir: out,
  bundle: true,
  platform: "node",
  format: "esm",
  outExtension: { ".js": ".mjs" },
  loader: { ".worker.js": "file" },
  sourcemap: "inline",
});
const files = tests.map((name) => join(out, name.replace(/ts$/, "mjs")));
const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" });
process.exit(status ?? 1);
