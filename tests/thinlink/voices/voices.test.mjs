// Who speaks in the laboratory, without a call: scenes, their noise, how they are judged and told. The voices themselves need espeak-ng.
//   node --test tests/thinlink/voices/voices.test.mjs
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { seedsOf } from '../seeds.mjs';
import { ORDERS, RATE, read, said } from '../speech.mjs';
import { audioOf } from './files.mjs';
import { verdictsOn } from './judge.mjs';
import { activeLevel, inScene, mixed, pairs, speakerOf, ward } from './scene.mjs';
import { NAMES, SPEAKERS, whyMute } from './speakers.mjs';
import { EVERYBODY, everybodyHeard, rowOf, voicesTable } from './voices.mjs';

const level = (samples) => Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
const decibels = (ratio) => 20 * Math.log10(ratio);
const tone = (hertz, seconds, loud = 1) => Float32Array.from({ length: seconds * RATE }, (_, n) => loud * Math.sin((2 * Math.PI * hertz * n) / RATE));
/** Sentences of tones with silences between them. */
const toned = () => said([300, 400, 500, 600, 700].map((hertz) => tone(hertz, 2)), ORDERS.post);

test('a scene is read from the name of a speaker, and nonsense is refused', () => {
    assert.deepEqual(speakerOf('fr-woman'), { words: 'fr-woman', name: 'fr-woman', scene: 'quiet', db: 0 });
    assert.deepEqual(speakerOf('en-child+ward10'), { words: 'en-child+ward10', name: 'en-child', scene: 'ward', db: 10 });
    assert.equal(speakerOf('fr-man+soft20').scene, 'soft');
    assert.equal(speakerOf('fr-man+two').scene, 'two');
    for (const bad of ['', 'de-man', 'fr-woman+ward', 'fr-woman+two3', 'fr-woman+soft99', 'fr-woman+loud3', 'fr-woman3']) assert.throws(() => speakerOf(bad), /no such voice/, bad);
    EVERYBODY.forEach(speakerOf);
    assert.deepEqual([...new Set(EVERYBODY.map((words) => speakerOf(words).name))].sort(), [...NAMES].sort());
});

test("a ward's noise is the same for a seed, another for another, and as far below the speech as is asked for", () => {
    const voices = [toned()];
    const [one, again, other] = [7, 7, 8].map((seed) => ward(RATE * 4, seed, voices));
    assert.deepEqual(one, again);
    assert.notDeepEqual(one, other);
    const speech = toned();
    for (const db of [5, 10, 20]) {
        const noise = ward(speech.length, 1, voices);
        const added = mixed(speech, noise, db).map((sample, n) => sample - speech[n]);
        assert.ok(Math.abs(decibels(activeLevel(speech) / level(added)) - db) < 0.3, `${db} dB`);
    }
});

test('pauses do not count for the level of speech', () => {
    assert.ok(Math.abs(activeLevel(toned()) / (0.5 * 32_767 * Math.SQRT1_2) - 1) < 0.02);
});

test('a second voice stays within the sentence of the first, and is softer', () => {
    const ones = [tone(300, 3), tone(300, 1)];
    const [first, second] = pairs(ones, [tone(900, 2), tone(900, 2)]);
    assert.deepEqual([first.length, second.length], [3 * RATE, RATE]);
    assert.deepEqual(first.slice(0, 0.3 * RATE), ones[0].slice(0, 0.3 * RATE));
    const added = first.map((sample, n) => sample - ones[0][n]);
    assert.ok(Math.abs(decibels(level(added.slice(RATE, 2 * RATE)) / Math.SQRT1_2) + 3) < 0.1);
    assert.equal(level(added.slice(2.4 * RATE)), 0);
});

test('every voice speaks on both sides, other words on each, and softly is softly', { skip: whyMute() || false }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'teranga-scene-'));
    try {
        for (const name of NAMES.filter((one) => SPEAKERS[one].voice)) {
            const [post, specialist] = ['post', 'specialist'].map((side) => inScene(name, side, 1).clean);
            assert.ok(post.length > 12 * RATE && specialist.length > 12 * RATE && post.length !== specialist.length, name);
        }
        const audio = audioOf(['fr-woman+soft20', 'fr-man+ward10'], { folder, seed: 3 });
        assert.deepEqual(audio.clean, { post: 'post-clean.wav', specialist: 'specialist-clean.wav' });
        const [soft, full] = [audio.post, join(folder, 'post-clean.wav')].map((path) => level(read(path)));
        assert.ok(Math.abs(decibels(full / soft) - 20) < 0.2);
        assert.equal(read(audio.specialist).length, read(join(folder, 'specialist-clean.wav')).length);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
});

const figures = { stoi: 0.95, pesq: 2.9, m2e: 430, m2eP95: 600 };
const missed = (...how) => verdictsOn(...how).filter(({ held }) => !held).map(({ what }) => what);

test("a quiet voice is judged by its profile's bounds, one in a ward by what the link took from the words", () => {
    assert.deepEqual(missed('P3', 'up', 'fr-woman', figures), []);
    assert.deepEqual(missed('P3', 'up', 'fr-woman', { ...figures, stoi: 0.93, pesq: 2.5, m2eP95: 700 }), ['STOI', 'PESQ', 'mouth to ear p95']);
    const noisy = { ...figures, stoi: 0.8, pesq: 1.5, clean: { stoiSent: 0.9, stoiHeard: 0.85 } };
    assert.deepEqual(missed('P3', 'up', 'fr-woman+ward10', noisy), []);
    assert.deepEqual(missed('P3', 'up', 'fr-woman+ward10', { ...noisy, clean: { stoiSent: 0.9, stoiHeard: 0.83 } }), ['STOI lost between the microphone and the ear']);
    assert.deepEqual(missed('P3', 'up', 'fr-woman+ward10', { ...noisy, clean: { stoiSent: 0.9, stoiHeard: null } }), ['STOI lost between the microphone and the ear']);
    assert.deepEqual(missed('P7', 'up', 'fr-man', { ...figures, pesq: 1 }), ['mouth to ear p50', 'mouth to ear p95'], 'P7 has bounds of its own for its uplink');
});

test('the table tells every voice, and the means of those in a quiet room', () => {
    const heard = { ...figures, clockSlips: { said: 3, heard: 12 }, wire: { kbits: 40 } };
    const rows = [rowOf('P3', 9, 'up', 'fr-woman', heard), rowOf('P3', 9, 'down', 'en-man', { ...heard, pesq: 2.1 }), rowOf('P3', 9, 'up', 'fr-child+ward10', { ...heard, clean: { stoiSent: 0.9, stoiHeard: 0.88, pesqSent: 1.8, pesqHeard: 1.6 } })];
    const text = voicesTable(rows);
    assert.match(text, /\| P3 \| 9 \| up \| fr \| child \| ward 10 dB \| .* 0\.900 → 0\.880 \| 1\.80 → 1\.60 \| 40\.0 \| nothing \|/);
    assert.match(text, /\| en \| man \| quiet \|.*PESQ 2\.1 \(bound 2\.8\)/);
    assert.match(text, /\| fr \| fr-woman \| 1 \| 0\.950 \| 2\.90 \| 430 \|/);
    assert.match(text, /slipped by at most 12 ms/);
    assert.doesNotMatch(text, /undefined|NaN/);
    assert.equal(everybodyHeard(rows), false);
    assert.equal(everybodyHeard([rows[0], rows[2]]), true);
});

test('seeds are drawn anew unless one is given, and the words have them again', () => {
    assert.deepEqual(seedsOf(3, undefined, () => 41).list, [41, 42, 43]);
    const drawn = seedsOf(2, undefined);
    const [, count, from] = drawn.words.match(/--seeds (\d+) --seeds-from (\d+)/);
    assert.deepEqual(seedsOf(Number(count), from).list, drawn.list);
    assert.notDeepEqual(seedsOf(3, undefined).list, seedsOf(3, undefined).list);
    assert.match(seedsOf(1, '5').words, /Given seeds 5:/);
    for (const bad of [[0, '1'], [1.5, '1'], [1, 'x'], [1, '-1']]) assert.throws(() => seedsOf(...bad));
});
