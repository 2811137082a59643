// Gives signed prescriptions to programs that share no code with ours: four readers of codes, a library for CBOR Web Tokens, and OpenSSL.
//   node tests/judges/prescription.mjs [--dpi 150] [--seed N] [--json FILE]
// scripts/judge-prescriptions calls this program. It exits with 1 if a target is missed.
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { expect, Visitor } from '../world/http.mjs';
import { target } from '../world/paths.mjs';
import { openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { byJsQr, byQr, pixelsOf, sheets } from './pictures.mjs';
import { certify, signedInCall } from './signing.mjs';

const READERS = ['zxing-cpp', 'zbarimg', 'qr', 'jsQR'];
/** The readers that must read every picture. jsQR measures the finder patterns in whole pixels, and takes a turned code for one of another size now and then. */
const STRICT = READERS.slice(0, 3);
/** The variants of judge.py, as the table names them. */
const VARIANTS = {
    plain: 'plain',
    blur: 'Gaussian blur, radius 1.0',
    left: 'turned by +12°',
    right: 'turned by -12°',
    jpeg: 'JPEG of quality 50',
    'all-left': 'all together, +12°',
    'all-right': 'all together, -12°',
};

/** The width of a printed code (docs/adr/0047-signed-prescriptions.md). */
const CODE_MM = 45;
/** Five prescriptions on two sizes of paper. */
const PICTURES = 10;

const { values } = parseArgs({
    options: {
        dpi: { type: 'string', default: '150' },
        seed: { type: 'string', default: String(randomInt(1_000_000)) },
        json: { type: 'string' },
    },
});
const dpi = Number(values.dpi);
const python = process.env.JUDGES_PYTHON ?? join(target, 'judges', 'venv', 'bin', 'python');
/** What the judges got, and the pictures that they read. It stays until the next time, for whoever wants to look at what was not read. */
const folder = join(target, 'judges', 'last');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

/** Lets judge.py work on the folder. */
function judge(mode, ...more) {
    execFileSync(python, [join(dirname(fileURLToPath(import.meta.url)), 'judge.py'), mode, folder, ...more], { stdio: 'inherit' });
    return JSON.parse(readFileSync(join(folder, `${mode}.json`), 'utf8'));
}

/** Signs and prints in a demonstration country. What the judges need is in the folder then. */
async function signedAndPrinted() {
    let made;
    await scene('judges', async (s) => {
        await s.server.stop();
        const chain = certify(s.server, folder);
        await s.server.serve();
        const kiosk = await s.enter(openKiosk(s.server, { viewport: { width: 1024, height: 600 } }));
        await kiosk.settle();
        const prescriptions = await signedInCall(s.server, kiosk);
        await kiosk.at('closed').waitFor();
        const { keys } = expect(200, await new Visitor(s.server.url).get('/api/verifier/keys')).json;
        writeFileSync(join(folder, 'case.json'), JSON.stringify({ keys, prescriptions }));
        await kiosk.page.reload();
        await kiosk.press('history');
        await kiosk.enterPin();
        made = { chain, prescriptions, printed: await sheets(kiosk, folder, dpi, prescriptions.length) };
    });
    return made;
}

/** How many of the pictures each reader reads in each variant, and which it does not. */
function counted(found, prescriptions) {
    return Object.keys(VARIANTS).map((variant) => {
        const pictures = found.filter((one) => one.variant === variant);
        const isRead = (one, reader) => one[reader] === prescriptions[Number(one.page.split('-')[0])].text;
        const missed = (reader) => pictures.filter((one) => !isRead(one, reader)).map((one) => `${one.page}${one[reader] === null ? '' : ' (another text)'}`);
        return { variant, of: pictures.length, missed: Object.fromEntries(READERS.map((reader) => [reader, missed(reader)])) };
    });
}

function table(rows) {
    const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
    return rows.map((row) => row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  ')).join('\n');
}

/** Prints what was found, and returns what missed its target. */
function report({ chain, prescriptions, printed, found, read, documents: { verified, flips, fixtures } }) {
    const faults = [];
    const sizes = prescriptions.map(({ text, lines }, nth) => {
        const pages = printed.filter((one) => one.nth === nth).map((one) => String(one.pages));
        const { version } = found.find(({ page, variant }) => page === `${nth}-A5` && variant === 'plain');
        const modules = version && 17 + 4 * version;
        return [`${nth}`, `${lines.length}`, `${text.length}`, `${modules ?? '?'}`, modules ? ((CODE_MM / 25.4) * dpi / modules).toFixed(1) : '?', ...pages, verified[nth].faults.join(', ') || 'all hold'];
    });
    console.log(`${table([['prescription', 'lines', 'characters', 'modules a side', 'pixels a module', 'pages of A5', 'of A4', 'its claims, by cwt'], ...sizes])}\n`);
    const score = ({ of, missed }, reader) => `${of - missed[reader].length}/${of}`;
    console.log(`${table([['pictures read', ...READERS], ...read.map((row) => [VARIANTS[row.variant], ...READERS.map((reader) => score(row, reader))])])}\n`);
    for (const { variant, missed, of } of read)
        for (const reader of STRICT) if (missed[reader].length || of !== PICTURES) faults.push(`${reader}, ${VARIANTS[variant]}: missed ${missed[reader].join(', ')} of ${of}`);
    verified.forEach((one, nth) => one.faults.length && faults.push(`prescription ${nth}: ${one.faults.join(', ')}`));
    const verdicts = [
        ...chain.map(({ what, good, accepted }) => [what, good, accepted]),
        ...fixtures.map(({ name, good, refusal }) => [`cwt: ${name}`, good, refusal === null]),
    ];
    console.log(`${table([['document', 'should be', 'is'], ...verdicts.map(([what, good, accepted]) => [what, said(good), said(accepted)])])}\n`);
    for (const [what, good, accepted] of verdicts) if (good !== accepted) faults.push(`${what}: ${said(accepted)}`);
    if (flips.accepted.length) faults.push(`cwt accepted ${JSON.stringify(flips.accepted)}`);

    for (const { name, cwt } of fixtures.filter((one) => one.cwt !== undefined)) console.log(`cwt without a look at the header: ${name}: ${said(cwt === null)}\n`);
    for (const reader of READERS) console.log(`figure: at ${dpi} dpi ${reader} read ${read.map((row) => `${score(row, reader)} ${VARIANTS[row.variant]}`).join('; ')}`);
    console.log(`figure: cwt verified ${verified.filter((one) => one.faults.length === 0).length} of ${verified.length} signed texts with every claim as in the record`);
    console.log(`figure: cwt accepted ${flips.accepted.length} of ${flips.tried} documents with one wrong bit (seed ${values.seed}; ${Object.entries(flips.refusals).map(([name, n]) => `${n} ${name}`).join(', ')})`);
    console.log(`figure: ${verdicts.filter(([, good, accepted]) => good === accepted).length} of ${verdicts.length} known good and bad certificates and documents were judged right`);
    return faults;
}

const said = (accepted) => (accepted ? 'accepted' : 'refused');

const began = performance.now();
const made = await signedAndPrinted();
const found = judge('readers');
for (const one of found) {
    const picture = pixelsOf(one.file);
    Object.assign(one, { qr: byQr(picture), jsQR: byJsQr(picture) });
}
const all = { ...made, found, read: counted(found, made.prescriptions), documents: judge('documents', values.seed) };
const faults = report(all);
if (values.json) writeFileSync(values.json, JSON.stringify({ dpi, seed: Number(values.seed), ...all, faults }, null, 1));
for (const fault of faults) console.log(`NOT MET  ${fault}`);
console.log(`${faults.length === 0 ? 'every target was met' : `${faults.length} targets were missed`}, in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
process.exitCode = faults.length === 0 ? 0 : 1;
