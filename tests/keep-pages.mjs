// Keeps the built pages of this protocol version as a fixture, for `journeys/15-previous-pages.test.mjs`.
//   node tests/keep-pages.mjs web/dist tests/fixtures/pages-v1
// It copies the kiosk's and the doctor's page with every file that they name, directly or through another file, in the
// brotli form in which the server sends them. Pictures are copied as they are.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const PAGES = ['poste.html', 'medecin.html'];
const ASSETS = 'a';

const [, , dist, fixture] = process.argv;
const assets = readdirSync(join(dist, ASSETS)).filter((name) => !/\.(br|gz)$/.test(name));

/** @param {string} name - below `dist` */
function textOf(name) {
    const packed = join(dist, `${name}.br`);
    return existsSync(packed) ? brotliDecompressSync(readFileSync(packed)).toString() : '';
}

/** Adds `name` and everything that it names to `kept`. @param {string} name @param {Set<string>} kept */
function collect(name, kept) {
    if (kept.has(name)) return;
    kept.add(name);
    const text = textOf(name);
    for (const asset of assets.filter((asset) => text.includes(asset))) collect(`${ASSETS}/${asset}`, kept);
}

const kept = new Set();
for (const page of PAGES) collect(page, kept);
for (const name of kept) {
    const file = existsSync(join(dist, `${name}.br`)) ? `${name}.br` : name;
    mkdirSync(dirname(join(fixture, file)), { recursive: true });
    copyFileSync(join(dist, file), join(fixture, file));
}
console.log(`${kept.size} files kept in ${fixture}`);
