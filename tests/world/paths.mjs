// Where things are: the only file that knows the tree around the tests.
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
export const binary = process.env.WORLD_BINARY ?? join(target, 'debug', 'teranga');
export const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** A new folder that nobody else uses; the caller removes it. @param {string} name */
export const scratch = (name) => mkdtempSync(join(tmpdir(), `teranga-${name}-`));

/** Where what helps to understand a failure is kept. @param {string} name */
export function artifacts(name) {
    const folder = join(target, 'test-artifacts', name);
    mkdirSync(folder, { recursive: true });
    return folder;
}
