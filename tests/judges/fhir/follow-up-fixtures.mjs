// Fixtures of what follows from a consultation: consent, dispensing, evacuation, provenance. The good ones are examples of HL7, as in fixtures.mjs, without what is not needed here; the
// consent is made by hand after the pattern IHE.PCF.consentBasic, which no example of HL7 meets. `IHE` is Medplum with that profile.

/** A yes, by the pattern of IHE. */
const consent = {
    resourceType: 'Consent',
    id: 'basic',
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: { reference: 'Patient/f001', display: 'P. van de Heuvel' },
    dateTime: '2016-05-11',
    performer: [{ reference: 'Patient/f001' }],
    organization: [{ reference: 'Organization/f001' }],
    sourceAttachment: { title: 'The terms of the consent in lawyer speak.' },
    policy: [{ uri: 'http://example.org/policies/basic' }],
    provision: { type: 'permit' },
};

/** MedicationDispense-meddisp0307. */
const dispense = {
    resourceType: 'MedicationDispense',
    id: 'meddisp0307',
    status: 'completed',
    medicationCodeableConcept: { coding: [{ system: 'http://hl7.org/fhir/sid/ndc', code: '76388-713-25', display: 'Myleran 2mg tablet, film coated' }] },
    subject: { reference: 'Patient/pat1', display: 'Donald Duck' },
    performer: [{ actor: { reference: 'Practitioner/f006' } }],
    authorizingPrescription: [{ reference: 'MedicationRequest/medrx0306' }],
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'RFP', display: 'Refill - Part Fill' }] },
    quantity: { value: 90, system: 'http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm', code: 'TAB' },
    whenPrepared: '2015-01-15T10:20:00Z',
    whenHandedOver: '2015-01-15T16:20:00Z',
};

/** ServiceRequest-myringotomy, with shorter references. */
const referral = {
    resourceType: 'ServiceRequest',
    id: 'myringotomy',
    identifier: [{ system: 'http://orionhealth.com/fhir/apps/referralids', value: 'ret4421' }],
    status: 'active',
    intent: 'order',
    priority: 'routine',
    code: { coding: [{ system: 'http://snomed.info/sct', code: '172676009', display: 'Myringotomy and insertion of tympanic ventilation tube' }], text: 'Insertion of grommets' },
    subject: { reference: 'Patient/example', display: 'Beverly Weaver' },
    authoredOn: '2014-02-14',
    requester: { reference: 'Practitioner/example', display: 'Serena Shrink' },
    performer: [{ reference: 'Practitioner/f006', display: 'Dr Dave' }],
    reasonCode: [{ text: 'For consideration of Grommets' }],
    note: [{ time: '2014-02-14', text: 'In the past 2 years Beverly has had 6 instances of rt-sided Otitis media.' }],
};

/** Task-example1, with an output of Task-example6. */
const task = {
    resourceType: 'Task',
    id: 'example1',
    status: 'in-progress',
    businessStatus: { text: 'waiting for specimen' },
    intent: 'order',
    priority: 'routine',
    code: { text: 'Lipid Panel' },
    focus: { reference: 'ServiceRequest/lipid', display: 'Lipid Panel Request' },
    for: { reference: 'Patient/example', display: 'Peter James Chalmers' },
    authoredOn: '2016-10-31T08:25:05+10:00',
    lastModified: '2016-10-31T09:45:05+10:00',
    requester: { reference: 'Practitioner/example', display: 'Dr Adam Careful' },
    owner: { reference: 'Organization/1832473e-2fe0-452d-abe9-3cdb9879522f', display: 'Clinical Laboratory @ Acme Hospital' },
    note: [{ text: 'This is an example to demonstrate using task for actioning a servicerequest' }],
    output: [{ type: { text: 'DiagnosticReport generated' }, valueReference: { reference: 'DiagnosticReport/lipids' } }],
};

/** Provenance-signature. */
const provenance = {
    resourceType: 'Provenance',
    id: 'signature',
    target: [{ reference: 'DocumentReference/example' }],
    recorded: '2015-08-27T08:39:24+10:00',
    agent: [{ who: { identifier: { system: 'urn:ietf:rfc:3986', value: 'mailto://hhd@ssa.gov' } } }],
    signature: [
        {
            type: [{ system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.5', display: 'Verification Signature' }],
            when: '2015-08-27T08:39:24+10:00',
            who: { reference: 'Practitioner/xcda-author' },
            targetFormat: 'application/fhir+xml',
            sigFormat: 'application/signature+xml',
            data: 'Li4u',
        },
    ],
};

/** RelatedPerson-peter. */
const guardian = {
    resourceType: 'RelatedPerson',
    id: 'peter',
    patient: { reference: 'Patient/animal' },
    relationship: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0131', code: 'C' }] }],
};

export const good = { consent, dispense, referral, task, provenance, guardian };

const BOTH = ['Medplum', 'pyfhircheck'];

/** Faults, as in fixtures.mjs. */
export const bad = [
    { what: 'a consent without a status', of: 'consent', refusedBy: [...BOTH, 'IHE'], change: (one) => delete one.status },
    { what: 'a consent with a status that FHIR does not know', of: 'consent', refusedBy: ['pyfhircheck'], change: (one) => (one.status = 'withdrawn') },
    { what: 'a consent with an answer that FHIR does not know', of: 'consent', refusedBy: ['pyfhircheck'], change: (one) => (one.provision.type = 'yes') },
    { what: 'a consent without a policy', of: 'consent', refusedBy: [...BOTH, 'IHE'], change: (one) => delete one.policy },
    { what: 'a consent that is about something else than privacy', of: 'consent', refusedBy: ['IHE'], change: (one) => (one.scope.coding[0].code = 'treatment') },
    { what: 'a consent of nobody', of: 'consent', refusedBy: ['IHE'], change: (one) => delete one.performer },
    { what: 'a consent without an answer', of: 'consent', refusedBy: ['IHE'], change: (one) => delete one.provision },
    { what: 'a consent that nobody keeps', of: 'consent', refusedBy: ['IHE'], change: (one) => delete one.organization },
    { what: 'a consent with a verification', of: 'consent', refusedBy: ['IHE'], change: (one) => (one.verification = [{ verified: true }]) },
    { what: 'a consent to an action', of: 'consent', refusedBy: [], change: (one) => (one.provision.action = [{ text: 'access' }]) },
    { what: 'a dispensing without a status', of: 'dispense', refusedBy: BOTH, change: (one) => delete one.status },
    { what: 'a dispensing with a status that FHIR does not know', of: 'dispense', refusedBy: ['pyfhircheck'], change: (one) => (one.status = 'refused') },
    { what: 'a dispensing of nothing', of: 'dispense', refusedBy: BOTH, change: (one) => delete one.medicationCodeableConcept },
    { what: 'a dispensing with a quantity in words', of: 'dispense', refusedBy: BOTH, change: (one) => (one.quantity.value = 'deux') },
    { what: 'a dispensing that was handed over before it was prepared', of: 'dispense', refusedBy: BOTH, change: (one) => (one.whenHandedOver = '2015-01-14T16:20:00Z') },
    { what: 'a dispensing by a performer who is nobody', of: 'dispense', refusedBy: BOTH, change: (one) => (one.performer = [{ function: { text: 'x' } }]) },
    { what: 'an order without an intent', of: 'referral', refusedBy: BOTH, change: (one) => delete one.intent },
    { what: 'an order of a priority that FHIR does not know', of: 'referral', refusedBy: ['pyfhircheck'], change: (one) => (one.priority = 'vital') },
    { what: 'an order with details of nothing', of: 'referral', refusedBy: BOTH, change: (one) => ((one.orderDetail = [{ text: 'x' }]), delete one.code) },
    { what: 'a task without a status', of: 'task', refusedBy: BOTH, change: (one) => delete one.status },
    { what: 'a task with a state that FHIR does not know', of: 'task', refusedBy: ['pyfhircheck'], change: (one) => (one.status = 'en-route') },
    { what: 'a task that changed before it was made', of: 'task', refusedBy: BOTH, change: (one) => (one.lastModified = '2016-10-30T09:45:05+10:00') },
    { what: 'a task with an output of no kind', of: 'task', refusedBy: BOTH, change: (one) => (one.output = [{ valueString: 'x' }]) },
    { what: 'a provenance that does not say when it was recorded', of: 'provenance', refusedBy: BOTH, change: (one) => delete one.recorded },
    { what: 'a provenance of nobody', of: 'provenance', refusedBy: BOTH, change: (one) => delete one.agent },
    { what: 'a signature without a time', of: 'provenance', refusedBy: ['Medplum'], change: (one) => delete one.signature[0].when },
    { what: 'a signature of nobody', of: 'provenance', refusedBy: ['Medplum'], change: (one) => delete one.signature[0].who },
    { what: 'a signature that is not in base64', of: 'provenance', refusedBy: ['Medplum'], change: (one) => (one.signature[0].data = 'é!') },
    { what: 'a guardian of nobody', of: 'guardian', refusedBy: BOTH, change: (one) => delete one.patient },
];
