// Drawn links: a seed draws one link of a class within stated ranges, so that nobody tunes to a value. Pure: the same seed gives the same link.
import { numbersOf } from '../../world/chance.mjs';
import { rateOfProfile } from '../table.mjs';
import { eventsOf, readTrace, STEP_S, windowOf } from './trace.mjs';
import { SPEAKERS } from '../voices/speakers.mjs';

/** Seconds of the scored window before anything happens on the link: what the delay is without it. */
export const CALM_S = 10;
/** Seconds after the last event: what comes back has so long to do it. */
const AFTER_S = 8;
/** What a download leaves behind is judged for longer: the link must be known again 20 s after it. */
const AFTER_FLOW_S = 25;
/** The header of IPv6 is so much longer than that of IPv4 (RFC 6877): a packet takes so many bytes more, and the post's device carries so many less. */
const XLAT_BYTES = 20;
/** Seconds between two changes of the public ports. */
const PORTS_EVERY_S = 30;

/**
 * The classes of links. A range is [least, most]; those named `…kbit` are drawn on a scale of ratios. A list of words is one of them.
 * `make` returns the events of the scored window, in the emulator's words, and what else the class has.
 * @type {Record<string, {what: string, ranges: Record<string, number[] | string[]>, make: (drawn: any, chance: () => number, seconds: number, link: Link) => Partial<Link>}>}
 */
export const CLASSES = {
    S1: {
        what: 'stalls that hold packets',
        ranges: { down_kbit: [40, 256], up_share: [0.5, 1], rtt_ms: [100, 600], jitter_ms: [5, 40], loss: [0, 0.01], queue_ms: [1_000, 2_000], way: ['both', 'both', 'up', 'down'] },
        make: (drawn, chance, seconds) => ({ events: stalls(drawn.way, chance, seconds) }),
    },
    S2: {
        what: "somebody else's transfer by TCP",
        ranges: {
            down_kbit: [64, 300], up_share: [0.5, 1], rtt_ms: [60, 400], jitter_ms: [5, 40], loss: [0, 0.005], queue_ms: [1_000, 5_000],
            way: ['down', 'down', 'down', 'up'], tcp: ['cubic', 'bbr'], lasts_s: [10, 60],
        },
        make: ({ way, tcp, lasts_s: lasts }) => ({ events: [], flow: { way, tcp, at_s: CALM_S, seconds: lasts }, seconds: CALM_S + lasts + AFTER_FLOW_S }),
    },
    S3: {
        what: 'jitter without reordering',
        ranges: { down_kbit: [40, 80], up_share: [0.7, 1], rtt_ms: [100, 400], jitter_ms: [50, 200], loss: [0, 0.01], queue_ms: [1_000, 2_000] },
        make: () => ({ events: [] }),
    },
    S4: {
        what: 'a window of a recorded 3G link',
        ranges: { down_kbit: [30, 300], up_share: [0.5, 1], rtt_ms: [60, 300], jitter_ms: [5, 30], loss: [0, 0.005], queue_ms: [1_000, 3_000], row: [0, 1_857] },
        make: (drawn, _, seconds) => ({ events: ['up', 'down'].flatMap((way) => recorded(way, drawn, seconds)) }),
    },
    S5: {
        what: 'a fall to a sixth, later a rise to three times',
        ranges: {
            down_kbit: [110, 300], up_share: [0.9, 1], rtt_ms: [320, 380], jitter_ms: [10, 40], loss: [0.01, 0.03], queue_ms: [1_000, 2_000],
            way: ['both', 'both', 'down', 'up'], falls_by: [5.5, 6.5], rises_by: [2.7, 3.3], low_s: [15, 25],
        },
        make: (drawn) => ({ events: steps(drawn), seconds: CALM_S + drawn.low_s + AFTER_FLOW_S }),
    },
    S6: {
        what: 'who speaks: a ward, softly, two at once',
        ranges: {
            profile: ['P1', 'P2', 'P3', 'P4', 'P5', 'P7'], post_scene: ['ward', 'ward', 'soft', 'two'], specialist_scene: ['quiet', 'ward', 'soft', 'two'],
            ward_db: [5, 20], soft_db: [10, 25],
        },
        make: (drawn, _, __, { speakers }) => ({
            profile: drawn.profile,
            shape: { up: { rate: rateOfProfile(drawn.profile, 'up') }, down: { rate: rateOfProfile(drawn.profile, 'down') } },
            speakers: { post: inScene(speakers.post, drawn.post_scene, drawn), specialist: inScene(speakers.specialist, drawn.specialist_scene, drawn) },
        }),
    },
    S7: {
        what: 'reordering, duplicates, a silent MTU, changing ports, 464XLAT',
        ranges: {
            down_kbit: [64, 256], up_share: [0.5, 1], rtt_ms: [100, 400], jitter_ms: [5, 40], loss: [0, 0.01], queue_ms: [1_000, 2_000],
            reorder: [0.005, 0.05], reorder_ms: [20, 120], duplicate: [0.002, 0.03], mtu: ['1500', '1280', '576'], ports: ['kept', 'changed'],
            network: ['ipv4', 'ipv4', '464xlat'],
        },
        make: ({ ports, mtu, network }, _, seconds) => ({
            events: ports === 'kept' ? [] : portChanges(seconds),
            mtu: Number(mtu),
            ...(network === '464xlat' && { farMtu: 1_500 - XLAT_BYTES }),
        }),
    },
};
export const NAMES = Object.keys(CLASSES);

/**
 * @typedef {{at_s: number, do: string}} Happening
 * @typedef {object} Link
 * @property {number} seed
 * @property {string} name - its class
 * @property {number} seconds - the length of its scored window, of which `at_s` counts the seconds
 * @property {{post: string, specialist: string}} speakers - as of `speakerOf`
 * @property {string} [profile] - one of P1 to P7, which the emulator knows, instead of `shape`
 * @property {Record<string, number | string>} drawn - what the seed has drawn, to be printed
 * @property {{up: Record<string, number>, down: Record<string, number>}} shape - both directions before the first event, in the emulator's words
 * @property {Happening[]} events
 * @property {{way: 'up' | 'down', tcp: string, at_s: number, seconds: number}} [flow] - a TCP connection that fills the link
 * @property {number} [farMtu] - the MTU of the post's device, which the post knows
 * @property {number} [mtu] - larger packets vanish from the beginning of the call on
 */

/**
 * Draws the link of a seed. Seeds that follow one another have all the classes in turn.
 * @param {number} seed @param {{only?: string, seconds?: number}} [how] - `only` is a class @returns {Link}
 */
export function drawLink(seed, { only, seconds = 60 } = {}) {
    const name = only ?? NAMES[seed % NAMES.length];
    const { ranges, make } = CLASSES[name];
    const chance = numbersOf(seed);
    const drawn = Object.fromEntries(Object.entries(ranges).map(([what, range]) => [what, one(what, range, chance())]));
    const [post, specialist] = twoOf(Object.keys(SPEAKERS), chance);
    const link = { seed, name, seconds, speakers: { post, specialist }, drawn, shape: shapeOf(drawn), events: [] };
    const made = make(drawn, chance, seconds, link);
    const events = [...(made.events ?? [])].sort((a, b) => a.at_s - b.at_s);
    return { ...link, ...made, seconds: Math.max(seconds, made.seconds ?? 0), events };
}

function one(what, range, chance) {
    if (typeof range[0] === 'string') return range[Math.floor(chance * range.length)];
    const [low, high] = /** @type {number[]} */ (range);
    const value = what.endsWith('kbit') ? low * (high / low) ** chance : low + (high - low) * chance;
    // Three digits suffice to be read, and none of them may leave the range.
    return Math.min(high, Math.max(low, high <= 10 ? Number(value.toFixed(3)) : Math.round(value)));
}

function twoOf(list, chance) {
    const first = Math.floor(chance() * list.length);
    const second = (first + 1 + Math.floor(chance() * (list.length - 1))) % list.length;
    return [list[first], list[second]];
}

/** Bits per second of a direction before its first event. @param {any} drawn @param {string} way */
const rateOf = (drawn, way) => Math.round(drawn.down_kbit * 1_000 * (way === 'up' ? drawn.up_share : 1));

function shapeOf(drawn) {
    const more = ['jitter_ms', 'loss', 'queue_ms', 'reorder', 'reorder_ms', 'duplicate'].filter((what) => what in drawn);
    const overhead = drawn.network === '464xlat' && { overhead: XLAT_BYTES };
    const both = { delay_ms: drawn.rtt_ms / 2, ...Object.fromEntries(more.map((what) => [what, drawn[what]])), ...overhead };
    return { up: { rate: rateOf(drawn, 'up'), ...both }, down: { rate: rateOf(drawn, 'down'), ...both } };
}

/** A speaker in a drawn scene. @param {string} name @param {string} scene @param {{ward_db: number, soft_db: number}} drawn */
function inScene(name, scene, { ward_db: ward, soft_db: soft }) {
    return name + { quiet: '', ward: `+ward${ward}`, soft: `+soft${soft}`, two: '+two' }[scene];
}

/** Stalls of 1 to 4 s, with time between them to recover. */
function stalls(way, chance, seconds) {
    const events = [];
    let at = CALM_S + 4 * chance();
    for (;;) {
        const ms = Math.round(1_000 + 3_000 * chance());
        if (events.length > 0 && at + ms / 1_000 + AFTER_S > seconds) return events;
        events.push({ at_s: Number(at.toFixed(2)), do: `hold ${way} ${ms}` });
        at += ms / 1_000 + 12 + 6 * chance();
    }
}

/** The recording runs from the end of the calm to the end of the window; then the link has its mean rate again. */
function recorded(way, drawn, seconds) {
    const rates = windowOf(readTrace()[way], drawn.row, seconds - CALM_S, rateOf(drawn, way));
    const end = CALM_S + rates.length * STEP_S;
    return [...eventsOf(way, rates, CALM_S), { at_s: end, do: `set ${way} rate=${rateOf(drawn, way)}` }];
}

function steps(drawn) {
    const ways = drawn.way === 'both' ? ['up', 'down'] : [drawn.way];
    return ways.flatMap((way) => {
        const low = rateOf(drawn, way) / drawn.falls_by;
        const step = (at_s, rate) => ({ at_s, do: `set ${way} rate=${Math.round(rate)}` });
        return [step(CALM_S, low), step(CALM_S + drawn.low_s, low * drawn.rises_by)];
    });
}

function portChanges(seconds) {
    const count = Math.ceil((seconds - CALM_S) / PORTS_EVERY_S);
    return Array.from({ length: count }, (_, i) => ({ at_s: CALM_S + i * PORTS_EVERY_S, do: 'port' }));
}

/**
 * What the link carried at each time: steps of kbit/s in one direction, 0 while it held everything.
 * @param {Link} link @param {'up' | 'down'} way @returns {[number, number][]} second and kbit/s, in the order of time
 */
export function truthOf({ shape, events }, way) {
    const rates = [[-Infinity, shape[way].rate]];
    const holds = [];
    for (const { at_s: at, do: words } of events) {
        const [verb, target, what] = words.split(' ');
        if (target !== way && target !== 'both') continue;
        if (verb === 'set') rates.push([at, Number(what.split('=')[1])]);
        if (verb === 'hold') holds.push([at, at + Number(what) / 1_000]);
    }
    const held = (at) => holds.some(([from, to]) => from <= at && at < to);
    const rateAt = (at) => rates.findLast(([since]) => since <= at)[1] / 1_000;
    const times = [...new Set([0, ...rates.slice(1).map(([at]) => at), ...holds.flat()])].sort((a, b) => a - b);
    return times.map((at) => [at, held(at) ? 0 : rateAt(at)]);
}

/** The stretches in which the link held everything in this direction, in seconds. @param {Link} link @param {'up' | 'down'} way */
export function holdsOf(link, way) {
    const truth = truthOf(link, way);
    return truth.flatMap(([at, kbit], i) => (kbit === 0 ? [{ from: at, to: truth[i + 1]?.[0] ?? link.seconds }] : []));
}
