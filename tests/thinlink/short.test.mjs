// Smoke test of a call over a thin link, in a minute and a half and without Python: both sides are heard, and the link is not filled up.
//   node --test tests/thinlink/short.test.mjs
// scripts/thinlink P4 measures how well each side is heard.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { target } from '../world/paths.mjs';
import { linkOf } from './call.mjs';
import { whyNot } from './emulator.mjs';
import { ALIKE, likeness } from './likeness.mjs';
import { recordCall } from './one-call.mjs';
import { readTraffic } from './traffic.mjs';

const PROFILE = 'P4';
const SECONDS = 20;
/** Highest wait in front of the link, 95th percentile of the seconds. The engine aims at 150. */
const QUEUE_P95_MS = 400;

const PATIENCE_MS = 480_000;

// A busy machine stalls browsers and clocks: what fails is tried once more, and told.
test(`${PROFILE}: both are heard, and the link is not filled up`, { skip: whyNot() || false, timeout: PATIENCE_MS }, (t) =>
    hold(t).catch((error) => {
        t.diagnostic(`once more, for it failed: ${error.message}`);
        return hold(t);
    }));

async function hold(t) {
    const folder = join(target, 'thinlink', 'short');
    await recordCall({ profile: PROFILE, seed: 1, seconds: SECONDS, folder });
    const call = JSON.parse(readFileSync(join(folder, 'call.json'), 'utf8'));
    const wire = readTraffic(join(folder, 'wire.csv'), (call.from - call.wentAt) / 1_000, (call.to - call.wentAt) / 1_000);
    const rates = linkOf(PROFILE).rate;
    for (const [way, { alike, delay }] of Object.entries(likeness(folder, call))) {
        const { kbits, queueP95 } = wire[way];
        t.diagnostic(`${way}: likeness ${alike.toFixed(2)} at ${delay} ms, ${kbits.toFixed(1)} kbit/s, queue p95 ${queueP95.toFixed(0)} ms`);
        assert.ok(alike > ALIKE, `${way}: what was heard is not what was said (${alike.toFixed(2)} at best)`);
        assert.ok(kbits < rates[way] / 1_000, `${way}: ${kbits.toFixed(1)} kbit/s sent into ${rates[way] / 1_000}`);
        assert.ok(queueP95 < QUEUE_P95_MS, `${way}: a standing queue of ${queueP95.toFixed(0)} ms`);
    }
}
