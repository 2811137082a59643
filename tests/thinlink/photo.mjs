// A photo during a call over the thin link. Reports how long the photo takes, and what it costs the voice.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { patientCamera } from '../world/patient-camera.mjs';
import { pause, until } from '../world/wait.mjs';
import { drawTalkingHead } from './camera.mjs';
import { openLab } from './call.mjs';
import { scoreVoice } from './one-call.mjs';
import { readTraffic } from './traffic.mjs';

/** A call settles; then its voice is scored for so long without a photo. */
const SETTLE_MS = 15_000;
const BEFORE_MS = 40_000;
/** What takes longer has failed. */
const PATIENCE_MS = 180_000;

/** @param {{profile: string, seed: number, folder: string, python: string}} how */
export async function photoOver({ profile, seed, folder, python }) {
    await drawTalkingHead();
    const place = join(folder, `photo-${profile}-${seed}`);
    const lab = await openLab({ profile, seed, folder: place, camera: patientCamera });
    try {
        await lab.enter();
        const wentAt = await lab.thin();
        await lab.firstHeard(await lab.call());
        await pause(SETTLE_MS);
        const from = Date.now();
        await pause(BEFORE_MS);
        const asked = Date.now();
        const { sent, whole, bytes } = await travel(lab);
        await pause(5_000);
        await lab.record({ profile, seed, from, to: asked });
        const windows = { before: [from, asked], during: [sent, whole] };
        return compared(place, python, wentAt, windows).map((one) => ({ profile, seed, seconds: (whole - sent) / 1_000, bytes, ...one }));
    } catch (error) {
        await lab.keep(error);
        throw error;
    } finally {
        await lab.close();
    }
}

/** From "Envoyer" to the photo on the specialist's screen, by the wall clock. */
async function travel({ kiosk, doctor }) {
    await doctor.press('ask-photo');
    await kiosk.at('photo-request').waitFor();
    await kiosk.press('photo-take');
    await kiosk.press('photo-shoot');
    await kiosk.at('photo-still').waitFor();
    await kiosk.page.evaluate(() => window.world.markClick('[data-testid="photo-send"]', 'sent'));
    await doctor.watchFor('whole', '[data-testid="photo"][data-state="whole"]');
    await kiosk.press('photo-send');
    const sent = await kiosk.shown('sent');
    const whole = await doctor.shown('whole', PATIENCE_MS);
    const bytes = await until('the photo', () => doctor.page.evaluate(async () => {
        const image = document.querySelector('[data-testid="photo"] img');
        return (await (await fetch(image.src)).arrayBuffer()).byteLength;
    }));
    return { sent, whole, bytes };
}

/**
 * The voice of one recording in two windows of time, a row for each direction.
 * @param {string} folder @param {string} python @param {number} wentAt - when the link became thin
 * @param {{before: [number, number], during: [number, number]}} windows - by the wall clock
 */
export function compared(folder, python, wentAt, windows) {
    const scored = ([start, end]) => ({ ...scoreBetween(folder, python, start, end), wire: wireOf(folder, wentAt, start, end) });
    const [before, during] = [scored(windows.before), scored(windows.during)];
    return ['up', 'down'].map((way) => ({ way, before: figures(before, way), during: figures(during, way) }));
}

/** The recording once more, between two other moments. */
function scoreBetween(folder, python, from, to) {
    const path = join(folder, 'call.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), from, to }));
    return scoreVoice(folder, python);
}

const wireOf = (folder, wentAt, from, to) => readTraffic(join(folder, 'wire.csv'), (from - wentAt) / 1_000, (to - wentAt) / 1_000);

/** The figures of one direction of a scored recording. @param {any} scored @param {"up" | "down"} way */
export function figures(scored, way) {
    const { audio, silent, concealed, longestGapMs, stoi, m2e, m2eP95 } = scored[way];
    const { kbits, queueP95 } = scored.wire[way];
    const lost = audio.packetsLost / Math.max(1, audio.packetsLost + audio.packetsReceived);
    return { lost, gaps: Math.max(silent ?? 0, concealed ?? 0), longestGapMs, stoi, m2e, m2eP95, kbits, queueP95 };
}

/** @param {any[]} rows */
export function photoTable(rows) {
    return table(['profile', 'seed', 'photo, kB', 'seconds'], rows, (r) => [r.profile, r.seed, (r.bytes / 1_000).toFixed(1), r.seconds.toFixed(1)]);
}

/** A table of compared windows; `cells` gives what stands in the first columns. @param {string[]} first @param {any[]} rows @param {(row: any) => any[]} cells */
export function table(first, rows, cells) {
    const head = [...first, 'way', 'voice lost, %', 'gaps, %', 'longest gap, ms', 'STOI', 'm2e p50, ms', 'm2e p95, ms', 'wire, kbit/s', 'queue p95, ms'];
    const pair = ({ before, during }, of, digits = 0) =>
        [before, during].map((one) => (of(one) === null ? '–' : of(one).toFixed(digits))).join(' → ');
    const lines = rows.map((r) => [
        ...cells(r), r.way,
        pair(r, ({ lost }) => lost * 100, 1), pair(r, ({ gaps }) => gaps * 100, 1), pair(r, (one) => one.longestGapMs),
        pair(r, ({ stoi }) => stoi, 3), pair(r, ({ m2e }) => m2e), pair(r, (one) => one.m2eP95),
        pair(r, ({ kbits }) => kbits, 1), pair(r, (one) => one.queueP95),
    ]);
    return [head, head.map(() => '---'), ...lines].map((one) => `| ${one.join(' | ')} |`).join('\n');
}
