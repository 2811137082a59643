// What happens to a link in a call, and a post with IPv6 only, without a call: how it is read, judged and told.
//   node --test tests/thinlink/events.test.mjs
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT, eventsOf, eventsTable, rowOf } from './events.mjs';
import { ipv6Table, isHeardOrTold } from './ipv6.mjs';

test('events are read with their seconds, and nonsense is refused', () => {
    assert.deepEqual(eventsOf('stall:2.5,address'), [{ name: 'stall', seconds: 2.5, words: 'stall:2.5' }, { name: 'address', seconds: 0, words: 'address' }]);
    assert.deepEqual(eventsOf(DEFAULT).filter(({ name }) => name === 'outage').map(({ seconds }) => seconds), [3, 10, 30, 120]);
    for (const bad of ['', 'stall', 'address:3', 'flood:3', 'outage:x', 'stall:2,,port']) assert.throws(() => eventsOf(bad), /no such event/, bad);
});

test('a delay that is not as before within three seconds, or never, misses the bound', () => {
    const heard = (m2eBack) => ({ m2e: 540, returns: [{ voiceBack: 0.3, m2eBack, pictureBack: 1.2, speechLost: 0.25 }], clockSlips: { said: 4, heard: null } });
    const rows = [2.9, 3.1, null].map((back) => rowOf({ profile: 'P4', seed: 7, event: 'outage:10', way: 'up' }, heard(back)));
    assert.deepEqual(rows.map(({ verdict }) => verdict.held), [true, false, false]);
    const text = eventsTable(rows);
    assert.match(text, /\| P4 \| 7 \| outage:10 \| up \| 540 \| 0\.3 s \| 1\.2 s \| 0\.3 s \| 2\.9 s ✓ \|/);
    assert.match(text, /never ✗/);
    assert.match(text, /1 of 3 within the bound\. The audio clocks slipped by at most 4 ms/);
    assert.doesNotMatch(text, /undefined|NaN/);
});

test('a post with IPv6 only has a voice both ways, or both pages tell why not', () => {
    const row = { profile: 'P1', seed: 1, reached: 'claimed', up: null, down: null, screens: { post: 'Poste', specialist: '' }, told: { post: { reason: 'Réseau coupé', ms: 9_400 } } };
    assert.equal(isHeardOrTold(row), false);
    assert.equal(isHeardOrTold({ ...row, reached: 'heard', told: {} }), true);
    assert.equal(isHeardOrTold({ ...row, told: { ...row.told, specialist: row.told.post } }), true);
    assert.match(ipv6Table([row]), /\| claimed \| – \/ – \| "Réseau coupé" after 9 s \| nothing \| ✗ \|\n\nThe post's screen at the end: Poste\n\nThe specialist's screen at the end: unknown/);
});
