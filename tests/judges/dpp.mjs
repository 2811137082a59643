// Lets our client publish to two FHIR servers that are not ours, Medplum's router and SEKMET, and reads there what it has published with a client that
// is not ours, either: Node's fetch, JSON, base64 and SHA-1. Each server is also asked through a line that loses the answer to every first document.
// Prints a line a check, and exits with 1 if one fails. scripts/judge-dpp installs the servers and calls it.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { faultsOf, startMedplum } from './dpp/medplum-server.mjs';
import { target } from '../world/paths.mjs';

const SYSTEM = 'urn:example:dpp';
const folder = join(target, 'judges', 'dpp');
let failed = 0;

/** @param {string} server @param {string} what @param {boolean} good */
function check(server, what, good) {
    console.log(`${good ? 'ok  ' : 'BAD '} ${server}: ${what}`);
    if (!good) failed += 1;
}

/** @param {string} address @param {object} [init] */
async function json(address, init = {}) {
    const answer = await fetch(address, { ...init, headers: { accept: 'application/fhir+json', 'content-type': 'application/fhir+json' } });
    return answer.json();
}

/** SEKMET on a free port, with a database of its own. */
async function startSekmet() {
    mkdirSync(folder, { recursive: true });
    const port = await new Promise((done) => {
        const free = createServer().listen(0, '127.0.0.1', () => {
            const { port } = free.address();
            free.close(() => done(port));
        });
    });
    const process_ = spawn(join(folder, 'venv', 'bin', 'sekmet'), ['serve', '--host', '127.0.0.1', '--port', String(port)], {
        cwd: mkdtempSync(join(folder, 'sekmet-')),
        stdio: 'ignore',
    });
    const base = `http://127.0.0.1:${port}/fhir`;
    for (let tries = 0; tries < 240; tries += 1) {
        if (await fetch(`${base}/metadata`).then(({ ok }) => ok, () => false)) return { base, stop: () => process_.kill() };
        await new Promise((done) => setTimeout(done, 500));
    }
    process_.kill();
    throw new Error('SEKMET does not start');
}

/**
 * A line to a server that notes under which address the bytes of each document are kept, and that may lose the answer to the first sending of each.
 * @param {string} base @param {boolean} loses
 */
async function lineTo(base, loses) {
    const [seen, bytes, sent] = [new Set(), new Map(), []];
    const server = createServer(async (request, answer) => {
        const parts = [];
        for await (const part of request) parts.push(part);
        const body = Buffer.concat(parts);
        const { host, ...headers } = request.headers;
        const init = { method: request.method, headers, ...(body.length > 0 && { body }) };
        const passed = await fetch(base + request.url.replace(/^\/fhir/, ''), init);
        const text = await passed.text();
        const name = request.method === 'POST' && nameOf(body);
        if (name) sent.push(JSON.parse(body.toString()));
        const binary = /Binary\/[\w-]+/.exec(text)?.[0];
        if (name && binary) bytes.set(name, binary);
        if (loses && name && !seen.has(name)) {
            seen.add(name);
            answer.socket.destroy();
            return;
        }
        const location = passed.headers.get('location');
        answer.writeHead(passed.status, { 'content-type': passed.headers.get('content-type') ?? 'text/plain', ...(location && { location }) });
        answer.end(text);
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    return { base: `http://127.0.0.1:${server.address().port}/fhir`, lost: seen, bytes, sent, stop: () => server.close() };
}

/** The name of the document in a body; none if there is no document. @param {Buffer} body */
function nameOf(body) {
    const { resourceType, entry = [], masterIdentifier } = JSON.parse(body.toString());
    const document = resourceType === 'Bundle' ? entry.find(({ resource }) => resource.resourceType === 'DocumentReference')?.resource : { masterIdentifier };
    return document?.masterIdentifier?.value;
}

/** Publishes two versions of one record by our client. Gives the names of the documents. @param {string} base @param {string} number @param {number} record */
async function publish(base, number, record) {
    const args = ['test', '--quiet', '--workspace', '--lib', 'publications::judged', '--', '--ignored', '--nocapture'];
    const env = { ...process.env, TERANGA_JUDGED_BASE: base, TERANGA_JUDGED_NUMBER: number, TERANGA_JUDGED_RECORD: String(record) };
    const { stdout } = await promisify(execFile)('cargo', args, { env });
    return [...stdout.matchAll(/published: (\S+)/g)].map(([, key]) => `urn:uuid:${key}`);
}

/** The bytes of a document. @param {string} base @param {any} attachment @param {string} [noted] the address of its bytes in the answer to the transaction */
async function bytesOf(base, attachment, noted) {
    if (attachment.data) return Buffer.from(attachment.data, 'base64');
    // SEKMET leaves the name of the transaction in the address, against FHIR R4 section 3.1.0.11.2; others may make it absolute, with a host of their own.
    const binary = await json(`${base}/${attachment.url.startsWith('urn:') ? noted : attachment.url.split('/').slice(-2).join('/')}`);
    return Buffer.from(binary.data, 'base64');
}

/** @param {string} server @param {string} base the server itself @param {Awaited<ReturnType<typeof lineTo>>} line what our client asks @param {number} record */
async function judge(server, base, line, record) {
    const number = `SN-${record}`;
    const patient = await json(`${base}/Patient`, {
        method: 'POST',
        body: JSON.stringify({ resourceType: 'Patient', active: true, identifier: [{ system: SYSTEM, value: number }], name: [{ text: 'Aïssata Sow' }] }),
    });
    const keys = await publish(line.base, number, record);
    check(server, 'two versions are said to be published', keys.length === 2);
    const search = (more) => json(`${base}/DocumentReference?patient=Patient/${patient.id}${more}`);
    const all = (await search('')).entry ?? [];
    check(server, 'the patient has exactly these two documents', all.length === 2);
    for (const [at, key] of keys.entries()) {
        const found = (await search(`&identifier=${encodeURIComponent(`urn:ietf:rfc:3986|${key}`)}`)).entry ?? [];
        check(server, `version ${at + 1} is found once by its name`, found.length === 1);
        const document = found[0]?.resource;
        if (!document) continue;
        const { attachment } = document.content[0];
        const bytes = await bytesOf(base, attachment, line.bytes.get(key));
        check(server, `version ${at + 1} has its length and its SHA-1`, attachment.size === bytes.length && attachment.hash === createHash('sha1').update(bytes).digest('base64'));
        const bundle = JSON.parse(bytes.toString());
        check(server, `version ${at + 1} is a document Bundle`, bundle.resourceType === 'Bundle' && bundle.type === 'document' && bundle.entry[0].resource.resourceType === 'Composition');
        check(server, `version ${at + 1} is ${at === 0 ? 'superseded' : 'current'}`, document.status === (at === 0 ? 'superseded' : 'current'));
        if (at === 1) check(server, 'version 2 names the one before', document.relatesTo?.[0]?.target?.reference?.endsWith(all.find(({ resource }) => resource.id !== document.id)?.resource.id));
    }
}

/** Both kinds of submissions by the definitions of HL7, and by the profiles of IHE if they are at hand. @param {any[]} sent */
function judgeForms(sent) {
    const by = process.env.TERANGA_IHE_PROFILES ? 'HL7 and IHE' : 'HL7 (TERANGA_IHE_PROFILES names no folder with the profiles of IHE)';
    const [alone, bundle] = [sent.find(({ resourceType }) => resourceType === 'DocumentReference'), sent.find(({ resourceType }) => resourceType === 'Bundle')];
    const part = (kind) => bundle?.entry.find(({ resource }) => resource.resourceType === kind)?.resource;
    for (const [what, resource, profile] of [
        ['ITI-105', alone, 'MHD.SimplifiedPublish.DocumentReference'],
        ['the document of ITI-65', part('DocumentReference'), 'MHD.Minimal.DocumentReference'],
        ['the submission of ITI-65', part('List'), 'MHD.Minimal.SubmissionSet'],
    ]) {
        // Medplum does not see an extension that a profile demands by the profile of the extension, so that one is looked for below.
        const faults = resource ? faultsOf(resource, profile).filter((fault) => !fault.includes("slice 'sourceId'")) : ['it was not sent'];
        check('medplum', `${what} is as ${by} define it${faults.map((fault) => `; ${fault}`).join('')}`, faults.length === 0);
    }
    const source = part('List')?.extension?.find(({ url }) => url === 'https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId');
    check('medplum', 'the submission says who sends it', !!source?.valueIdentifier?.value);
    const bad = { ...alone, docStatus: 'final', subject: undefined };
    check('medplum', 'a document with a fault, known to be bad, is refused by IHE', !process.env.TERANGA_IHE_PROFILES || faultsOf(bad, 'MHD.SimplifiedPublish.DocumentReference').length > 0);
}

const wanted = process.argv.slice(2);
for (const [name, start] of [['medplum', startMedplum], ['sekmet', startSekmet]]) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const server = await start();
    const [good, lossy] = [await lineTo(server.base, false), await lineTo(server.base, true)];
    try {
        await judge(name, server.base, good, 1);
        if (name === 'medplum') judgeForms(good.sent);
        await judge(`${name}, answers lost`, server.base, lossy, 2);
        check(`${name}, answers lost`, 'two answers were lost on the way', lossy.lost.size === 2);
    } finally {
        good.stop();
        lossy.stop();
        server.stop();
    }
}
process.exit(failed === 0 ? 0 : 1);
