// Windows of a recorded 3G link, scaled to the rates of a thin one (traces/README.md). Pure, except for `readTrace`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../world/paths.mjs';

/** Seconds of one row of the recording. */
export const STEP_S = 0.5;

/** A slower rate than this, in bits per second, is a stall: packets are held, and none is dropped. */
const LEAST_BPS = 2_000;

/** @type {{up: number[], down: number[]} | undefined} */
let trace;

/** The recording: kbit/s of each half second, each way. It is read once. */
export function readTrace() {
    if (trace) return trace;
    const [, ...lines] = readFileSync(join(root, 'tests/thinlink/wild/traces/umts-driving.csv'), 'utf8').trim().split('\n');
    const rows = lines.map((line) => line.split(',').map(Number));
    trace = { down: rows.map((row) => row[1]), up: rows.map((row) => row[2]) };
    return trace;
}

/**
 * A window of one direction, scaled to a mean rate. The recording goes on at its beginning when it is over.
 * @param {number[]} recorded @param {number} first - its row @param {number} seconds @param {number} bps - the mean
 * @returns {number[]} bits per second of each half second; 0 where the link stands still
 */
export function windowOf(recorded, first, seconds, bps) {
    const count = Math.floor(seconds / STEP_S);
    const rows = Array.from({ length: count }, (_, i) => recorded[(first + i) % recorded.length]);
    const mean = rows.reduce((sum, one) => sum + one, 0) / count;
    if (mean === 0) return rows;
    return rows.map((one) => Math.round((one / mean) * bps)).map((one) => (one < LEAST_BPS ? 0 : one));
}

/**
 * The commands that let a link follow a window: a rate each time it changes, and one hold for each stretch without any.
 * @param {'up' | 'down'} way @param {number[]} rates @param {number} from - second of the window's first row
 */
export function eventsOf(way, rates, from) {
    const events = [];
    rates.forEach((rate, i) => {
        if (rate === rates[i - 1]) return;
        const at_s = from + i * STEP_S;
        if (rate > 0) return events.push({ at_s, do: `set ${way} rate=${rate}` });
        const next = rates.findIndex((later, n) => n > i && later > 0);
        const steps = (next < 0 ? rates.length : next) - i;
        return events.push({ at_s, do: `hold ${way} ${steps * STEP_S * 1_000}` });
    });
    return events;
}
