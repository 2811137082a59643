// Gives records of consultations in FHIR R4 to two judges that share no code with ours: Medplum, and pyfhircheck. Both use HL7's own definitions. Fixtures show where each
// judge sees, and where it is blind.
//   node tests/judges/records.mjs FOLDER [--json FILE]
// FOLDER holds one Bundle a file. scripts/judge-records calls this program. It exits with 1 if a target is missed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { target } from '../world/paths.mjs';
import * as ofRecord from './fhir/fixtures.mjs';
import * as ofFollowUp from './fhir/follow-up-fixtures.mjs';
import { byMedplum, iheProfile, profiles, writeDefinitions } from './fhir/medplum.mjs';

/** The profiles that FHIR R4 asks of vital signs, by LOINC code (http://hl7.org/fhir/R4/observation-vitalsigns.html). */
const VITAL_SIGNS = { '85354-9': 'bp', '8310-5': 'bodytemp', '29463-7': 'bodyweight', '8867-4': 'heartrate', '9279-1': 'resprate', '2708-6': 'oxygensat' };
/** The profiles of IHE that resources of a record meet, although they claim none. A patient without a number has no identifier, which PDQm asks for. */
const IHE = { Patient: 'PDQm.Patient', Practitioner: 'mCSD.Practitioner', PractitionerRole: 'mCSD.PractitionerRole', DocumentReference: 'MHD.Minimal.DocumentReference', Consent: 'PCF.consentBasic' };

const good = { ...ofRecord.good, ...ofFollowUp.good };
const bad = [...ofRecord.bad, ...ofFollowUp.bad];

/**
 * What pyfhircheck 0.2.0 says of good resources, too, and why it is no fault.
 * @type {{ code: RegExp, message: RegExp, why: string }[]}
 */
const FALSE_ALARMS = [
    { code: /^cardinality\.min$/, message: /(relatesTo\[\d+\]\.target|output\[\d+\]\.value)\[x\] is required/, why: 'it does not find targetIdentifier and valueString, as in the examples of HL7' },
    { code: /^profile\.unknown$/, message: /IHE\.PCF\.consentBasic/, why: 'it has no profiles of IHE' },
    {
        code: /^datatype\.unknown-field$/,
        message: /(timing\.repeat|doseAndRate\[\d+\])\.\w+ Unknown field (boundsDuration|frequency|period|periodUnit|doseQuantity) in Element/,
        why: 'it does not know what a repeat of a Timing and a doseAndRate of a Dosage hold, as in the examples of HL7',
    },
    { code: /^invariant\.dom-6$/, message: /./, why: 'a recommendation: the sections of a document hold the texts' },
    { code: /^modifierExtension\.present$/, message: /./, why: 'it takes elements that modify a meaning, as status, for extensions' },
    { code: /\.extensible$/, message: /'(VR|HH|ATND|CANCEL|TREAT)'/, why: 'it does not expand is-a filters (the example of HL7 has HH), and looks at each of several codings by itself' },
];

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
const here = dirname(fileURLToPath(import.meta.url));
const folder = join(target, 'judges', 'fhir', 'last');
const python = join(target, 'judges', 'fhir', 'venv', 'bin', 'python');

/** The profile of a vital sign; none for another resource. */
function vitalSign(resource) {
    return resource.resourceType === 'Observation' ? resource.code.coding.map(({ code }) => VITAL_SIGNS[code]).find(Boolean) : undefined;
}

/**
 * What Medplum finds in a resource. Of a pressure it is asked for the profile of all vital signs, because it refuses HL7's own example by the profile bp. The other judge is asked
 * for none of these profiles: it refuses HL7's examples by each.
 */
function medplumFaults(resource) {
    const name = vitalSign(resource);
    const profile = name === 'bp' ? 'vitalsigns' : name;
    return [...byMedplum(resource), ...(profile ? byMedplum(resource, profiles[profile]) : [])];
}

/** Lets pyfhircheck judge files. @returns {Record<string, { severity: string, code: string, id: string, path: string, message: string }[]>} */
function byPyfhircheck(files) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, 'judged'), { recursive: true });
    for (const [name, resource] of Object.entries(files)) writeFileSync(join(folder, 'judged', `${name}.json`), JSON.stringify(resource));
    const definitions = join(target, 'judges', 'fhir', 'definitions');
    writeDefinitions(definitions);
    execFileSync(python, [join(here, 'fhir', 'pyfhircheck.py'), folder, definitions, join(here, '..', '..', 'docs', 'fhir')], { stdio: 'inherit' });
    return JSON.parse(readFileSync(join(folder, 'pyfhircheck.json'), 'utf8'));
}

const isFalseAlarm = ({ code, message, path }) => FALSE_ALARMS.some((alarm) => alarm.code.test(code) && alarm.message.test(`${path} ${message}`));

/** Judges every resource of every record. A row for each kind of resource. */
function records(bundles, found) {
    const rows = {};
    const row = (kind) => (rows[kind] ??= { of: 0, Medplum: [], pyfhircheck: [], ihe: [], underIhe: 0 });
    for (const [name, bundle] of Object.entries(bundles)) {
        const kinds = { [bundle.id]: 'Bundle' };
        for (const resource of [bundle, ...bundle.entry.map((entry) => entry.resource)]) {
            const kind = (kinds[resource.id] = resource.resourceType);
            const own = row(kind);
            own.of++;
            own.Medplum.push(...medplumFaults(resource).map((fault) => `${name}: ${fault}`));
            const profile = kind === 'Patient' && !resource.identifier ? null : IHE[kind] && iheProfile(IHE[kind]);
            if (!profile) continue;
            own.underIhe++;
            own.ihe.push(...byMedplum(resource, profile).map((fault) => `${name}: ${fault}`));
        }
        for (const issue of found[name].filter((one) => !isFalseAlarm(one)))
            row(kinds[issue.id] ?? 'Bundle').pyfhircheck.push(`${name}: ${issue.code} ${issue.path} ${issue.message}`);
    }
    return rows;
}

/** The verdicts of both judges on one fixture. */
function verdicts(resource, issues) {
    // A resource that stands alone has no targets for its references.
    const counts = ({ code }) => resource.resourceType === 'Bundle' || code !== 'reference.unresolved';
    // Of the fixtures only those of consents are made for a profile of IHE.
    const profile = resource.resourceType === 'Consent' && iheProfile(IHE.Consent);
    return {
        Medplum: medplumFaults(resource).length > 0,
        pyfhircheck: issues.some((one) => counts(one) && one.severity !== 'information' && !isFalseAlarm(one)),
        ...(profile ? { IHE: byMedplum(resource, profile).length > 0 } : {}),
    };
}

function spoilt({ of, change }) {
    const resource = structuredClone(good[of]);
    change(resource);
    return resource;
}

function table(lines) {
    const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
    return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}

const said = (refused) => (refused ? 'refused' : 'accepted');

const files = readdirSync(positionals[0]).filter((file) => file.endsWith('.json'));
const bundles = Object.fromEntries(files.map((file) => [basename(file, '.json'), JSON.parse(readFileSync(join(positionals[0], file), 'utf8'))]));
const judged = {
    ...Object.fromEntries(Object.entries(bundles).map(([name, bundle]) => [`record-${name}`, bundle])),
    ...Object.fromEntries(Object.entries(good).map(([name, resource]) => [`good-${name}`, resource])),
    ...Object.fromEntries(bad.map((one, number) => [`bad-${number}`, spoilt(one)])),
};
const found = byPyfhircheck(judged);
const rows = records(bundles, Object.fromEntries(Object.keys(bundles).map((name) => [name, found[`record-${name}`]])));
const ihe = Boolean(process.env.TERANGA_IHE_PROFILES);
const faults = [];

const cell = (of, faulty) => (faulty.length ? `${faulty.length} FAULTS` : `${of}/${of}`);
const lines = Object.entries(rows).map(([kind, row]) => [
    kind,
    String(row.of),
    cell(row.of, row.Medplum),
    cell(row.of, row.pyfhircheck),
    row.underIhe ? cell(row.underIhe, row.ihe) : ihe ? 'none meant' : 'not judged',
]);
console.log(`${table([['resource', 'judged', 'Medplum', 'pyfhircheck', 'IHE profile, by Medplum'], ...lines])}\n`);
for (const [kind, { Medplum, pyfhircheck, ihe: byIhe }] of Object.entries(rows))
    for (const [judge, list] of Object.entries({ Medplum, pyfhircheck, IHE: byIhe })) faults.push(...new Set(list.map((fault) => `${judge}, ${kind} of ${fault}`)));

const fixtures = [
    ...Object.entries(good).map(([name, resource]) => ({ what: `known to be good: ${name}`, resource, refusedBy: [], issues: found[`good-${name}`] })),
    ...bad.map((one, number) => ({ ...one, resource: judged[`bad-${number}`], issues: found[`bad-${number}`] })),
];
const fixtureLines = fixtures.map(({ what, resource, refusedBy, issues }) => {
    const refused = verdicts(resource, issues);
    for (const [judge, is] of Object.entries(refused)) if (is !== refusedBy.includes(judge)) faults.push(`fixture: ${what}: ${judge} has ${said(is)} it`);
    return [what, said(refused.Medplum), said(refused.pyfhircheck), refused.IHE === undefined ? '' : said(refused.IHE)];
});
console.log(`${table([['fixture', 'Medplum', 'pyfhircheck', 'IHE profile, by Medplum'], ...fixtureLines])}\n`);
if (!ihe) console.log('NOT JUDGED  profiles of IHE: TERANGA_IHE_PROFILES does not name a folder with their snapshots');

const all = Object.values(rows);
const total = all.reduce((sum, { of }) => sum + of, 0);
const underIhe = all.reduce((sum, row) => sum + row.underIhe, 0);
console.log(`figure: of ${total} resources in ${files.length} records, Medplum and pyfhircheck found faults in ${all.flatMap(({ Medplum, pyfhircheck }) => [...Medplum, ...pyfhircheck]).length}; ${underIhe} were judged by profiles of IHE, too`);
const badLines = fixtureLines.slice(-bad.length);
const refusedBy = (columns) => badLines.filter((line) => columns.some((column) => line[column] === 'refused')).length;
console.log(
    `figure: ${bad.length} fixtures with one fault each: Medplum refused ${refusedBy([1])}, pyfhircheck ${refusedBy([2])}, the profile of IHE ${refusedBy([3])}, and ${bad.length - refusedBy([1, 2, 3])} were refused by none; of ${Object.keys(good).length} good ones none was refused`,
);
if (values.json) writeFileSync(values.json, JSON.stringify({ rows, fixtures: fixtureLines, faults }, null, 1));
for (const fault of faults) console.log(`NOT MET  ${fault}`);
console.log(faults.length === 0 ? 'every target was met' : `${faults.length} targets were missed`);
process.exitCode = faults.length === 0 ? 0 : 1;
