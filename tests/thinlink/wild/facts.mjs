// What the recordings of a call on a drawn link tell, as series over the seconds of its scored window. It reads files, and judges nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCsv, readTraffic, sinceGo } from '../traffic.mjs';
import { truthOf } from './draw.mjs';

const LISTENERS = { up: 'specialist', down: 'post' };

/**
 * The series of one direction. Points are [second, value].
 * @typedef {object} Way
 * @property {number | null} stoi @property {number | null} pesq @property {number | null} m2e @property {number | null} m2eP95
 * @property {{stoiSent: number | null, stoiHeard: number | null}} [clean] - beside the words alone, for a scene
 * @property {number | null} heard - share of the sentences @property {number} longestGapMs
 * @property {{at: number, heardAt: number | null, ms: number | null}[]} delays - of each half second of speech: when it was said, and heard
 * @property {{at: number, seconds: number, stoi: number, pesq: number}[]} sentences
 * @property {[number, number][]} truth - kbit/s that the link carries
 * @property {[number, number][]} known - kbit/s that the server believes it to carry
 * @property {[number, string][]} rungs
 * @property {[number, number][]} jitterBuffer - ms
 * @property {[number, number][]} queue - ms, the mean of each second
 * @property {[number, number][]} queueMost - ms, the most of each second
 * @property {[number, number][]} sent - kbit/s that reached the link, other people's too
 * @property {number[]} shown - the seconds at which a picture was shown
 * @property {number} queueP95
 */

/** @param {string} folder @returns {{link: import('./draw.mjs').Link, call: any, flow: {from: number, to: number, tcp: string, kbit: number} | null, up: Way, down: Way}} */
export function factsOf(folder) {
    const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const [link, call, score] = [read('link.json'), read('call.json'), read('score.json')];
    // What really happened at its real time is the truth.
    const real = { ...link, events: call.happened };
    const log = logOf(readFileSync(join(folder, 'server.log'), 'utf8'), call);
    const { flow } = call;
    const second = (wall) => (wall - call.from) / 1_000;
    const way = (name) => ({
        ...figures(score[name]),
        ...speech(score[name], call),
        truth: truthOf(real, name),
        known: log.flatMap(({ at, [`${name}_bps`]: bps }) => (bps === undefined ? [] : [[at, bps / 1_000]])),
        rungs: log.flatMap(({ at, rung }) => (rung ? [[at, rung]] : [])),
        jitterBuffer: jitterBuffer(call.sides[LISTENERS[name]].stats).map(([wall, ms]) => [second(wall), ms]),
        ...wire(join(folder, 'wire.csv'), name, (call.wentAt - call.from) / 1_000, link.seconds),
        shown: shownAt(call.sides[LISTENERS[name]]).map(second),
        queueP95: readTraffic(join(folder, 'wire.csv'), (call.from - call.wentAt) / 1_000, (call.to - call.wentAt) / 1_000)[name].queueP95,
    });
    const told = flow && { from: second(flow.from), to: second(flow.to), tcp: flow.tcp, kbit: (flow.bytes * 8) / (flow.to - flow.from) };
    return { link: real, call, flow: told, up: way('up'), down: way('down') };
}

const figures = ({ stoi, pesq, m2e, m2eP95, heard, longestGapMs, clean }) => ({ stoi, pesq, m2e, m2eP95, heard, longestGapMs, clean });

function speech({ delays, each }, call) {
    return {
        delays: delays.map(([at, ms]) => ({ at: at / 1_000, heardAt: ms === null ? null : (at + ms) / 1_000, ms })),
        sentences: each.map(({ at, seconds, stoi, pesq }) => ({ at: (at - call.from) / 1_000, seconds, stoi, pesq })),
    };
}

/** The lines of the server's log about the post's link: what it is believed to carry ("capacity", of newer servers), and its rung ("ladder"). */
export function logOf(text, { from, members }) {
    const lines = [];
    for (const line of text.split('\n')) {
        if (!line.includes('"capacity"') && !line.includes('"ladder"')) continue;
        const { timestamp, message, peer, rung, up_bps, down_bps } = JSON.parse(line);
        if (!members.some((member) => peer === `peer:${member}`)) continue;
        const at = (Date.parse(timestamp) - from) / 1_000;
        if (message === 'ladder') lines.push({ at, rung });
        if (message === 'capacity') lines.push({ at, up_bps, down_bps });
    }
    return lines;
}

/** The delay that the listener's jitter buffer adds, between each two looks at its counters. @param {any[]} stats */
export function jitterBuffer(stats) {
    const sum = ({ list }, name) => list.filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio').reduce((all, one) => all + (one[name] ?? 0), 0);
    return stats.slice(1).flatMap((after, i) => {
        const grown = (name) => sum(after, name) - sum(stats[i], name);
        const emitted = grown('jitterBufferEmittedCount');
        return emitted > 0 ? [[after.wall, (1_000 * grown('jitterBufferDelay')) / emitted]] : [];
    });
}

/** @param {number} went - the second of the window at which the link became thin, and the emulator began to count */
function wire(csv, way, went, seconds) {
    const within = (rows) => sinceGo(rows).filter(({ direction }) => direction === way).map((row) => ({ ...row, at: went + row.second }));
    const inside = ({ at }) => at > -5 && at < seconds + 5;
    const queue = within(readCsv(`${csv}.queue.csv`)).filter(inside);
    const sent = new Map();
    for (const { at, bytes } of within(readCsv(csv)).filter(inside)) sent.set(at, (sent.get(at) ?? 0) + (bytes * 8) / 1_000);
    return {
        queue: queue.map(({ at, mean_ms: ms }) => [at + 0.5, ms]),
        queueMost: queue.map(({ at, max_ms: ms }) => [at + 0.5, ms]),
        sent: [...sent].map(([at, kbit]) => [at + 0.5, kbit]),
    };
}

/** The times at which pictures were shown: frames of the camera, and pictures of the data channel. */
function shownAt({ frames, pictures }) {
    const drawn = pictures.slice(1).filter((look, i) => look.pictures.decoded > pictures[i].pictures.decoded);
    return [...frames, ...drawn.map(({ wall }) => wall)].sort((a, b) => a - b);
}
