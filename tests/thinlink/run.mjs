// Measures calls over thin links and compares them with the targets. scripts/thinlink calls this program.
//   node tests/thinlink/run.mjs PROFILE…|all [--seeds 3] [--seeds-from N] [--seconds 60] [--voices fr-woman,fr-man] [--json FILE]
//   node tests/thinlink/run.mjs voices PROFILE [--voices fr-woman,fr-man+ward10,…] [--seeds 1] [--seconds 60] [--json FILE]
//   node tests/thinlink/run.mjs join PROFILE [--seeds 3] [--only pages,cold,warm] [--json FILE]
//   node tests/thinlink/run.mjs three PROFILE [--seeds 3] [--seconds 60] [--json FILE]
//   node tests/thinlink/run.mjs outage PROFILE [--outages 3,10,30,120] [--changes none,address,port] [--json FILE]
//   node tests/thinlink/run.mjs events PROFILE [--events stall:2,outage:10,address,cubic:15] [--seeds 1] [--json FILE]
//   node tests/thinlink/run.mjs cost PROFILE [--seeds 1] [--seconds 600] [--json FILE]
//   node tests/thinlink/run.mjs mtu PROFILE [--mtus 1280,576] [--json FILE]
//   node tests/thinlink/run.mjs ipv6 PROFILE [--seeds 1] [--json FILE]
//   node tests/thinlink/run.mjs photo PROFILE [--seeds 3] [--json FILE]
//   node tests/thinlink/run.mjs chat PROFILE [--seeds 3] [--json FILE]
//   node tests/thinlink/run.mjs prescribe PROFILE [--seeds 3] [--json FILE]
//   node tests/thinlink/run.mjs uploads PROFILE [--mb 20] [--kbit 40] [--outages 5] [--seconds 60] [--seeds 3] [--json FILE]
//   node tests/thinlink/run.mjs wild COUNT [--seed N] [--seconds 60] [--class S1] [--json FILE]
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { target } from '../world/paths.mjs';
import { calm } from './calm.mjs';
import { chatOver, chatTable } from './chat.mjs';
import { costOf, costTable, isCheap } from './cost.mjs';
import { whyNot } from './emulator.mjs';
import { DEFAULT, eventsOf, eventsOver, eventsTable } from './events.mjs';
import { ipv6Table, isHeardOrTold, withoutIpv4 } from './ipv6.mjs';
import { joins, joinTable } from './join.mjs';
import { narrow, narrowTable } from './mtu.mjs';
import { outages, outageTable } from './outage.mjs';
import { recordCall, score } from './one-call.mjs';
import { photoOver, photoTable } from './photo.mjs';
import { prescribeOver, prescribeTable } from './prescribe.mjs';
import { seedsOf } from './seeds.mjs';
import { legend, markdown, writeDocs } from './table.mjs';
import { threeTable, threesome } from './three.mjs';
import { uploadsOver, uploadsTable } from './uploads.mjs';
import { whyMute } from './voices/speakers.mjs';
import { EVERYBODY, everybodyHeard, voicesOver, voicesTable } from './voices/voices.mjs';
import { whyNotWild, wild } from './wild/wild.mjs';

/** Seconds of each outage of `outage`, and the number of outages of `uploads`. */
const OUTAGES = '3,10,30,120';
const OUTAGES_OF_UPLOADS = 5;
const PROFILES = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'];

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        seeds: { type: 'string' },
        'seeds-from': { type: 'string' },
        seconds: { type: 'string', default: '60' },
        json: { type: 'string' },
        outages: { type: 'string' },
        mb: { type: 'string', default: '20' },
        kbit: { type: 'string' },
        mtus: { type: 'string', default: '1280,576' },
        events: { type: 'string', default: DEFAULT },
        changes: { type: 'string', default: 'none,address,port' },
        only: { type: 'string', default: 'pages,cold,warm' },
        seed: { type: 'string' },
        class: { type: 'string' },
        voices: { type: 'string' },
    },
});
/** What calls leave; two laboratories at once need two. */
const folder = process.env.THINLINK_FOLDER ?? join(target, 'thinlink');
const python = process.env.THINLINK_PYTHON ?? join(target, 'thinlink', 'venv', 'bin', 'python');

const obstacle = whyNot();
if (obstacle) {
    console.error(`No emulated link on this machine: ${obstacle}.`);
    process.exit(1);
}
const [mode = 'P4', ...more] = positionals;
/** Three calls a link by default. With many voices there are many calls already, many events fill a long call, and one call shows what IPv6 does. */
const seeds = seedsOf(Number(values.seeds ?? (['voices', 'events', 'ipv6'].includes(mode) ? 1 : 3)), values['seeds-from']);
process.exitCode = await main();

async function main() {
    if (mode !== 'wild' && mode !== 'mtu' && mode !== 'outage') console.log(seeds.words);
    if (mode === 'voices') return manyVoices(more[0] ?? 'P3');
    if (mode === 'events') return eachSeed(happenings, eventsTable, more[0] ?? 'P4', (rows) => rows.every(({ verdict }) => verdict.held));
    if (mode === 'ipv6') return eachSeed(withoutIpv4, ipv6Table, more[0] ?? 'P1', (rows) => rows.every(isHeardOrTold));
    if (mode === 'join') return joining(more[0] ?? 'P4');
    if (mode === 'three') return eachSeed(threesome, threeTable, more[0] ?? 'P4');
    if (mode === 'photo') return eachSeed(photoOver, photoTable, more[0] ?? 'P4');
    if (mode === 'chat') return eachSeed(chatOver, chatTable, more[0] ?? 'P4');
    if (mode === 'prescribe') return eachSeed(prescribeOver, prescribeTable, more[0] ?? 'P4');
    if (mode === 'uploads') return eachSeed(uploading, uploadsTable, more[0] ?? 'P4');
    if (mode === 'cost') return eachSeed(costOf, costTable, more[0] ?? 'P4', (rows) => rows.every(isCheap));
    if (mode === 'mtu') return small(more[0] ?? 'P1');
    if (mode === 'wild') return strangers(Number(more[0] ?? 20));
    if (mode === 'outage') return darkness(more[0] ?? 'P4');
    if (mode === 'all') return calls(PROFILES);
    return calls([mode, ...more]);
}

/** One call a profile and seed. A call that fails is told, tried once more, and the others go on. @param {string[]} profiles */
async function calls(profiles) {
    const byProfile = new Map();
    let failed = 0;
    for (const profile of profiles) {
        for (const seed of seeds.list) {
            const run = (await one(profile, seed)) ?? (await one(profile, seed));
            if (run) byProfile.set(profile, [...(byProfile.get(profile) ?? []), run]);
            else failed += 1;
        }
    }
    const text = [`${legend(profiles)}\n\n${markdown(byProfile)}`, ...notes([...byProfile.values()].flat(), failed)].join('\n\n');
    console.log(`\n${text}`);
    if (values.json) writeFileSync(values.json, JSON.stringify([...byProfile.values()].flat(), null, 1));
    if (mode === 'all' && failed === 0 && !values.voices) writeDocs(text);
    return failed === 0 ? 0 : 1;
}

/** @param {string} profile */
async function joining(profile) {
    const rows = await joins({ profile, seeds: seeds.list, only: values.only.split(','), folder });
    console.log(`\n${joinTable(profile, rows)}`);
    if (values.json) writeFileSync(values.json, JSON.stringify(rows, null, 1));
    return 0;
}

/**
 * A call a seed, some rows each. One that the machine spoilt is told and made once more.
 * @param {(how: any) => Promise<any[]>} call @param {(rows: any[]) => string} table @param {string} profile
 * @param {(rows: any[]) => boolean} held - true if the rows are as they must be
 */
async function eachSeed(call, table, profile, held = () => true) {
    const rows = [];
    for (const seed of seeds.list) {
        rows.push(...((await attempt(call, profile, seed)) ?? (await attempt(call, profile, seed)) ?? []));
    }
    console.log(`\n${table(rows)}`);
    if (values.json) writeFileSync(values.json, JSON.stringify(rows, null, 1));
    return rows.length > 0 && held(rows) ? 0 : 1;
}

/** Many voices on one link, two of them a call. @param {string} profile */
async function manyVoices(profile) {
    const speakers = values.voices?.split(',') ?? EVERYBODY;
    const obstacle = whyMute();
    if (obstacle) console.error(obstacle);
    const rows = [];
    for (let i = 0; i < speakers.length && !obstacle; i += 2) {
        const pair = [speakers[i], speakers[i + 1] ?? speakers[i]];
        for (const seed of seeds.list) {
            console.log(`${pair.join(' and ')}, seed ${seed}`);
            const call = (how) => voicesOver({ ...how, speakers: pair });
            rows.push(...((await attempt(call, profile, seed)) ?? (await attempt(call, profile, seed)) ?? []));
        }
    }
    console.log(`\n${voicesTable(rows)}`);
    if (values.json) writeFileSync(values.json, JSON.stringify(rows, null, 1));
    return rows.length > 0 && everybodyHeard(rows) ? 0 : 1;
}

async function attempt(call, profile, seed) {
    await calm();
    try {
        return await call({ profile, seed, seconds: Number(values.seconds), folder, python });
    } catch (error) {
        console.error(`${mode}, ${profile} seed ${seed} failed: ${error.message}`);
        return null;
    }
}

function uploading(how) {
    const [bytes, outages] = [Number(values.mb) * 1e6, Number(values.outages ?? OUTAGES_OF_UPLOADS)];
    return uploadsOver({ ...how, bytes, outages, ...(values.kbit && { kbit: Number(values.kbit) }) });
}

function happenings(how) {
    return eventsOver({ ...how, events: eventsOf(values.events) });
}

/** Links that nobody has tuned to: drawn by a seed, anew each time unless it is given. @param {number} count */
async function strangers(count) {
    const how = { count, ...(values.seed && { seed: Number(values.seed) }), only: values.class };
    const obstacle = whyNotWild(how);
    if (obstacle) console.error(obstacle);
    const rows = obstacle ? [] : await wild({ ...how, seconds: Number(values.seconds), folder, python });
    if (values.json) writeFileSync(values.json, JSON.stringify(rows, null, 1));
    return rows.some(({ failed }) => !failed) ? 0 : 1;
}

/** @param {string} profile */
async function small(profile) {
    const rows = await narrow({ profile, mtus: values.mtus.split(',').map(Number), folder });
    console.log(`\n${narrowTable(rows)}`);
    if (values.json) writeFileSync(values.json, JSON.stringify(rows, null, 1));
    return rows.every(({ reached }) => reached === 'heard') ? 0 : 1;
}

/** @param {string} profile */
async function darkness(profile) {
    const seconds = (values.outages ?? OUTAGES).split(',').map(Number);
    const rows = await outages({ profile, seconds, changes: values.changes.split(','), folder, python });
    console.log(`\n${outageTable(rows)}`);
    if (values.json) writeFileSync(values.json, JSON.stringify(rows, null, 1));
    return rows.length > 0 ? 0 : 1;
}

async function one(profile, seed) {
    await calm();
    const began = Date.now();
    const place = join(folder, `${profile}-${seed}`);
    try {
        await recordCall({ profile, seed, seconds: Number(values.seconds), folder: place, speakers: values.voices?.split(',') });
        const run = score(place, python);
        const ways = ['up', 'down'].map((way) => `${way} ${run[way].stoi} / ${run[way].m2e} ms`).join(', ');
        console.log(`${profile} seed ${seed}: ${ways}; ${((Date.now() - began) / 1_000).toFixed(0)} s, load ${loadavg()[0].toFixed(1)}`);
        return run;
    } catch (error) {
        console.error(`${profile} seed ${seed} failed: ${error.message}\n  what it left: ${place}`);
        return null;
    }
}

/** What would make the figures worth less. */
function notes(runs, failed) {
    const stalls = runs.flatMap(({ up, down }) => [up.wire, down.wire]);
    const worst = Math.max(0, ...stalls.map(({ worstStall }) => worstStall));
    const slips = Math.max(0, ...runs.flatMap(({ up, down }) => [up, down].flatMap(({ clockSlips: c }) => [c.said, c.heard])));
    return [
        `Calls of ${values.seconds} s${values.voices ? ` by ${values.voices}` : ''}. ${seeds.words} The emulator's longest stall was ` +
            `${worst.toFixed(0)} ms, the audio clocks slipped by at most ${slips.toFixed(0)} ms.`,
        ...(failed ? [`${failed} calls failed and are not in the table.`] : []),
    ];
}
