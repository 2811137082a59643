// Events that are known to be good or bad, so that a judge who believes everything, or nothing, is found out.

const device = (name) => ({ type: 'Device', identifier: { system: 'https://other.example/devices', value: name } });
const dicom = (code) => ({ coding: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code }] });

/** A reading by another system, made by hand after the pattern of IHE. */
export const good = {
    resourceType: 'AuditEvent',
    meta: { profile: ['https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead'] },
    type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest', display: 'Restful Operation' },
    subtype: [{ system: 'http://hl7.org/fhir/restful-interaction', code: 'read', display: 'read' }],
    action: 'R',
    recorded: '2026-03-02T08:31:00.000Z',
    outcome: '0',
    agent: [
        { type: dicom('110152'), who: device('browser'), requestor: false, network: { address: '192.0.2.7', type: '2' } },
        { type: dicom('110153'), who: device('server'), requestor: false, network: { address: 'https://other.example/fhir', type: '5' } },
        {
            type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] },
            who: { type: 'Practitioner', display: 'Dr Fatou Sarr', identifier: { system: 'https://other.example/people', value: '7' } },
            requestor: true,
        },
    ],
    source: { observer: device('server'), type: [{ system: 'http://terminology.hl7.org/CodeSystem/security-source-type', code: '4' }] },
    entity: [
        {
            what: { type: 'Observation', identifier: { system: 'https://other.example/observations', value: '3' } },
            type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '2' },
            role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '4' },
        },
        {
            what: { type: 'Patient', identifier: { system: 'https://other.example/patients', value: '1' } },
            type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '1' },
            role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '1' },
        },
    ],
};

/** Copies of a good event with one fault each, and who must find it: `r4` are all judges, `ihe` is whoever has the profile. */
export function spoilt(event) {
    const copy = (change) => {
        const resource = structuredClone(event);
        change(resource);
        return resource;
    };
    return [
        { what: 'without a time', by: 'r4', resource: copy((one) => delete one.recorded) },
        { what: 'with a field that FHIR does not know', by: 'r4', resource: copy((one) => (one.reader = 'x')) },
        { what: 'with a time that is none', by: 'r4', resource: copy((one) => (one.recorded = 'hier')) },
        { what: 'of an agent that does not say if it asked', by: 'r4', resource: copy((one) => delete one.agent[0].requestor) },
        { what: 'without the client', by: 'ihe', resource: copy((one) => one.agent.shift()) },
        { what: 'without the patient', by: 'ihe', resource: copy((one) => one.entity.pop()) },
        { what: 'that is no reading', by: 'ihe', resource: copy((one) => (one.action = 'U')) },
        { what: 'that was refused and claims to be a reading', by: 'ihe', resource: copy((one) => (one.outcome = '4')) },
    ];
}
