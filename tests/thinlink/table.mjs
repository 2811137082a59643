// Turns runs into rows of a table: the median over the seeds, their range, and whether the target is reached.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../world/paths.mjs';
import { median } from '../world/wait.mjs';

const targets = JSON.parse(readFileSync(join(root, 'tests/thinlink/targets.json'), 'utf8'));

/** Speech that was not heard as it was said: made up by Chromium or silent, whichever is more. */
const gaps = ({ silent, concealed }) => (silent === null && concealed === null ? null : Math.max(silent ?? 0, concealed ?? 0));

/** After the worst of the outages in the window; null if one of them was never over. */
function worst(way, name) {
    const list = (way.returns ?? []).map((one) => one[name]);
    return list.length === 0 || list.includes(null) ? null : Math.max(...list);
}

/** The shorter side of a camera's picture. @param {string | null} size - as `320x240` */
const linesOf = (size) => (size ? Math.min(...size.split('x').map(Number)) : null);

/**
 * What is told of each direction. `held` compares a median with its target; a figure without a target is only told.
 * @type {{name: string, head: string, of: (way: any) => number | null | undefined, show: (n: number) => string, more?: boolean}[]}
 */
const FIGURES = [
    { name: 'stoi', head: 'STOI', of: (way) => way.stoi, show: (n) => n.toFixed(3), more: true },
    { name: 'pesq', head: 'PESQ', of: (way) => way.pesq, show: (n) => n.toFixed(2), more: true },
    { name: 'm2e', head: 'm2e p50, ms', of: (way) => way.m2e, show: (n) => n.toFixed(0) },
    { name: 'm2eP95', head: 'm2e p95, ms', of: (way) => way.m2eP95, show: (n) => n.toFixed(0) },
    { name: 'gaps', head: 'gaps, %', of: gaps, show: (n) => (n * 100).toFixed(1) },
    { name: 'heard', head: 'sentences heard, %', of: (way) => way.heard, show: (n) => (n * 100).toFixed(0), more: true },
    { name: 'fps', head: 'video, fps', of: (way) => way.video.fps, show: (n) => n.toFixed(1), more: true },
    { name: 'lines', head: 'lines', of: (way) => linesOf(way.video.size), show: (n) => n.toFixed(0), more: true },
    { name: 'pictures', head: 'pictures a min', of: (way) => way.pictures?.perMinute, show: (n) => n.toFixed(1), more: true },
    { name: 'stillsKbits', head: 'pictures, kbit/s', of: (way) => way.pictures?.kbits, show: (n) => n.toFixed(1) },
    { name: 'seen', head: 'seen a second', of: (way) => way.seen?.perSecond, show: (n) => n.toFixed(1), more: true },
    { name: 'still', head: 'longest still, s', of: (way) => way.seen?.longestStill, show: (n) => n.toFixed(1) },
    { name: 'voiceBack', head: 'voice back, s', of: (way) => worst(way, 'voiceBack'), show: (n) => n.toFixed(1) },
    { name: 'pictureBack', head: 'picture back, s', of: (way) => worst(way, 'pictureBack'), show: (n) => n.toFixed(1) },
    { name: 'm2eBack', head: 'delay back, s', of: (way) => worst(way, 'm2eBack'), show: (n) => n.toFixed(1) },
    { name: 'kbits', head: 'wire, kbit/s', of: (way) => way.wire.kbits, show: (n) => n.toFixed(1) },
    { name: 'megabytes', head: 'MB in 10 min, both ways', of: (way) => way.wire.bothMegabytes, show: (n) => n.toFixed(2) },
    { name: 'maxKbits', head: 'most in 1 s', of: (way) => way.wire.maxKbits, show: (n) => n.toFixed(0) },
    { name: 'queueP95', head: 'queue p95, ms', of: (way) => way.wire.queueP95, show: (n) => n.toFixed(0) },
    { name: 'dropped', head: 'dropped', of: (way) => way.wire.dropped, show: (n) => n.toFixed(0) },
];

/** @param {any[]} runs - of one profile @returns {Record<string, Record<string, Cell>>} by direction and figure */
export function summary(runs) {
    return Object.fromEntries(
        ['up', 'down'].map((way) => [
            way,
            Object.fromEntries(FIGURES.map((figure) => [figure.name, cell(figure, runs.map((run) => figure.of(run[way])), way, runs[0].profile)])),
        ]),
    );
}

/** @typedef {{median: number | null, min: number | null, max: number | null, held: boolean | null}} Cell */

function cell(figure, values, way, profile) {
    const told = values.filter(isTold);
    const wanted = targetOf(profile, way, figure.name);
    // A direction in which nothing was heard has no delay: no seed may be left out for that.
    const complete = told.length === values.length;
    const middle = told.length > 0 ? median(told) : null;
    const held = wanted === undefined ? null : complete && (figure.more ? middle >= wanted : middle <= wanted);
    return { median: middle, min: told.length ? Math.min(...told) : null, max: told.length ? Math.max(...told) : null, held };
}

/** Bits per second of a profile in one direction. @param {string} profile @param {'up' | 'down'} way */
export const rateOfProfile = (profile, way) => targets[profile].rate[way];

/** The bound of a figure in one direction of a profile; undefined if there is none. */
export function targetOf(profile, way, name) {
    const target = targets[profile]?.target ?? {};
    return target[way]?.[name] ?? target[name];
}

const shown = (figure, { median: middle, min, max, held }) => {
    if (middle === null) return held === false ? '– ✗' : '–';
    const spread = min === max ? '' : ` (${figure.show(min)}–${figure.show(max)})`;
    return `${figure.show(middle)}${spread}${held === null ? '' : held ? ' ✓' : ' ✗'}`;
};

/** The rows of some profiles, in Markdown. @param {Map<string, any[]>} byProfile */
export function markdown(byProfile) {
    const told = FIGURES.filter(({ of }) => [...byProfile.values()].flat().some(({ up, down }) => isTold(of(up)) || isTold(of(down))));
    const head = ['profile', 'way', ...told.map((figure) => figure.head), 'voice after, ms'];
    const rows = [...byProfile].flatMap(([profile, runs]) => rowsOf(profile, runs, told));
    const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
    return lines.join('\n');
}

const isTold = (value) => value !== null && value !== undefined;

function rowsOf(profile, runs, told) {
    const figures = summary(runs);
    const rows = ['up', 'down'].map((way) => {
        const after = runs.map((run) => run.heardAfter[way]).filter((ms) => ms !== null);
        const first = after.length ? median(after).toFixed(0) : 'never';
        return [way === 'up' ? `**${profile}**` : '', way, ...told.map((f) => shown(f, figures[way][f.name])), first];
    });
    return rows;
}

/** What each profile is, what others reached on it, and what is wanted. @param {string[]} profiles */
export function legend(profiles) {
    const wanted = ({ target }) => Object.entries(target).map(([name, value]) => `${name} ${said(value)}`).join(', ');
    const lines = profiles
        .filter((profile) => targets[profile])
        .map((profile) => `| **${profile}** | ${targets[profile].link} | ${targets[profile].before} | ${wanted(targets[profile]) || '–'} |`);
    return ['| profile | link | what others reach (up/down: STOI, m2e) | target |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

const said = (value) => (typeof value === 'object' ? Object.entries(value).map(([n, v]) => `${n} ${v}`).join(' ') : value);

const BEGIN = '<!-- table: written by scripts/thinlink all -->';
const END = '<!-- end of table -->';

/** Puts `text` between the markers of docs/thin-links.md. @param {string} text */
export function writeDocs(text) {
    const path = join(root, 'docs/thin-links.md');
    const page = readFileSync(path, 'utf8');
    const [before, rest] = page.split(BEGIN);
    const [, after] = (rest ?? '').split(END);
    if (after === undefined) throw new Error(`${path} has lost the markers of its table`);
    writeFileSync(path, `${before}${BEGIN}\n\n${text}\n\n${END}${after}`);
}
