// The report on some drawn links: a row for each direction, what the classes and the voices came to, and the worst calls. Pure.
import { speakerOf } from '../voices/scene.mjs';
import { SPEAKERS } from '../voices/speakers.mjs';
import { CLASSES } from './draw.mjs';
import { DEAF, TOLD } from './judge.mjs';
import { missedOf } from './svg.mjs';

/**
 * What came of one link.
 * @typedef {{link: import('./draw.mjs').Link, up?: any, down?: any, flow?: any, verdicts: import('./judge.mjs').Verdict[], failed?: string, screen?: string, svg?: string, slipMs?: number, stallMs?: number}} Outcome
 */

const SCENES = ['quiet', 'ward', 'soft', 'two'];
/** So much is printed of a screen whose person hears nobody. */
const SCREEN_CHARACTERS = 200;

/** How far a call is from the bound that it misses by most. A call that failed is further than any other. @param {Outcome} outcome */
export const badness = ({ verdicts, failed }) => (failed && !isTold(verdicts) ? Infinity : Math.max(0, ...verdicts.map(({ excess }) => excess)));

/** True if the page told why there was no call, where a link may forbid it. */
const isTold = (verdicts) => verdicts.some(({ what, held }) => what === TOLD && held);

/** The calls that are furthest from their bounds. @param {Outcome[]} outcomes */
export function worstOf(outcomes, count = 5) {
    const delay = ({ up, down }) => Math.max(up?.m2eP95 ?? 0, down?.m2eP95 ?? 0);
    return [...outcomes].sort((a, b) => badness(b) - badness(a) || delay(b) - delay(a)).slice(0, count);
}

/** @param {Outcome[]} outcomes @param {string[]} controls - of the kernel @param {number} [spoilt] - calls that a busy machine spoilt */
export function report(outcomes, controls, spoilt = 0) {
    return [rows(outcomes), classes(outcomes), voices(outcomes), worst(outcomes), ...notes(outcomes, controls, spoilt)].filter(Boolean).join('\n\n');
}

const table = (lines) => lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const headed = (head, lines) => table([head, head.map(() => '---'), ...lines]);
const shown = (value, digits) => (value === null || value === undefined ? '–' : value.toFixed(digits));

function rows(outcomes) {
    const head = ['class', 'seed', 'drawn', 'way', 'who speaks', 'STOI', 'PESQ', 'm2e p50 / p95, ms', 'longest gap, ms', 'missed'];
    const lines = outcomes.flatMap((outcome) => {
        const { link, verdicts, failed } = outcome;
        const first = [`**${link.name}**`, link.seed, drawnWords(outcome)];
        if (failed) return [[...first, '–', '–', '–', '–', '–', '–', `no call: ${failed.split('\n')[0]}${isTold(verdicts) ? ', and the page told why' : ''}`]];
        return ['up', 'down'].map((name, i) => {
            const way = outcome[name];
            const figures = [shown(way.stoi, 3), shown(way.pesq, 2), `${shown(way.m2e, 0)} / ${shown(way.m2eP95, 0)}`, way.longestGapMs];
            return [...(i === 0 ? first : ['', '', '']), name, speakersOf(link, name), ...figures, missedOf(verdicts, name)];
        });
    });
    return headed(head, lines);
}

const speakersOf = ({ speakers }, way) => (way === 'up' ? speakers.post : speakers.specialist);

function drawnWords({ link, flow }) {
    const words = Object.entries(link.drawn).map(([name, value]) => `${name} ${value}`);
    if (link.name === 'S1') words.push(link.events.map(({ at_s: at, do: what }) => `${what} at ${at} s`).join(', '));
    if (flow) words.push(`${flow.tcp} carried ${flow.kbit.toFixed(0)} kbit/s`);
    return words.join(', ');
}

function classes(outcomes) {
    const lines = Object.entries(CLASSES).flatMap(([name, { what }]) => {
        const own = outcomes.filter(({ link }) => link.name === name);
        if (own.length === 0) return [];
        const within = own.filter((outcome) => badness(outcome) <= 1).length;
        return [[`**${name}**`, what, `${within} of ${own.length}`]];
    });
    return headed(['class', 'links', 'calls within all bounds'], lines);
}

/** Figures of each voice. The voices have other links, so a few calls compare links rather than voices. */
function voices(outcomes) {
    const heard = outcomes.filter(({ failed }) => !failed).flatMap((outcome) => ['up', 'down'].map((way) => ({ ...speakerOf(speakersOf(outcome.link, way)), ...outcome[way] })));
    const mean = (list, name) => {
        const told = list.map((one) => one[name]).filter((value) => value !== null);
        return told.length ? told.reduce((sum, one) => sum + one, 0) / told.length : null;
    };
    const lines = Object.entries(SPEAKERS).flatMap(([who, { language }]) =>
        SCENES.flatMap((scene) => {
            const own = heard.filter((one) => one.name === who && one.scene === scene);
            return own.length ? [[language, who, scene, own.length, shown(mean(own, 'stoi'), 3), shown(mean(own, 'pesq'), 2)]] : [];
        }),
    );
    return lines.length ? headed(['language', 'voice', 'scene', 'directions', 'STOI', 'PESQ'], lines) : '';
}

function worst(outcomes) {
    const lines = worstOf(outcomes).map(({ link, verdicts, failed, screen, svg }) => {
        const missed = ['up', 'down'].map((name) => `${name}: ${missedOf(verdicts, name)}`).join('. ');
        const deaf = failed || verdicts.some(({ what }) => what === DEAF || what === TOLD);
        const words = [`- ${link.name}, seed ${link.seed}: ${failed?.split('\n')[0] ?? `missed ${missed}`}`];
        if (deaf) words.push(`  the post's screen: ${screen?.slice(0, SCREEN_CHARACTERS) || 'unknown'}`);
        if (svg) words.push(`  ${svg}`);
        return words.join('\n');
    });
    return `The worst:\n${lines.join('\n')}`;
}

function notes(outcomes, controls, spoilt) {
    const most = (name) => Math.max(0, ...outcomes.map((outcome) => outcome[name] ?? 0)).toFixed(0);
    return [
        `The audio clocks slipped by at most ${most('slipMs')} ms, the emulator's longest stall was ${most('stallMs')} ms.`,
        ...(spoilt ? [`A busy machine spoilt ${spoilt} calls twice; they are not in the table.`] : []),
        ...(controls.includes('bbr') ? [] : [`This kernel has no TCP control bbr (${controls.join(', ')}): cubic stood in for it. As root: modprobe tcp_bbr`]),
    ];
}
