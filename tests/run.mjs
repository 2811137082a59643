// Runs the journeys one after another (two cores carry two browsers, not four), and says how it went.
//   node tests/run.mjs [word…]     only the files whose names hold one of the words
//   WORLD_SUMMARY=file           also writes {passed, failed} there
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

const PER_FILE_MS = 4 * 60_000;
const seconds = (ms) => `${(ms / 1_000).toFixed(1)} s`;
let passed = 0;
let failed = 0;
let lastText = '';

/** A file is itself a test for the runner: only what is in it counts, unless it broke outside of its tests. */
const isFile = (data) => files.includes(data.name) || data.name === data.file;

/** The error that a person needs, not the runner's wrapping of it. */
const causeOf = (error) => (error?.cause?.message ? error.cause : error);

for (const file of files) {
    console.log(`\n${basename(file, '.test.mjs')}`);
    const before = failed;
    for await (const { type, data } of run({ files: [file], concurrency: 1, timeout: PER_FILE_MS })) {
        if (type === 'test:diagnostic' && data.message.startsWith('figure: ')) console.log(`      ${data.message.slice(8)}`);
        if (type === 'test:stderr') process.stdout.write(`      ! ${data.message}`);
        if (type === 'test:pass' && !isFile(data) && data.skip === undefined) {
            passed += 1;
            console.log(`  ok  ${data.name} (${seconds(data.details.duration_ms)})`);
        }
        if (type === 'test:pass' && data.skip !== undefined) console.log(`  --  ${data.name}: skipped, ${data.skip}`);
        if (type === 'test:fail' && !(isFile(data) && failed > before)) {
            failed += 1;
            const error = causeOf(data.details.error);
            console.log(`  NOT OK  ${data.name} (${seconds(data.details.duration_ms)})`);
            const text = String(error?.stack ?? error);
            console.log(text === lastText ? '      the same' : text.split('\n').slice(0, 14).map((line) => `      ${line}`).join('\n'));
            lastText = text;
        }
    }
}
console.log(`\njourneys: ${passed} passed, ${failed} failed`);
if (process.env.WORLD_SUMMARY) writeFileSync(process.env.WORLD_SUMMARY, JSON.stringify({ passed, failed }));
process.exit(failed === 0 && passed > 0 ? 0 : 1);
