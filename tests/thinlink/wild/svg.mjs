// The time line of a call on a drawn link as an SVG picture: both directions beside each other, over the seconds of the scored window. Pure.
import { inWords } from '../verdict.mjs';

const [WIDTH, LEFT, GAP, TOP] = [640, 56, 40, 100];
const PANELS = [
    { title: 'delay, ms', height: 200 },
    { title: 'rate, kbit/s', height: 160 },
    { title: 'rung', height: 90 },
];
const RUNGS = ['Deferred', 'Fragile', 'Voice', 'Pictures', 'Video'];
const COLOURS = { m2e: '#c0392b', jitterBuffer: '#2471a3', queue: '#566573', truth: '#1e8449', known: '#d35400', sent: '#85929e', rung: '#6c3483' };

/** @param {ReturnType<typeof import('./facts.mjs').factsOf>} facts @param {import('./judge.mjs').Verdict[]} verdicts */
export function timeline(facts, verdicts) {
    const { link } = facts;
    const height = TOP + PANELS.reduce((sum, panel) => sum + panel.height + GAP, 0) + 40;
    const width = 2 * (WIDTH + LEFT) + 40;
    const drawn = Object.entries(link.drawn).map(([name, value]) => `${name} ${value}`).join(', ');
    const head = [
        text(12, 20, `${link.name}, seed ${link.seed}: ${drawn}`, 14),
        text(12, 38, `${link.speakers.post} at the post, ${link.speakers.specialist} at the specialist. Missed bounds:`, 12),
        text(12, 55, `up: ${missedOf(verdicts, 'up')}`, 12),
        text(12, 72, `down: ${missedOf(verdicts, 'down')}`, 12),
    ];
    const ways = ['up', 'down'].map((name, i) => direction(facts, name, LEFT + i * (WIDTH + LEFT + 20)));
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif">`,
        `<rect width="${width}" height="${height}" fill="white"/>`,
        ...head,
        ...ways,
        ...key(height - 14),
        '</svg>',
        '',
    ].join('\n');
}

/** The bounds that were missed in one direction. @param {import('./judge.mjs').Verdict[]} verdicts @param {string} name */
export function missedOf(verdicts, name) {
    const own = verdicts.filter(({ way }) => way === name);
    const missed = own.filter(({ held }) => !held).map(inWords);
    return missed.join('; ') || (own.length > 0 ? 'nothing' : 'not judged');
}

function direction(facts, name, left) {
    const { link, flow } = facts;
    const way = facts[name];
    const x = (at) => left + (at / link.seconds) * WIDTH;
    const stood = way.truth.flatMap(([at, kbit], i) => (kbit === 0 ? [[at, way.truth[i + 1]?.[0] ?? link.seconds, '#f5b7b1']] : []));
    const busy = flow && link.flow.way === name ? [[flow.from, flow.to, '#fdebd0']] : [];
    const parts = [text(left, TOP - 8, name === 'up' ? 'up: what the specialist hears of the post' : 'down: what the post hears of the specialist', 13)];
    let top = TOP;
    PANELS.forEach((panel, i) => {
        const { most, draw } = CONTENTS[i](way);
        const y = (value) => top + panel.height - (Math.min(value, most) / most) * panel.height;
        const shades = [...stood, ...busy].map(([from, to, fill]) => `<rect x="${x(from)}" y="${top}" width="${x(to) - x(from)}" height="${panel.height}" fill="${fill}"/>`);
        parts.push(...shades, ...axes(panel, left, top, most, link.seconds, x, i), ...draw({ x, y, seconds: link.seconds }));
        top += panel.height + GAP;
    });
    return parts.join('\n');
}

const CONTENTS = [
    (way) => {
        const heard = way.delays.filter(({ ms }) => ms !== null).map(({ heardAt, ms }) => [heardAt, ms]);
        // A few packets are a queue of many seconds while a link carries nearly nothing; such a queue is drawn at the edge.
        const most = nice([...heard, ...way.jitterBuffer].map(([, ms]) => ms), 400);
        return { most, draw: (s) => [line(way.queueMost, COLOURS.queue, s), line(way.jitterBuffer, COLOURS.jitterBuffer, s), dots(heard, COLOURS.m2e, s)] };
    },
    (way) => {
        // A belief far above the truth is drawn at the edge: the scale is that of the link.
        const most = nice([...way.truth, ...way.sent].map(([, kbit]) => kbit), 20);
        return { most, draw: (s) => [line(way.sent, COLOURS.sent, s), stairs(way.truth, COLOURS.truth, s, 1.5), stairs(way.known, COLOURS.known, s, 2.5)] };
    },
    (way) => ({ most: RUNGS.length - 1, draw: (s) => [stairs(way.rungs.map(([at, rung]) => [at, Math.max(0, RUNGS.indexOf(rung))]), COLOURS.rung, s, 2)] }),
];

/** A round number well above all values. */
function nice(values, least) {
    const most = 1.05 * Math.max(least, ...values);
    const unit = 10 ** Math.floor(Math.log10(most));
    return Math.ceil(most / (unit / 2)) * (unit / 2);
}

function axes({ title, height }, left, top, most, seconds, x, panel) {
    const marks = panel === 2 ? RUNGS.map((rung, i) => [i, rung.toLowerCase()]) : [0, 0.5, 1].map((share) => [share * most, `${Math.round(share * most)}`]);
    const across = Array.from({ length: Math.floor(seconds / 10) + 1 }, (_, i) => i * 10);
    return [
        `<rect x="${left}" y="${top}" width="${WIDTH}" height="${height}" fill="none" stroke="#ccc"/>`,
        text(left + WIDTH, top - 4, title, 10, 'end'),
        ...marks.map(([value, label]) => text(left - 4, top + height - (value / most) * height + 4, label, 9, 'end')),
        ...across.map((at) => `${text(x(at), top + height + 12, `${at}`, 9, 'middle')}<path d="M${x(at)} ${top}v${height}" stroke="#eee"/>`),
    ];
}

const inside = ([at], { seconds }) => at >= 0 && at <= seconds;
const n = (value) => value.toFixed(1);

function line(points, colour, s) {
    const path = points.filter((point) => inside(point, s)).map(([at, value]) => `${n(s.x(at))},${n(s.y(value))}`);
    return `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}"/>`;
}

function dots(points, colour, s) {
    return points.filter((point) => inside(point, s)).map(([at, value]) => `<circle cx="${n(s.x(at))}" cy="${n(s.y(value))}" r="2" fill="${colour}"/>`).join('');
}

/** Values that hold until the next one; the last one before the window is where it begins. */
function stairs(points, colour, s, width) {
    const before = points.findLast(([at]) => at <= 0);
    const steps = [...(before ? [[0, before[1]]] : []), ...points.filter(([at]) => at > 0 && at <= s.seconds)];
    if (steps.length === 0) return '';
    const path = steps.map(([at, value], i) => (i === 0 ? `M${n(s.x(at))} ${n(s.y(value))}` : `H${n(s.x(at))}V${n(s.y(value))}`));
    return `<path d="${path.join('')}H${n(s.x(s.seconds))}" fill="none" stroke="${colour}" stroke-width="${width}"/>`;
}

function key(y) {
    const names = { m2e: 'mouth to ear', jitterBuffer: 'jitter buffer', queue: 'queue of the link', truth: 'rate of the link', known: 'rate that the server believes', sent: 'sent into the link', rung: 'rung of the ladder' };
    return Object.entries(names).map(([what, name], i) => `<rect x="${56 + i * 185}" y="${y - 9}" width="10" height="10" fill="${COLOURS[what]}"/>${text(72 + i * 185, y, name, 11)}`);
}

const escaped = (words) => words.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
const text = (x, y, words, size, anchor = 'start') => `<text x="${n(x)}" y="${n(y)}" font-size="${size}" text-anchor="${anchor}">${escaped(words)}</text>`;
