// Compares what was heard in a recorded call with what was said, by their loudness. It needs no Python, and is coarser than score.py.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Likeness of two loudness curves. What was said gives 0.85 and more, other sentences 0.5 at most. */
export const ALIKE = 0.7;
const DELAY_MAX_MS = 5_000;
const STEP_MS = 20;
const WAYS = { up: ['post', 'specialist'], down: ['specialist', 'post'] };

/**
 * The likeness of both directions of a recorded call between its moments `from` and `to`, and the delay in ms at which it is greatest.
 * @param {string} folder - of the recordings @param {any} call - the contents of its call.json
 * @returns {{up: {alike: number, delay: number}, down: {alike: number, delay: number}}}
 */
export function likeness(folder, { sides, from, to }) {
    const of = ([speaker, listener]) => {
        const said = loudness(folder, `${speaker}-sent`, sides[speaker].anchors, from, to);
        return compare(said, loudness(folder, `${listener}-heard`, sides[listener].anchors, from, to + DELAY_MAX_MS));
    };
    return { up: of(WAYS.up), down: of(WAYS.down) };
}

/** Loudness of each 20 ms between two moments of the wall clock, in steps as ears hear them. */
function loudness(folder, name, anchors, from, to) {
    const bytes = readFileSync(join(folder, `${name}.wav`)).subarray(44);
    const curve = new Array(Math.floor((to - from) / STEP_MS)).fill(0);
    anchors.forEach(([frame, wall], i) => {
        const end = anchors[i + 1]?.[0] ?? bytes.length >> 1;
        for (let n = frame; n < end; n += 1) {
            const step = Math.floor((wall + (n - frame) / 48 - from) / STEP_MS);
            if (step >= 0 && step < curve.length) curve[step] = Math.max(curve[step], Math.abs(bytes.readInt16LE(n * 2)));
        }
    });
    return curve.map((peak) => Math.log10(1 + peak / 100));
}

/** The shift at which two curves are most alike (Pearson), and how much. @param {number[]} said @param {number[]} heard */
function compare(said, heard) {
    let best = { alike: -1, delay: 0 };
    for (let shift = 0; shift <= heard.length - said.length; shift += 1) {
        const alike = pearson(said, heard, shift);
        if (alike > best.alike) best = { alike, delay: shift * STEP_MS };
    }
    return best;
}

function pearson(one, other, shift) {
    let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0];
    one.forEach((x, i) => {
        const y = other[i + shift];
        a += x;
        b += y;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    });
    const n = one.length;
    const spread = Math.sqrt((aa - (a * a) / n) * (bb - (b * b) / n));
    return spread > 0 ? (ab - (a * b) / n) / spread : 0;
}
