// Smoke test of files beside a call over a thin link, in two minutes and without Python: the files arrive whole and once through an outage, both sides of the
// call are heard, and nothing of the files is sent from "Appeler" to its end.
//   node --test tests/thinlink/uploads.test.mjs
// scripts/thinlink uploads measures what the files cost the voice.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { target } from '../world/paths.mjs';
import { whyNot } from './emulator.mjs';
import { ALIKE, likeness } from './likeness.mjs';
import { callBeside } from './uploads.mjs';

const SECONDS = 15;
const BYTES = 60_000;
const PATIENCE_MS = 480_000;

// A busy machine stalls browsers and clocks: what fails is tried once more, and told.
test('files wait for a call, and arrive whole', { skip: whyNot() || false, timeout: PATIENCE_MS }, (t) =>
    hold(t).catch((error) => {
        t.diagnostic(`once more, for it failed: ${error.message}`);
        return hold(t);
    }));

async function hold(t) {
    const folder = join(target, 'thinlink', 'short-uploads');
    const { sent } = await callBeside({ profile: 'P4', seed: 1, seconds: SECONDS, folder, bytes: BYTES, outages: 1 });
    const call = JSON.parse(readFileSync(join(folder, 'call.json'), 'utf8'));
    for (const [way, { alike, delay }] of Object.entries(likeness(folder, call))) {
        t.diagnostic(`${way}: likeness ${alike.toFixed(2)} at ${delay} ms`);
        assert.ok(alike > ALIKE, `${way}: what was heard is not what was said (${alike.toFixed(2)} at best)`);
    }
    t.diagnostic(`figure: ${sent.files} files, ${(sent.bytes / 1e3).toFixed(0)} kB, whole and once in ${sent.seconds.toFixed(0)} s, ${sent.beside} pieces beside the call`);
    assert.equal(sent.beside, 0, 'pieces between "Appeler" and the end of the call');
}
