// One measurement: one profile, one seed, one call. It leaves a folder that score.py and traffic.mjs read.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { root } from '../world/paths.mjs';
import { pause } from '../world/wait.mjs';
import { drawTalkingHead } from './camera.mjs';
import { linkOf, openLab } from './call.mjs';
import { readTraffic } from './traffic.mjs';
import { audioOf } from './voices/files.mjs';

/** Time for which the specialist reads the request before taking it. The page measures its link meanwhile. */
export const WAITING_MS = 6_000;
/** Time between the first voice and the scored window, because the settled call is scored and not its first seconds. */
export const SETTLE_MS = 8_000;

/** @param {{profile: string, seed: number, seconds: number, folder: string, speakers?: string[]}} how - `speakers` of `audioOf` */
export async function recordCall({ profile, seed, seconds, folder, speakers = ['en-recorded'] }) {
    await drawTalkingHead();
    const lab = await openLab({ profile, seed, folder });
    try {
        const audio = audioOf(speakers, { folder, seed });
        await lab.enter(audio);
        const wentAt = await lab.thin();
        const claimed = await lab.call(WAITING_MS);
        const heard = await lab.firstHeard(claimed);
        await pause(SETTLE_MS);
        const from = Date.now();
        await pause(Math.max(seconds, secondsFor(profile)) * 1_000);
        const to = Date.now();
        await pause(5_000);
        const outages = outagesOf(profile, wentAt, from, to);
        await lab.record({ profile, seed, wentAt, claimed, heard, from, to, outages, speakers, clean: audio.clean, load: loadavg() });
    } catch (error) {
        await lab.keep(error);
        throw error;
    } finally {
        await lab.close();
    }
}

/** Length of a window that holds a whole outage of the profile and its aftermath. */
function secondsFor(profile) {
    const { outage } = linkOf(profile);
    return outage ? 2 * outage.every_s : 0;
}

/** Outages of the profile's periodic schedule that ended in the window. */
function outagesOf(profile, wentAt, from, to) {
    const { outage } = linkOf(profile);
    if (!outage) return [];
    const list = [];
    for (let start = wentAt + outage.at_s * 1_000; start < to; start += outage.every_s * 1_000) {
        const end = start + outage.ms;
        if (start > from && end + 10_000 < to) list.push({ from: start, to: end, until: start + outage.every_s * 1_000 });
    }
    return list;
}

/** Returns the figures of a call from its folder. @param {string} folder @param {string} python */
export function score(folder, python) {
    const voice = scoreVoice(folder, python);
    const call = JSON.parse(readFileSync(join(folder, 'call.json'), 'utf8'));
    const wire = readTraffic(join(folder, 'wire.csv'), (call.from - call.wentAt) / 1_000, (call.to - call.wentAt) / 1_000);
    return { profile: call.profile, seed: call.seed, speakers: call.speakers, load: call.load[0], ...merged(voice, wire), heardAfter: heardAfter(call) };
}

/** Largest slip of the audio clocks. A call with a larger one measures the machine and not the link. */
const SLIP_MS = 1_000;

/** The call measured the machine. */
export class TooBusy extends Error {}

/** Runs score.py and returns its result. @param {string} folder @param {string} python */
export function scoreVoice(folder, python) {
    execFileSync(python, [join(root, 'tests/thinlink/score.py'), folder], { stdio: ['ignore', 'inherit', 'inherit'] });
    const voice = JSON.parse(readFileSync(join(folder, 'score.json'), 'utf8'));
    const slip = Math.max(voice.up.clockSlips.said, voice.up.clockSlips.heard);
    if (slip > SLIP_MS) throw new TooBusy(`the machine was too busy: the audio clocks stood still for ${slip.toFixed(0)} ms; measure again`);
    return voice;
}

/** Ten minutes as this window, all IPv4 bytes of both directions. */
const MINUTES = 10;

function merged(voice, wire) {
    const bothMegabytes = ((wire.up.kbits + wire.down.kbits) * MINUTES * 60) / 8 / 1_000;
    return { up: { ...voice.up, wire: { ...wire.up, bothMegabytes } }, down: { ...voice.down, wire: { ...wire.down, bothMegabytes } } };
}

const heardAfter = ({ claimed, heard }) =>
    Object.fromEntries(Object.entries(heard).map(([way, at]) => [way, at === null ? null : Math.round(at - claimed)]));
