// score.py on recordings that are made here: what it says of a voice in noise whose delay and losses are known. It needs the scorer's Python
// packages, which scripts/thinlink installs, and says so if they are missing.
//   node --test tests/thinlink/voices/score.test.mjs
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { numbersOf } from '../../world/chance.mjs';
import { root, scratch, target } from '../../world/paths.mjs';
import { ORDERS, RATE, recorded, said, wav } from '../speech.mjs';
import { mixed } from './scene.mjs';

const python = process.env.THINLINK_PYTHON ?? join(target, 'thinlink', 'venv', 'bin', 'python');
const skip = existsSync(python) ? false : `there is no ${python}: run  scripts/thinlink P4`;

/** The moment of the first sample, and when the microphone was opened after it. */
const BEGAN = 1_000_000;
const OPENED_S = 1.37;
const SECONDS = 40;
const DELAY_MS = { up: 300, down: 200 };

test('a voice in noise is judged by its words, wherever the file began and after the page stood still', { skip }, () => {
    const clean = said(recorded(), ORDERS.post);
    const noisy = mixed(clean, whiteNoise(clean.length), 5);
    const sent = { post: slipping(repeated(noisy)), specialist: repeated(said(recorded(), ORDERS.specialist)) };
    const { up, down } = scored({ sent, heard: { specialist: later(sent.post, DELAY_MS.up), post: later(sent.specialist, DELAY_MS.down) }, clean });
    assert.ok(Math.abs(up.m2e - DELAY_MS.up) < 2, `${up.m2e} ms`);
    assert.ok(Math.abs(down.m2e - DELAY_MS.down) < 2, `${down.m2e} ms`);
    assert.equal(down.clean, undefined);
    assert.equal(up.utterances, 5, 'every sentence that lies in the window, as without the noise');
    assert.ok(Math.min(...up.each.map((one) => one.clean.stoiSent)) > 0.65, 'the words follow the page that stood still');
    assert.ok(up.clean.stoiSent > 0.7 && up.clean.stoiSent < 0.97, `STOI of what was sent ${up.clean.stoiSent}`);
    assert.ok(Math.abs(up.clean.stoiHeard - up.clean.stoiSent) < 0.005, `nothing was lost, ${up.clean.stoiHeard} of ${up.clean.stoiSent}`);
    assert.ok(up.clean.pesqSent > 1 && up.clean.pesqSent < 2.5, `PESQ ${up.clean.pesqSent}`);
    assert.ok(up.stoi > 0.99 && up.pesq > 4.3, 'beside what was sent it is whole');
});

test('what a link takes from a voice in noise is counted', { skip }, () => {
    const clean = said(recorded(), ORDERS.post);
    const sent = { post: repeated(mixed(clean, whiteNoise(clean.length), 10)), specialist: repeated(said(recorded(), ORDERS.specialist)) };
    // A third of each second is silent.
    const torn = later(sent.post, DELAY_MS.up).map((sample, n) => (n % RATE < RATE / 3 ? 0 : sample));
    const { up } = scored({ sent, heard: { specialist: torn, post: later(sent.specialist, DELAY_MS.down) }, clean });
    assert.ok(up.clean.stoiSent - up.clean.stoiHeard > 0.05, `${up.clean.stoiSent} → ${up.clean.stoiHeard}`);
});

test('after an event the time is told until the delay is as before, and what was never heard', { skip }, () => {
    const sent = { post: repeated(said(recorded(), ORDERS.post)), specialist: repeated(said(recorded(), ORDERS.specialist)) };
    const [usual, slow] = [later(sent.post, DELAY_MS.up), later(sent.post, DELAY_MS.up + 400)];
    const at = (second) => second * RATE;
    // The link is gone from 15 to 16.5 s, lets nothing through until 18, and is late until 25.
    const torn = usual.map((sample, n) => (n < at(15) || n >= at(25) ? sample : n < at(18) ? 0 : slow[n]));
    const outages = [{ from: BEGAN + 15_000, to: BEGAN + 16_500, until: BEGAN + 36_000 }];
    const { up, down } = scored({ sent, heard: { specialist: torn, post: later(sent.specialist, DELAY_MS.down) }, outages });
    const [{ m2eBack, speechLost }] = up.returns;
    assert.ok(m2eBack > 7 && m2eBack < 10, `as before after ${m2eBack} s, which is at 25 s or with the next word`);
    assert.ok(speechLost > 0.6 && speechLost < 1.6, `${speechLost} s of speech lost`);
    assert.deepEqual([down.returns[0].m2eBack < 2, down.returns[0].speechLost], [true, 0], 'the other way lost nothing');
});

/** Runs score.py on a call of these sounds. */
function scored({ sent, heard, clean, outages = [] }) {
    const folder = scratch('score');
    const anchors = Array.from({ length: SECONDS * 10 }, (_, i) => [(i * RATE) / 10, BEGAN + i * 100]);
    const side = { anchors, stats: [], pictures: [], frames: [] };
    for (const [what, sides] of Object.entries({ sent, heard })) {
        for (const [name, samples] of Object.entries(sides)) writeFileSync(join(folder, `${name}-${what}.wav`), wav(samples, RATE));
    }
    if (clean) writeFileSync(join(folder, 'post-clean.wav'), wav(clean, RATE));
    const call = { from: BEGAN + 1_000, to: BEGAN + 34_000, outages, clean: clean ? { post: 'post-clean.wav' } : {}, sides: { post: side, specialist: side } };
    writeFileSync(join(folder, 'call.json'), JSON.stringify(call));
    execFileSync(python, [join(root, 'tests/thinlink/score.py'), folder], { stdio: ['ignore', 'inherit', 'inherit'] });
    return JSON.parse(readFileSync(join(folder, 'score.json'), 'utf8'));
}

/** The file again and again, from the moment on at which the microphone was opened. */
const repeated = (file) => Int16Array.from({ length: SECONDS * RATE }, (_, n) => (n < OPENED_S * RATE ? 0 : file[(n - OPENED_S * RATE) % file.length]));

/** A page that stood still for .4 s in the middle of a sentence. */
function slipping(samples) {
    const [at, by] = [17 * RATE, 0.4 * RATE];
    return samples.map((sample, n) => (n < at ? sample : n < at + by ? 0 : samples[n - by]));
}

const later = (samples, ms) => samples.map((_, n) => samples[n - (ms * RATE) / 1_000] ?? 0);

function whiteNoise(length) {
    const chance = numbersOf(5);
    return Float32Array.from({ length }, () => 2 * chance() - 1);
}
