// Resources of which it is known if they are good. The good ones are examples of HL7 (package hl7.fhir.r4.examples 4.0.1, CC0), without what is not needed here; each bad
// one is a good one with one fault. `refusedBy` names the judges that see the fault: each is blind somewhere, and a judge that sees more or less than before is told. What no judge sees is tested in exchange/tests/records.rs.

/** Composition-example, a consultation note. */
const composition = {
    resourceType: 'Composition',
    id: 'example',
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>Consultation note for Henry Levin the 7th</p></div>' },
    identifier: { system: 'http://healthintersections.com.au/test', value: '1' },
    status: 'final',
    type: { coding: [{ system: 'http://loinc.org', code: '11488-4', display: 'Consult note' }] },
    subject: { reference: 'Patient/xcda', display: 'Henry Levin the 7th' },
    encounter: { reference: 'Encounter/xcda' },
    date: '2012-01-04T09:10:14Z',
    author: [{ reference: 'Practitioner/xcda-author', display: 'Harold Hippocrates, MD' }],
    title: 'Consultation Note',
    confidentiality: 'N',
    attester: [{ mode: 'legal', time: '2012-01-04T09:10:14Z', party: { reference: 'Practitioner/xcda-author', display: 'Harold Hippocrates, MD' } }],
    relatesTo: [{ code: 'appends', targetIdentifier: { system: 'http://example.org/fhir/NamingSystem/document-ids', value: 'ABC123' } }],
    section: [
        {
            title: 'History of family member diseases',
            code: { coding: [{ system: 'http://loinc.org', code: '10157-6', display: 'History of family member diseases Narrative' }] },
            text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>History of family member diseases - not available</p></div>' },
            mode: 'snapshot',
        },
    ],
};

/** Observation-blood-pressure. */
const pressure = {
    resourceType: 'Observation',
    id: 'blood-pressure',
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs', display: 'Vital Signs' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '85354-9', display: 'Blood pressure panel with all children optional' }] },
    subject: { reference: 'Patient/example' },
    effectiveDateTime: '2012-09-17',
    performer: [{ reference: 'Practitioner/example' }],
    component: [part('8480-6', 'Systolic blood pressure', 107), part('8462-4', 'Diastolic blood pressure', 60)],
};

function part(code, display, value) {
    return {
        code: { coding: [{ system: 'http://loinc.org', code, display }] },
        valueQuantity: { value, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
    };
}

/** Observation-body-temperature. */
const temperature = {
    resourceType: 'Observation',
    id: 'body-temperature',
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs', display: 'Vital Signs' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '8310-5', display: 'Body temperature' }], text: 'Body temperature' },
    subject: { reference: 'Patient/example' },
    effectiveDateTime: '1999-07-02',
    valueQuantity: { value: 36.5, unit: 'C', system: 'http://unitsofmeasure.org', code: 'Cel' },
};

/** Encounter-home. */
const encounter = {
    resourceType: 'Encounter',
    id: 'home',
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'HH', display: 'home health' },
    subject: { reference: 'Patient/example' },
    participant: [{ period: { start: '2015-01-17T16:00:00+10:00', end: '2015-01-17T16:30:00+10:00' }, individual: { reference: 'Practitioner/example' } }],
    period: { start: '2015-01-17T16:00:00+10:00', end: '2015-01-17T16:30:00+10:00' },
};

/** A document around the example of a composition, and the example of a patient. */
const document = {
    resourceType: 'Bundle',
    id: 'document',
    identifier: { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0' },
    type: 'document',
    timestamp: '2013-05-28T22:12:21Z',
    entry: [
        { fullUrl: 'http://example.org/fhir/Composition/example', resource: composition },
        { fullUrl: 'http://example.org/fhir/Patient/xcda', resource: { resourceType: 'Patient', id: 'xcda', name: [{ text: 'Henry Levin' }], gender: 'male' } },
        { fullUrl: 'http://example.org/fhir/Encounter/xcda', resource: { ...encounter, id: 'xcda', subject: { reference: 'Patient/xcda' }, participant: [] } },
        { fullUrl: 'http://example.org/fhir/Practitioner/xcda-author', resource: { resourceType: 'Practitioner', id: 'xcda-author', name: [{ text: 'Harold Hippocrates' }] } },
    ],
};
delete document.entry[2].resource.participant;

/** MedicationRequest-medrx0306, with a dose in numbers. */
const prescription = {
    resourceType: 'MedicationRequest',
    id: 'medrx0306',
    status: 'active',
    intent: 'order',
    medicationReference: { reference: 'Medication/med0304', display: 'Myleran 2mg tablet' },
    subject: { reference: 'Patient/pat1', display: 'Donald Duck' },
    authoredOn: '2015-01-15',
    requester: { reference: 'Practitioner/f007', display: 'Patrick Pump' },
    dosageInstruction: [
        {
            sequence: 1,
            text: '6 mg PO daily for remission induction',
            timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } },
            doseAndRate: [{ doseQuantity: { value: 6, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' } }],
        },
    ],
};

export const good = { composition, pressure, temperature, encounter, document, prescription };

const BOTH = ['Medplum', 'pyfhircheck'];

/** Faults. `change` gets a copy of the good resource. */
export const bad = [
    { what: 'a prescription of nothing', of: 'prescription', refusedBy: BOTH, change: (one) => delete one.medicationReference },
    { what: 'a dose that is a word', of: 'prescription', refusedBy: ['Medplum'], change: (one) => (one.dosageInstruction[0].doseAndRate[0].doseQuantity.value = 'six') },
    { what: 'a dose as often as a word says', of: 'prescription', refusedBy: ['Medplum'], change: (one) => (one.dosageInstruction[0].timing.repeat.frequency = 'often') },
    { what: 'a composition without a date', of: 'composition', refusedBy: BOTH, change: (one) => delete one.date },
    { what: 'a composition without an author', of: 'composition', refusedBy: BOTH, change: (one) => delete one.author },
    { what: 'a composition with a status that FHIR does not know', of: 'composition', refusedBy: ['pyfhircheck'], change: (one) => (one.status = 'done') },
    { what: 'a composition with an element that FHIR does not know', of: 'composition', refusedBy: BOTH, change: (one) => (one.version = '1') },
    { what: 'a section that is empty', of: 'composition', refusedBy: BOTH, change: (one) => (one.section[0] = {}) },
    { what: 'a section with a list that is empty', of: 'composition', refusedBy: [], change: (one) => (one.section[0].entry = []) },
    { what: 'a narrative with a script', of: 'composition', refusedBy: ['pyfhircheck'], change: (one) => (one.text.div = '<div xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></div>') },
    { what: 'a replaced version without its code', of: 'composition', refusedBy: BOTH, change: (one) => delete one.relatesTo[0].code },
    { what: 'a time that is none', of: 'composition', refusedBy: BOTH, change: (one) => (one.date = 'hier') },
    { what: 'a pressure without its diastolic part', of: 'pressure', refusedBy: [], change: (one) => one.component.pop() },
    { what: 'a temperature in another unit', of: 'temperature', refusedBy: [], change: (one) => (one.valueQuantity.code = 'kPa') },
    { what: 'a temperature with a value that is null', of: 'temperature', refusedBy: BOTH, change: (one) => (one.valueQuantity.value = null) },
    { what: 'a temperature with a value that is a text', of: 'temperature', refusedBy: BOTH, change: (one) => (one.valueQuantity.value = '36,5') },
    { what: 'a temperature without a value and a reason', of: 'temperature', refusedBy: ['Medplum'], change: (one) => delete one.valueQuantity },
    { what: 'a temperature with a value and a reason for having none', of: 'temperature', refusedBy: BOTH, change: (one) => (one.dataAbsentReason = { text: 'x' }) },
    { what: 'a temperature with two values', of: 'temperature', refusedBy: ['pyfhircheck'], change: (one) => (one.valueString = '36,5') },
    { what: 'an encounter without a class', of: 'encounter', refusedBy: BOTH, change: (one) => delete one.class },
    { what: 'an encounter that ends before it begins', of: 'encounter', refusedBy: ['pyfhircheck'], change: (one) => (one.period.end = '2015-01-16T16:30:00+10:00') },
    { what: 'an encounter with an extension that nobody has defined', of: 'encounter', refusedBy: ['pyfhircheck'], change: (one) => (one.extension = [{ url: 'urn:example:nobody', valueString: 'x' }]) },
    { what: 'a document without an identifier', of: 'document', refusedBy: BOTH, change: (one) => delete one.identifier },
    { what: 'a document without a time', of: 'document', refusedBy: BOTH, change: (one) => delete one.timestamp },
    { what: 'a document that does not begin with its composition', of: 'document', refusedBy: BOTH, change: (one) => one.entry.reverse() },
    { what: 'a document without the patient of its composition', of: 'document', refusedBy: ['pyfhircheck'], change: (one) => one.entry.splice(1, 1) },
    { what: 'a document with two resources of one name', of: 'document', refusedBy: BOTH, change: (one) => one.entry.push(one.entry[1]) },
];
