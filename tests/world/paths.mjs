// Paths: the only file that knows the folders around the tests.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
export const binary = process.env.WORLD_BINARY ?? join(target, 'debug', 'teranga');
export const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const firefox = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

const made = [];
/** A server keeps its keys beside its data, in a folder of their own. */
const withKeys = (folder) => [folder, `${folder}.keys`];
process.on('exit', () => made.flatMap(withKeys).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A new folder that nobody else uses, until the process ends. @param {string} name */
export function scratch(name) {
    const folder = mkdtempSync(join(tmpdir(), `teranga-${name}-`));
    made.push(folder);
    return folder;
}

/** Where what helps to understand a failure is kept. @param {string} name */
export function artifacts(name) {
    const folder = join(target, 'test-artifacts', name);
    mkdirSync(folder, { recursive: true });
    return folder;
}
