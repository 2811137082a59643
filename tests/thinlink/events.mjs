// What happens to a link in a call: it stands still, goes away for a while, has another address, carries somebody else's download. Reports how soon
// after each of them the voice comes as punctually as before.
import { join } from 'node:path';
import { pause } from '../world/wait.mjs';
import { drawTalkingHead } from './camera.mjs';
import { openLab } from './call.mjs';
import { scoreVoice, SETTLE_MS } from './one-call.mjs';
import { inWords, most } from './verdict.mjs';
import { fill } from './wild/flow.mjs';

/** Long enough to know what the delay usually is, and to see it become so again. */
const BEFORE_MS = 15_000;
const AFTER_MS = 20_000;
/** Seconds after the end of each event within which the delay is as before + 100 ms. */
export const BOUND_S = 3;

/**
 * What each event does to the link; it is over when the promise is. The number is in seconds.
 * @type {Record<string, (emulator: import('./emulator.mjs').Emulator, seconds: number, python: string) => Promise<unknown>>}
 */
const EVENTS = {
    stall: (emulator, seconds) => lasting(emulator, `hold both ${seconds * 1_000}`, seconds),
    outage: (emulator, seconds) => lasting(emulator, `outage ${seconds * 1_000}`, seconds),
    address: (emulator) => emulator.tell('address'),
    port: (emulator) => emulator.tell('port'),
    cubic: (emulator, seconds, python) => fill(emulator, { way: 'down', tcp: 'cubic', seconds }, python),
    bbr: (emulator, seconds, python) => fill(emulator, { way: 'down', tcp: 'bbr', seconds }, python),
};
export const DEFAULT = 'stall:2,outage:3,outage:10,outage:30,outage:120,address,port,cubic:15,bbr:15';

async function lasting(emulator, words, seconds) {
    await emulator.tell(words);
    await pause(seconds * 1_000);
}

/** Events as on the command line: `stall:2,address`. @param {string} words @returns {{name: string, seconds: number, words: string}[]} */
export function eventsOf(words) {
    return words.split(',').map((one) => {
        const [, name, seconds] = one.match(/^([a-z]+)(?::(\d+(?:\.\d+)?))?$/) ?? [];
        const momentary = name === 'address' || name === 'port';
        if (!EVENTS[name] || momentary !== (seconds === undefined)) throw new Error(`no such event: ${one} (${DEFAULT})`);
        return { name, seconds: Number(seconds ?? 0), words: one };
    });
}

/**
 * One call, in which one event comes after another. Two rows each.
 * @param {{profile: string, seed: number, events: ReturnType<typeof eventsOf>, folder: string, python: string}} how
 */
export async function eventsOver({ profile, seed, events, folder, python }) {
    await drawTalkingHead();
    const lab = await openLab({ profile, seed, folder: join(folder, `events-${profile}-${seed}`) });
    const rows = [];
    try {
        await lab.enter();
        await lab.thin();
        await lab.firstHeard(await lab.call());
        await pause(SETTLE_MS);
        for (const event of events) rows.push(...(await one(lab, event, { profile, seed, python })));
    } catch (error) {
        await lab.keep(error);
        console.error(`events on ${profile}, seed ${seed}, ended early: ${error.message}`);
    } finally {
        await lab.close();
    }
    return rows;
}

async function one(lab, event, { profile, seed, python }) {
    const folder = join(lab.folder, event.words.replace(':', '-'));
    await lab.clear();
    const from = Date.now();
    await pause(BEFORE_MS);
    const began = Date.now();
    await EVENTS[event.name](lab.emulator, event.seconds, python);
    const ended = Date.now();
    await pause(AFTER_MS);
    await lab.record({ profile, seed, from, to: began, outages: [{ from: began, to: ended, until: ended + AFTER_MS }] }, folder);
    const voice = scoreVoice(folder, python);
    const rows = ['up', 'down'].map((way) => rowOf({ profile, seed, event: event.words, way }, voice[way]));
    console.log(rows.map(line).join('\n'));
    return rows;
}

/** @param {{profile: string, seed: number, event: string, way: string}} which @param {any} heard - a direction as of score.py */
export function rowOf(which, { m2e: usual, returns: [{ voiceBack, m2eBack, pictureBack, speechLost }], clockSlips }) {
    const slipMs = Math.max(clockSlips.said ?? 0, clockSlips.heard ?? 0);
    return { ...which, usual, voiceBack, m2eBack, pictureBack, speechLost, slipMs, verdict: most('delay as before', m2eBack, BOUND_S, 's') };
}

const s = (value) => (value === null || value === undefined ? 'never' : `${value.toFixed(1)} s`);
const line = ({ event, way, voiceBack, speechLost, verdict }) => `${event}, ${way}: voice after ${s(voiceBack)}, ${s(speechLost)} of speech lost, ${inWords(verdict)}`;

/** @param {ReturnType<typeof rowOf>[]} rows */
export function eventsTable(rows) {
    const head = ['profile', 'seed', 'event', 'way', 'usual delay, ms', 'voice after', 'picture after', 'speech lost in the 10 s after', `delay as before + 100 ms after (bound ${BOUND_S} s)`];
    const cells = rows.map((r) => [
        r.profile, r.seed, r.event, r.way, r.usual === null ? '–' : r.usual.toFixed(0),
        s(r.voiceBack), s(r.pictureBack), s(r.speechLost), `${s(r.m2eBack)} ${r.verdict.held ? '✓' : '✗'}`,
    ]);
    const table = [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
    return `${table}\n\n${rows.filter(({ verdict }) => verdict.held).length} of ${rows.length} within the bound. The audio clocks slipped by at most ${Math.max(0, ...rows.map(({ slipMs }) => slipMs)).toFixed(0)} ms.`;
}
