// Runs the journeys and prints the results. Those with narrow bounds on times, voices and pictures run one after another; the others wait for pages half of their time,
// so two of them run side by side.
//   node tests/run.mjs [word…]     only the files whose names hold one of the words
//   TERANGA_NIGHT=1              also the journeys that are too long for each change (world/night.mjs)
//   WORLD_SUMMARY=file           also writes {passed, failed} there
// A journey that fails runs once more at the end, when the machine may be quieter. If it passes then, it is reported as unsteady: a race to
// be found, but no reason to refuse a change.
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, basename } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'journeys');
const words = process.argv.slice(2);
const files = readdirSync(folder)
    .filter((name) => name.endsWith('.test.mjs') && (words.length === 0 || words.some((word) => name.includes(word))))
    .sort()
    .map((name) => join(folder, name));

/** The beginnings of the names of journeys that run alone: their bounds on times, voices or pictures are narrow, or they load both cores by themselves. */
const ALONE = ['00', '01', '02', '03', '05', '10', '11', '14', '23'];
/** Of the others, those that take two minutes and more. They begin first, so that the end waits for none of them. */
const LONG = ['36', '04', '17-nobody', '12', '18', '25', '34', '19'];
/** Those whose tests are the steps of one story: a step alone proves nothing, so they run again as a whole. */
const STORIES = ['01', '22'];
const PER_FILE_MS = 6 * 60_000;
/** More than this many at once is no race, and a broken build is not driven twice. */
const SECOND_CHANCES = 8;
const seconds = (ms) => `${(ms / 1_000).toFixed(1)} s`;

/** A file is itself a test for the runner: only what is in it counts, unless it broke outside of its tests. */
const isFile = (data) => files.includes(data.name) || data.name === data.file;

/** The error that a person needs, not the runner's wrapping of it. */
const causeOf = (error) => (error?.cause?.message ? error.cause : error);

const exactly = (name) => new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);

const told = new Set();
/** What is printed of a failure at once: the same error is told once. */
function shortly({ lines: [head, ...cause] }) {
    const text = cause.join();
    const lines = told.has(text) ? ['      the same'] : cause;
    told.add(text);
    return [head, ...lines];
}

/** The lines that tell of a failure. */
function failureOf({ name, details }) {
    const error = causeOf(details.error);
    const lines = String(error?.stack ?? error).split('\n').slice(0, 14);
    return { name, lines: [`  NOT OK  ${name} (${seconds(details.duration_ms)})`, ...lines.map((line) => `      ${line}`)] };
}

/** A file in which a journey failed fails, too, with exit code 1. One that was stopped, or broke, has journeys of which nobody knows. */
const isWhole = ({ details }) => details.error?.exitCode === 1;

/**
 * Runs one file, or only some of its journeys, and prints what came of it.
 * @returns {Promise<{passed: string[], failed: {name: string, lines: string[]}[]}>}
 */
async function drive(file, names) {
    const passed = [];
    const failed = [];
    const testNamePatterns = names?.map(exactly);
    const lines = [];
    const began = Date.now();
    for await (const { type, data } of run({ files: [file], concurrency: 1, timeout: PER_FILE_MS, testNamePatterns })) {
        if (type === 'test:diagnostic' && data.message.startsWith('figure: ')) lines.push(`      ${data.message.slice(8)}`);
        if (type === 'test:stderr') lines.push(`      ! ${data.message.trimEnd()}`);
        if (type === 'test:pass' && !isFile(data) && data.skip === undefined) {
            passed.push(data.name);
            lines.push(`  ok  ${data.name} (${seconds(data.details.duration_ms)})`);
        }
        if (type === 'test:pass' && data.skip !== undefined) lines.push(`  --  ${data.name}: skipped, ${data.skip}`);
        if (type === 'test:fail' && !(isFile(data) && isWhole(data) && failed.length > 0)) {
            failed.push(failureOf(data));
            lines.push(...shortly(failed.at(-1)));
        }
    }
    console.log([`\n${basename(file, '.test.mjs')}${names ? ', once more' : ''} (${seconds(Date.now() - began)})`, ...lines].join('\n'));
    return { passed, failed };
}

let passed = 0;
let failures = [];

/** Runs files one after another until none is left. */
async function work(left) {
    for (let file = left.shift(); file; file = left.shift()) {
        const result = await drive(file);
        passed += result.passed.length;
        failures.push(...result.failed.map((failure) => ({ file, ...failure })));
    }
}

/** Runs once more what failed in a file, or all of it. @returns {Promise<number>} the journeys that passed; 0 if one did not */
async function passesNow(file) {
    const names = failures.filter((failure) => failure.file === file).map(({ name }) => name);
    const broke = names.some((name) => isFile({ name, file }));
    const again = await drive(file, broke || placeIn(STORIES, file) < STORIES.length ? undefined : names);
    if (again.failed.length > 0 || again.passed.length < (broke ? 1 : names.length)) return 0;
    // The other steps of a story were counted before.
    return broke ? again.passed.length : names.length;
}

/** The place of a file in a list; that of the others is behind all. */
const placeIn = (list, file) => {
    const place = list.findIndex((beginning) => basename(file).startsWith(beginning));
    return place < 0 ? list.length : place;
};
const isAlone = (file) => placeIn(ALONE, file) < ALONE.length;
const paired = files.filter((file) => !isAlone(file)).sort((a, b) => placeIn(LONG, a) - placeIn(LONG, b));
await Promise.all([work(paired), work(paired)]);
await work(files.filter(isAlone));

const unsteady = [];
if (failures.length <= SECOND_CHANCES) {
    for (const file of new Set(failures.map((failure) => failure.file))) {
        const again = await passesNow(file);
        if (!again) continue;
        passed += again;
        unsteady.push(...failures.filter((failure) => failure.file === file));
        failures = failures.filter((failure) => failure.file !== file);
    }
}
for (const { name } of unsteady) console.log(`\nunsteady: "${name}" failed, then passed`);
// The end of a log is what people are shown of it.
for (const { file, lines } of failures) console.log([`\nfailed in ${basename(file, '.test.mjs')}`, ...lines].join('\n'));
const failed = failures.length;
console.log(`\njourneys: ${passed} passed, ${failed} failed`);
if (process.env.WORLD_SUMMARY) writeFileSync(process.env.WORLD_SUMMARY, JSON.stringify({ passed, failed }));
process.exit(failed === 0 && passed > 0 ? 0 : 1);
