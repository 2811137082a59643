// Calls with many voices on one link: women, men and children in two languages, in a ward's noise, softly, two at once. Two speakers a call, so each
// direction is a figure of another one. Reports them apart.
import { join } from 'node:path';
import { recordCall, score } from '../one-call.mjs';
import { inWords } from '../verdict.mjs';
import { verdictsOn } from './judge.mjs';
import { speakerOf } from './scene.mjs';
import { SPEAKERS } from './speakers.mjs';

/** Who speaks by default: at the post and at the specialist, call after call. */
export const EVERYBODY = [
    'fr-woman', 'fr-man', 'fr-child', 'en-woman', 'en-man', 'en-child',
    'fr-woman+ward20', 'fr-man+ward10', 'fr-child+ward10', 'en-recorded+ward5', 'fr-woman+soft20', 'fr-woman+two', 'en-recorded', 'fr-child+soft20',
];

/**
 * One call, and a row for each direction.
 * @param {{profile: string, seed: number, seconds: number, speakers: string[], folder: string, python: string}} how
 */
export async function voicesOver({ profile, seed, seconds, speakers, folder, python }) {
    const place = join(folder, `voices-${profile}-${seed}-${speakers.join('-')}`);
    await recordCall({ profile, seed, seconds, speakers, folder: place });
    const run = score(place, python);
    return ['up', 'down'].map((way, i) => rowOf(profile, seed, way, speakers[i], run[way]));
}

/** @param {string} profile @param {number} seed @param {string} way @param {string} words @param {any} heard - a direction as of `score` */
export function rowOf(profile, seed, way, words, heard) {
    const { stoi, pesq, m2e, m2eP95, clean, clockSlips, wire } = heard;
    const verdicts = verdictsOn(profile, way, words, { stoi, pesq, m2e, m2eP95, clean });
    return { profile, seed, way, words, stoi, pesq, m2e, m2eP95, clean, kbits: wire.kbits, slipMs: Math.max(clockSlips.said, clockSlips.heard), verdicts };
}

const shown = (value, digits) => (value === null || value === undefined ? '–' : value.toFixed(digits));
const both = (a, b, digits) => (a === undefined ? '–' : `${shown(a, digits)} → ${shown(b, digits)}`);
const table = (head, lines) => [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** @param {ReturnType<typeof rowOf>[]} rows */
export function voicesTable(rows) {
    const head = ['profile', 'seed', 'way', 'language', 'voice', 'scene', 'STOI', 'PESQ', 'm2e p50 / p95, ms', 'STOI to the words alone', 'PESQ to the words alone', 'wire, kbit/s', 'missed'];
    const lines = rows.map((row) => {
        const { name, scene, db } = speakerOf(row.words);
        const { language, who } = SPEAKERS[name];
        return [
            row.profile, row.seed, row.way, language, name === 'en-recorded' ? `${who}, recorded` : who, scene + (db ? ` ${db} dB` : ''),
            shown(row.stoi, 3), shown(row.pesq, 2), `${shown(row.m2e, 0)} / ${shown(row.m2eP95, 0)}`,
            both(row.clean?.stoiSent, row.clean?.stoiHeard, 3), both(row.clean?.pesqSent, row.clean?.pesqHeard, 2), shown(row.kbits, 1),
            row.verdicts.filter(({ held }) => !held).map(inWords).join('; ') || 'nothing',
        ];
    });
    const slip = Math.max(0, ...rows.map(({ slipMs }) => slipMs));
    return [
        table(head, lines), meansOf(rows),
        'STOI and PESQ compare with what the page sent. "To the words alone": what was sent → what was heard, both beside the same words without noise and at full level.',
        `The audio clocks slipped by at most ${slip.toFixed(0)} ms.`,
    ].filter(Boolean).join('\n\n');
}

/** Each language and voice, over the calls in a quiet room, as a scene is another matter. */
function meansOf(rows) {
    const quiet = rows.map((row) => ({ ...row, ...speakerOf(row.words) })).filter(({ scene }) => scene === 'quiet');
    const mean = (list, what) => {
        const told = list.map((one) => one[what]).filter((value) => value !== null);
        return told.length ? told.reduce((sum, one) => sum + one, 0) / told.length : null;
    };
    const lines = [...new Set(quiet.map(({ name }) => name))].map((name) => {
        const own = quiet.filter((one) => one.name === name);
        return [SPEAKERS[name].language, name, own.length, shown(mean(own, 'stoi'), 3), shown(mean(own, 'pesq'), 2), shown(mean(own, 'm2e'), 0)];
    });
    return lines.length > 1 ? table(['language', 'voice', 'directions', 'STOI', 'PESQ', 'm2e p50, ms'], lines) : '';
}

/** True if every bound held. @param {ReturnType<typeof rowOf>[]} rows */
export const everybodyHeard = (rows) => rows.every(({ verdicts }) => verdicts.every(({ held }) => held));
