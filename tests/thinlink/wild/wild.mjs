// Drawn links, one real call each: draws them, makes the calls, judges them, and draws their time lines.
import { randomInt } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calm } from '../calm.mjs';
import { scoreVoice, TooBusy } from '../one-call.mjs';
import { readTraffic } from '../traffic.mjs';
import { recordLink } from './call.mjs';
import { CLASSES, drawLink, NAMES } from './draw.mjs';
import { factsOf } from './facts.mjs';
import { controls } from './flow.mjs';
import { judge, toldOf } from './judge.mjs';
import { badness, report } from './report.mjs';
import { timeline } from './svg.mjs';
import { whyMute } from '../voices/speakers.mjs';

/** Why there can be no such run, in a sentence; empty if there can. @param {{count: number, seed?: number, only?: string}} how */
export function whyNotWild({ count, seed = 0, only }) {
    if (!(count > 0) || !Number.isSafeInteger(seed) || seed < 0) return 'usage: scripts/thinlink wild COUNT [--seed N] [--seconds 60] [--class S1]';
    if (only && !CLASSES[only]) return `there is no class ${only} (${NAMES.join(', ')})`;
    return whyMute();
}

/**
 * Makes the calls and prints the report.
 * @param {{count: number, seed?: number, seconds: number, only?: string, folder: string, python: string}} how
 * @returns {Promise<import('./report.mjs').Outcome[]>}
 */
export async function wild({ count, seed = randomInt(2 ** 31), seconds, only, folder, python }) {
    const again = `scripts/thinlink wild ${count} --seed ${seed} --seconds ${seconds}${only ? ` --class ${only}` : ''}`;
    console.log(`Drawn by seed ${seed}. Again: ${again}`);
    const outcomes = [];
    let spoilt = 0;
    for (let nth = 0; nth < count; nth += 1) {
        const link = drawLink(seed + nth, { only, seconds });
        const place = join(folder, 'wild', `${link.name}-${link.seed}`);
        console.log(`${nth + 1} of ${count}: ${link.name}, seed ${link.seed}, ${link.speakers.post} and ${link.speakers.specialist}: ${JSON.stringify(link.drawn)}`);
        const outcome = (await attempt(link, place, python)) ?? (await attempt(link, place, python, true));
        console.log(shortly(outcome));
        if (!outcome.spoilt) outcomes.push(outcome);
        else spoilt += 1;
    }
    console.log(`\n${report(outcomes, controls(), spoilt)}\n\nAgain: ${again}`);
    return outcomes;
}

/** One call. What fails is made once more; the second time the failure is what came of the link, or of a busy machine (`spoilt`). */
async function attempt(link, place, python, isLast = false) {
    await calm();
    try {
        rmSync(place, { recursive: true, force: true });
        await recordLink(link, place, python);
        return outcomeOf(place, python);
    } catch (error) {
        console.error(`  it failed: ${error.message.split('\n')[0]}; what it left: ${place}`);
        return isLast ? failure(link, error) : null;
    }
}

/** What comes of a call that was never made: on a link that may forbid it, the post's page must tell why. */
function failure(link, error) {
    const verdicts = link.name === 'S7' ? [{ way: 'down', ...toldOf(error.screen) }] : [];
    return { link, verdicts, failed: error.message, screen: error.screen, spoilt: error instanceof TooBusy };
}

/** Scores, judges and draws a recorded call. @param {string} place - its folder @param {string} python */
export function outcomeOf(place, python) {
    const voice = scoreVoice(place, python);
    const facts = factsOf(place);
    const { call, link, flow, up, down } = facts;
    const wire = readTraffic(join(place, 'wire.csv'), (call.from - call.wentAt) / 1_000, (call.to - call.wentAt) / 1_000);
    const slips = [voice.up, voice.down].flatMap(({ clockSlips: { said, heard } }) => [said, heard]);
    const verdicts = judge(facts);
    const svg = `${place}.svg`;
    // A run of twenty takes more than an hour: each picture is there as soon as its call is over.
    writeFileSync(svg, timeline(facts, verdicts));
    const figures = ({ stoi, pesq, m2e, m2eP95, longestGapMs, queueP95, clean }) => ({ stoi, pesq, m2e, m2eP95, longestGapMs, queueP95, clean });
    return {
        link, flow, svg, screen: call.screens.post, up: figures(up), down: figures(down), verdicts,
        slipMs: Math.max(...slips), stallMs: Math.max(wire.up.worstStall, wire.down.worstStall),
    };
}

function shortly(outcome) {
    if (outcome.failed) return '  no call';
    const ways = ['up', 'down'].map((way) => `${way} STOI ${outcome[way].stoi}, ${outcome[way].m2e} / ${outcome[way].m2eP95} ms`);
    return `  ${ways.join('; ')}; ${outcome.verdicts.filter(({ held }) => !held).length} of ${outcome.verdicts.length} bounds missed, by ${badness(outcome).toFixed(1)} times at most`;
}
