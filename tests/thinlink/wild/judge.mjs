// Judges a call on a drawn link by the bounds of its class (docs/thin-links.md). Pure: it reads the series of facts.mjs.
import { median } from '../../world/wait.mjs';
import { least, most } from '../verdict.mjs';
import { verdictsOn } from '../voices/judge.mjs';
import { CALM_S, holdsOf, truthOf } from './draw.mjs';
import { reasonOf } from './told.mjs';

/** A delay within this of the usual one is as before. */
const AS_BEFORE_MS = 100;
/** Whoever was punctual for so long is punctual again. */
const STEADY_S = 3;
const UNDERSTOOD = 0.5;
/** A hole of the recording from which on the voice must be back within a second. */
const HOLE_S = 1;
/** Bits per second of a voice: what the link itself would make of it is its own delay. */
const VOICE_KBIT = 20;
/** The server's belief is right within this share of the truth, after a download and under jitter. */
const NEARLY = 0.2;
const CLOSELY = 0.15;
/** The bound that is missed where nobody was heard. */
export const DEAF = 'a voice';
/** The same where a link may let none through. */
export const TOLD = 'a voice, or why there is none';

/** @typedef {import('../verdict.mjs').Verdict & {way: string}} Verdict */

/** @param {ReturnType<typeof import('./facts.mjs').factsOf>} facts @returns {Verdict[]} */
export function judge(facts) {
    const { link } = facts;
    return ['up', 'down'].flatMap((name) => {
        const way = facts[name];
        const screen = facts.call.screens?.[LISTENERS[name]];
        const found = BOUNDS[link.name]({ link, way, name, screen, flow: facts.flow?.to ? facts.flow : null, usual: usualOf(way) });
        return [link.name === 'S7' ? null : heardAtAll(way), ...found].filter(Boolean).map((one) => ({ way: name, ...one }));
    });
}

const BOUNDS = {
    S1: ({ link, way, name, usual }) => afterStalls(holdsOf(link, name), way, usual),
    S2: ({ link, way, name, flow, usual }) => (flow && link.flow.way === name ? besideFlow(way, flow, usual, truthOf(link, name)) : []),
    S3: ({ way, link, name }) => [
        believed(way, () => most('belief away from the truth', beliefError(way, truthOf(link, name), CALM_S, link.seconds), CLOSELY, '')),
        most('queue p95', way.queueP95, 150, 'ms'),
    ],
    S4: ({ link, way, name, usual }) => recorded(link, way, name, usual),
    S5: ({ link, way, name }) => steps(way, truthOf(link, name), link),
    S6: ({ link, way, name }) => (way.m2e === null ? [] : verdictsOn(link.profile, name, name === 'up' ? link.speakers.post : link.speakers.specialist, way)),
    S7: ({ way, screen }) => (way.m2e === null ? [toldOf(screen)] : [least('sentences heard', way.heard, 0.9)]),
};
const LISTENERS = { up: 'specialist', down: 'post' };

/** The verdict where nobody was heard on a link that may forbid it: the listener's page must tell why. @param {string | undefined} screen */
export const toldOf = (screen) => most(TOLD, reasonOf(screen) ? 0 : null, 1, '');

const heardAtAll = (way) => (way.m2e === null ? most(DEAF, null, 1, '') : null);

/** A bound on what the server believes; none if its log does not tell it. */
const believed = (way, verdict) => (way.known.length > 0 ? verdict() : null);

function afterStalls(stalls, way, usual) {
    const next = ({ to }) => stalls.find(({ from }) => from >= to)?.from ?? Infinity;
    const late = stalls.map((stall) => lateAfter(way, stall.to, usual, next(stall)));
    const outside = ({ at, seconds }) => at >= stalls[0]?.to && stalls.every(({ from, to }) => at + seconds < from || at >= to);
    const said = way.sentences.filter(outside).map(({ stoi }) => stoi);
    return [
        stalls.length > 0 && most('delay as before after a stall', worst(late), 3, 's'),
        said.length > 0 && least('STOI of the worst sentence after a stall', Math.min(...said), UNDERSTOOD),
    ];
}

function besideFlow(way, { from, to }, usual, truth) {
    const inside = way.delays.filter(({ at, ms }) => ms !== null && at > from + STEADY_S && at < to).map(({ ms }) => ms);
    const queues = way.queue.filter(([at]) => at > from + STEADY_S && at < to).map(([, ms]) => ms);
    const possible = usual !== null && queues.length ? 1.5 * (usual + median(queues)) : null;
    const spoken = way.sentences.filter(({ at, seconds }) => at > from && at + seconds < to).map(({ stoi }) => stoi);
    // The queue that the transfer leaves must drain first: nobody can be punctual sooner.
    const drained = to + (way.queue.findLast(([at]) => at < to + 0.5)?.[1] ?? 0) / 1_000;
    return [
        ...(possible && inside.length ? [most('delay during the transfer', median(inside), Math.round(possible), 'ms')] : []),
        spoken.length > 0 && least('STOI during the transfer', mean(spoken), 0.93),
        most('delay as before after the transfer', lateAfter(way, drained, usual), 3, 's'),
        most('a picture after the transfer', firstAfter(way.shown, drained), 10, 's'),
        believed(way, () => most('rate known after the transfer', rightAfter(way, truth, to, NEARLY), 20, 's')),
    ];
}

function recorded(link, way, name, usual) {
    const truth = truthOf(link, name);
    const holes = holdsOf(link, name).filter(({ from, to }) => to - from >= HOLE_S && to < link.seconds);
    const own = ownDelays(truth, link.seconds);
    return [
        least('STOI', way.stoi, 0.93),
        ...(holes.length ? [most('voice back after a hole', worst(holes.map(({ to }) => voiceAfter(way, to))), 1, 's')] : []),
        ...(usual === null ? [] : [most('delay p95', way.m2eP95, Math.round(usual + percentile(own, 95) + 500), 'ms')]),
    ];
}

function steps(way, truth, link) {
    const [fall, rise] = truth.filter(([at]) => at >= CALM_S - 1);
    if (!fall || !rise) return [];
    const [low, high] = [fall[1], rise[1]];
    return [
        believed(way, () => most('fall answered', reached(way.known, fall[0], (kbit) => kbit <= low * (1 + NEARLY)), 1, 's')),
        believed(way, () => most('rise known', reached(way.known, rise[0], (kbit) => kbit >= high * (1 - NEARLY)), 10, 's')),
        // The delay of a sixth has other packets in it; half of the first rate has none that would explain a later voice.
        most('delay as before after the rise', lateAfter(way, rise[0], usualOf(way), link.seconds), 10, 's'),
    ];
}

/** The usual delay: the median before anything happened. @param {import('./facts.mjs').Way} way */
export function usualOf({ delays }) {
    const before = delays.filter(({ heardAt, ms }) => ms !== null && heardAt < CALM_S).map(({ ms }) => ms);
    return before.length ? median(before) : null;
}

/**
 * Seconds after a moment until the delay was as before: until the last late half second before three seconds of punctual ones.
 * @param {import('./facts.mjs').Way} way @param {number} moment @param {number | null} usual @param {number} [until] - what comes then is another matter
 */
export function lateAfter({ delays }, moment, usual, until = Infinity) {
    if (usual === null) return null;
    const heard = delays.filter(({ ms, heardAt }) => ms !== null && heardAt >= moment && heardAt < until).sort((a, b) => a.heardAt - b.heardAt);
    if (heard.length === 0) return null;
    let [late, punctual] = [moment, null];
    for (const { ms, heardAt } of heard) {
        if (ms > usual + AS_BEFORE_MS) [late, punctual] = [heardAt, null];
        else punctual ??= heardAt;
        if (punctual !== null && heardAt - punctual >= STEADY_S) break;
    }
    return late - moment;
}

/** Seconds from a moment to the first half second of speech that was heard, less the time in which nobody spoke. */
function voiceAfter({ delays }, moment) {
    const heard = delays.filter(({ ms, heardAt }) => ms !== null && heardAt >= moment).sort((a, b) => a.heardAt - b.heardAt)[0];
    return heard ? heard.heardAt - Math.max(moment, heard.at) : null;
}

const firstAfter = (times, moment) => {
    const first = times.find((at) => at >= moment);
    return first === undefined ? null : first - moment;
};

/** Seconds from a moment until a step of `known` satisfies; 0 if it did already. @param {[number, number][]} known */
function reached(known, moment, satisfies) {
    const before = known.findLast(([at]) => at <= moment);
    if (before && satisfies(before[1])) return 0;
    const first = known.find(([at, kbit]) => at > moment && satisfies(kbit));
    return first ? first[0] - moment : null;
}

function rightAfter({ known }, truth, moment, share) {
    const kbit = truth.findLast(([at]) => at <= moment)[1];
    return reached(known, moment, (one) => Math.abs(one - kbit) <= share * kbit);
}

/** The share by which the belief is away from the truth, the median of each second. */
function beliefError({ known }, truth, from, to) {
    const errors = [];
    for (let at = from; at < to; at += 1) {
        const believed = known.findLast(([since]) => since <= at)?.[1];
        const real = truth.findLast(([since]) => since <= at)?.[1];
        if (believed !== undefined && real) errors.push(Math.abs(believed - real) / real);
    }
    return errors.length ? median(errors) : null;
}

/**
 * The delay that the link itself gives to a voice, of each tenth of a second, ms: a queue with
 * nothing else in it.
 * @param {[number, number][]} truth @param {number} seconds
 */
export function ownDelays(truth, seconds) {
    const steps = Array.from({ length: Math.round(seconds * 10) }, (_, i) => carried(truth, i / 10) / 10);
    let waiting = 0;
    return steps.map((own, i) => {
        waiting = Math.max(0, waiting + VOICE_KBIT / 10 - own);
        // What comes now leaves when all before it has left.
        let [left, then] = [waiting, i + 1];
        for (; left > 0 && then < steps.length; then += 1) left -= steps[then];
        return left > 0 || waiting > 0 ? (then - i) * 100 : 0;
    });
}

const carried = (truth, at) => truth.findLast(([since]) => since <= at)?.[1] ?? 0;

/** The most of some times; null if one of them never came. */
const worst = (list) => (list.includes(null) ? null : Math.max(0, ...list));
const mean = (list) => list.reduce((sum, one) => sum + one, 0) / list.length;
const percentile = (list, nth) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor((list.length * nth) / 100))] ?? 0;
