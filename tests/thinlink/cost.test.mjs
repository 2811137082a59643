// The arithmetic of a call's price. scripts/thinlink cost P4 makes the call.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costTable, isCheap, priced } from './cost.mjs';

const row = (second, direction, kind, bytes) => ({ second, direction, kind, bytes });

test('a short call is continued at the rate of its last part, and its beginning counts once', () => {
    const rows = [row(9, 'up', 'tcp', 1e6), row(10, 'down', 'tcp', 50_000)];
    for (let second = 10; second < 70; second += 1) rows.push(row(second, 'up', 'rtp-63', 2_000), row(second, 'down', 'dtls', 1_000));
    const { up, down, megabytes, byKind } = priced(rows, 10.4, 70.6);
    assert.ok(Math.abs(up - 1.2) < 1e-9, `${up}`);
    assert.ok(Math.abs(down - 0.65) < 1e-9, `${down}`);
    assert.ok(Math.abs(megabytes - 1.85) < 1e-9);
    assert.deepEqual(Object.keys(byKind), ['rtp-63', 'dtls', 'tcp']);
});

test('a call of ten minutes is counted and not continued', () => {
    const rows = Array.from({ length: 600 }, (_, second) => row(second, second % 2 ? 'up' : 'down', 'rtp-63', second < 300 ? 5_000 : 1_000));
    assert.ok(Math.abs(priced(rows, 0, 600).megabytes - 1.8) < 1e-9);
});

test('the bound is that of the satellite link', () => {
    const made = (profile, megabytes) => ({ profile, seed: 1, seconds: 60, megabytes, up: 1, down: 1, byKind: { tcp: 1 } });
    assert.deepEqual([made('P4', 3.5), made('P4', 3.6), made('P1', 20)].map(isCheap), [true, false, true]);
    assert.match(costTable([made('P4', 3.6)]), /3\.60 ✗/);
});
