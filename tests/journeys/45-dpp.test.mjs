// The national record (DPP) beside a request: a nurse finds a patient by number and by two questions, takes the number over, and the doctor reads the
// record; the signed record of a patient who agreed is published there, and its next version replaces it; and when the record does not answer, the request
// goes on without it, and what is owed is counted.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { layoutFaults, resize, SIZES } from '../world/layout.mjs';
import { artifacts, binary } from '../world/paths.mjs';
import { openBrowser } from '../world/browser.mjs';
import { Doctor, openDoctor, openKiosk } from '../world/people.mjs';
import { draftLine } from '../world/prescribing.mjs';
import { scene } from '../world/scene.mjs';
import { until } from '../world/wait.mjs';
import { join } from 'node:path';

/** A free port of this machine at which nobody listens. */
const NOBODY = 'http://127.0.0.1:9/fhir';

test('a patient is found in the national record by number and by two questions, and the doctor reads the record', () =>
    scene('dpp', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await kiosk.press('urgent-obstetrics');
        await kiosk.at('field-dpp').fill('SN-DEMO-0001');
        await kiosk.press('dpp-search');
        await kiosk.at('dpp-patient').filter({ hasText: 'Aïssata Sow, 12/05/1994, Nabadji Civol' }).waitFor();
        await kiosk.at('dpp-grave').filter({ hasText: 'Pénicilline : Urticaire géante' }).waitFor();
        await kiosk.at('dpp-drugs').filter({ hasText: 'Metformine' }).waitFor();
        await kiosk.at('dpp-documents').filter({ hasText: 'Bilan du diabète · 18/07/2026 · Dr Cheikh Fall' }).waitFor();
        for (const [name, size] of Object.entries(SIZES.kiosk)) {
            await resize(kiosk.page, size);
            await kiosk.page.screenshot({ path: join(artifacts('dpp'), `record-${name}.png`), fullPage: true });
            assert.deepEqual(await layoutFaults(kiosk.page), [], name);
        }
        await resize(kiosk.page, SIZES.kiosk.tablet);

        // Another number is another patient: what was read goes.
        await kiosk.at('field-dpp').fill('SN-DEMO-9999');
        await kiosk.at('dpp-record').waitFor({ state: 'detached' });
        await kiosk.press('dpp-search');
        await kiosk.page.locator('[data-testid="dpp"][data-state="unknown"]').waitFor();
        await kiosk.press('dpp-close');

        // Two people of one name: two questions tell whether the patient is the one who was chosen.
        await kiosk.at('field-dpp').fill('');
        await kiosk.at('field-name').fill('Ousmane Sy');
        await kiosk.press('dpp-search');
        await kiosk.page.locator('[data-testid="dpp-possible"][data-patient="p5"]').click();
        await kiosk.at('dpp-q-born').fill('1/3/1980');
        await kiosk.at('dpp-q-town').fill('Dakar');
        await kiosk.press('dpp-confirm');
        await kiosk.at('dpp-not-confirmed').waitFor();
        assert.equal(await kiosk.at('dpp-record').count(), 0, 'nothing is shown to whoever cannot answer');
        await kiosk.at('dpp-q-town').fill('kanel');
        await kiosk.press('dpp-confirm');
        await kiosk.at('dpp-record').waitFor();
        await kiosk.press('dpp-close');

        await kiosk.at('field-name').fill('');
        await kiosk.at('field-dpp').fill('SN-DEMO-0001');
        await kiosk.press('dpp-search');
        await kiosk.press('dpp-take');
        assert.equal(await kiosk.at('field-name').inputValue(), 'Aïssata Sow');
        assert.equal(await kiosk.at('dpp-record').count(), 1, 'the record stays while number and name are taken over');
        await kiosk.press('field-bleeding-heavy');
        await kiosk.call();
        await doctor.claim();
        await doctor.inCall();
        await doctor.press('dpp-open');
        await doctor.at('dpp-grave').filter({ hasText: 'Pénicilline' }).waitFor();
        await doctor.at('dpp-patient').filter({ hasText: 'Aïssata Sow' }).waitFor();
        await doctor.page.screenshot({ path: join(artifacts('dpp'), 'doctor.png'), fullPage: true });
        await doctor.page.locator('[data-testid="dpp-document-open"][data-document="d1"]').click();
        await doctor.at('dpp-document-text').filter({ hasText: 'Grossesse de 20 semaines' }).waitFor();
        await doctor.press('dpp-document-close');
        await doctor.page.locator('[data-testid="dpp-document-open"][data-document="d2"]').click();
        await doctor.at('dpp-document-fault').filter({ hasText: 'il est vide' }).waitFor();
        await doctor.press('dpp-document-close');
        await allergyIsQuestioned(doctor);
        const id = await doctor.attribute('call', 'data-consultation');
        const audit = execFileSync(binary, ['audit', id, '--data', s.server.data], { encoding: 'utf8' });
        assert.match(audit, /opened/, 'the reading is in the audit log');
        assert.ok(!/Sow|Pénicilline|SN-DEMO/.test(s.server.log), 'nothing of a patient is in the log');
    }));

/** The allergy of the record stands beside the field of the editor, and questions a drug whatever is typed there. */
async function allergyIsQuestioned(doctor) {
    await doctor.press('prescribe');
    await doctor.at('rx-known-allergies').filter({ hasText: 'Pénicilline, grave, Urticaire géante' }).waitFor();
    for (const [name, size] of Object.entries(SIZES.doctor)) {
        await resize(doctor.page, size);
        await doctor.page.screenshot({ path: join(artifacts('dpp'), `prescribing-${name}.png`) });
        assert.deepEqual(await layoutFaults(doctor.page), [], name);
    }
    await draftLine(doctor, { search: 'amoxicilin', dose: '2', perDay: '3', days: '5' });
    const question = doctor.page.locator('[data-testid="rx-finding"][data-kind="allergy"]');
    await question.waitFor();
    await doctor.press('rx-allergies-none');
    await doctor.at('rx-sign').click();
    await doctor.at('rx-flaw').filter({ hasText: 'Répondez d’abord aux alertes' }).waitFor();
    assert.equal(await question.count(), 1, 'it is asked whatever is typed');
}

/** The operations page. */
async function openOperations(s) {
    const browser = await openBrowser({ url: s.server.url });
    const ops = await s.enter(Promise.resolve(new Doctor(browser, await browser.page('/exploitation'))));
    const { login, password } = s.server.access.operators[0];
    await ops.at('login').fill(login);
    await ops.at('password').fill(password);
    await ops.press('signin');
    await ops.page.locator('[data-testid="dpp-state"][data-on="true"]').waitFor();
    return ops;
}

/** A patient with a number agrees to share the record, a doctor advises and ends. */
async function signedAndAgreed(kiosk, doctor, name = '') {
    await kiosk.press('urgent-obstetrics');
    await kiosk.at('field-dpp').fill('SN-DEMO-0001');
    await kiosk.at('field-name').fill(name);
    await kiosk.press('field-bleeding-heavy');
    await kiosk.at('consent-read').click();
    await kiosk.at('consent-language-fr').check({ force: true });
    await kiosk.press('consent-yes');
    await kiosk.call();
    await doctor.claim();
    await doctor.inCall();
    await doctor.advise('Repos');
    await doctor.finish();
    await kiosk.at('closed').waitFor();
    await doctor.press('history');
    await doctor.press('history-open');
}

test('the signed record of a patient who agreed is published once, and the version of the end replaces it', () =>
    scene('dpp-publish', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await signedAndAgreed(kiosk, doctor);
        await doctor.page.locator('[data-testid="published"]').waitFor();
        const isSent = async () => (await doctor.attribute('published', 'data-state')) === 'sent' || (await reopen(doctor));
        await until('the record to be published', isSent, { within: 30_000, every: 2_000 });
        for (const [name, size] of Object.entries(SIZES.doctor)) {
            await resize(doctor.page, size);
            await doctor.at('published').scrollIntoViewIfNeeded();
            await doctor.page.screenshot({ path: join(artifacts('dpp-publish'), `history-${name}.png`) });
            assert.deepEqual(await layoutFaults(doctor.page), [], name);
        }

        const ops = await openOperations(s);
        await ops.page.locator('[data-testid="dpp-owed"][data-owed="0"]').waitFor();
        await ops.at('dpp-success').filter({ hasText: 'Dernier échange réussi' }).waitFor();
        for (const [name, size] of Object.entries(SIZES.ops)) {
            await resize(ops.page, size);
            await ops.at('dpp-state').scrollIntoViewIfNeeded();
            await ops.page.screenshot({ path: join(artifacts('dpp-publish'), `operations-${name}.png`) });
            assert.deepEqual(await layoutFaults(ops.page), [], name);
        }

        await kiosk.press('home');
        await kiosk.press('urgent-obstetrics');
        await kiosk.at('field-dpp').fill('SN-DEMO-0001');
        await kiosk.press('dpp-search');
        const documents = kiosk.at('dpp-documents');
        await documents.filter({ hasText: 'Compte rendu de téléconsultation' }).waitFor();
        const published = (await documents.innerText()).split('Compte rendu de téléconsultation').length - 1;
        assert.equal(published, 1, 'the current version alone is shown');
        await withdrawn(kiosk, doctor);
        assert.ok(!/Sow|SN-DEMO/.test(s.server.log), 'nothing of a patient is in the log');
    }));

/** The patient withdraws the consent at the post: what was sent stays, and both sides are told so, with somebody to turn to. */
async function withdrawn(kiosk, doctor) {
    await kiosk.press('back');
    await kiosk.press('history');
    await kiosk.choosePin();
    await kiosk.at('history-row').first().click();
    await kiosk.press('consent-of');
    await kiosk.press('consent-withdraw');
    const there = (person) => person.page.locator('[data-testid="remains"][data-remains="sent"]');
    await there(kiosk).filter({ hasText: 'y reste' }).waitFor();
    await resize(kiosk.page, { width: 360, height: 640 });
    assert.deepEqual(await layoutFaults(kiosk.page), [], 'the dialog on a phone');
    await kiosk.page.screenshot({ path: join(artifacts('dpp-publish'), 'withdraw-phone.png') });
    await kiosk.press('consent-confirm');
    await kiosk.page.locator('[data-testid="consent-line"][data-standing="withdrawn"]').waitFor();
    await there(kiosk).filter({ hasText: 'la cellule du DPP' }).waitFor();
    await reopen(doctor);
    await there(doctor).waitFor();
    assert.equal(await doctor.attribute('published', 'data-state'), 'sent', 'the line goes on telling what is there');
}

test('a record under the number of somebody else is not sent, the operator reads who must act, and gives it up', () =>
    scene('dpp-refused', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await signedAndAgreed(kiosk, doctor, 'Mamadou Ba');
        const isRefused = async () => (await doctor.attribute('published', 'data-state')) === 'refused' || (await reopen(doctor));
        await doctor.at('published').waitFor();
        await until('the record to be refused', isRefused, { within: 30_000, every: 2_000 });
        await doctor.at('published').filter({ hasText: 'Le poste doit vérifier le numéro avec le patient' }).waitFor();

        const ops = await openOperations(s);
        const refused = ops.page.locator('[data-testid="dpp-refused"][data-trouble="other_patient"]');
        await refused.filter({ hasText: 'Poste de santé de Nabadji Civol' }).waitFor();
        for (const [name, size] of Object.entries(SIZES.ops)) {
            await resize(ops.page, size);
            await refused.scrollIntoViewIfNeeded();
            await ops.page.screenshot({ path: join(artifacts('dpp-refused'), `operations-${name}.png`) });
            assert.deepEqual(await layoutFaults(ops.page), [], name);
        }
        const refusals = () => s.server.log.split('publication_refused').length;
        const before = refusals();
        await ops.press('dpp-retry');
        await until('the record to be tried again', () => refusals() > before, { within: 20_000 });
        await refused.waitFor({ timeout: 40_000 });
        await ops.press('dpp-abandon');
        await refused.filter({ hasText: 'il reste sur ce serveur' }).waitFor();
        await ops.press('dpp-abandon');
        await refused.waitFor({ state: 'detached' });
        await reopen(doctor);
        await doctor.page.locator('[data-testid="published"][data-state="abandoned"]').waitFor();
    }));

/** Closes and opens the record, which asks anew what became of it. */
async function reopen(doctor) {
    await doctor.press('history-open');
    await doctor.press('history-open');
    await doctor.at('published').waitFor();
    return false;
}

test('a national record that does not answer holds nothing up', () =>
    scene('dpp-away', async (s) => {
        await s.server.stop();
        await s.server.serve({ TERANGA_DPP__BASE: NOBODY, TERANGA_DPP__NUMBER_SYSTEM: 'urn:example:dpp' });
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await kiosk.press('urgent-obstetrics');
        await kiosk.at('field-dpp').fill('SN-DEMO-0001');
        await kiosk.press('dpp-search');
        await kiosk.page.locator('[data-testid="dpp"][data-state="unreachable"]').waitFor();
        await kiosk.press('dpp-retry');
        await kiosk.page.locator('[data-testid="dpp"][data-state="unreachable"]').waitFor();
        await kiosk.press('field-bleeding-heavy');
        await kiosk.at('consent-read').click();
        await kiosk.at('consent-language-fr').check({ force: true });
        await kiosk.press('consent-yes');
        await kiosk.call();
        await doctor.claim();
        await doctor.inCall();
        await doctor.press('dpp-open');
        await doctor.page.locator('[data-testid="dpp-absent"][data-state="unreachable"]').waitFor();
        assert.match(s.server.log, /dpp_unreachable/);

        await doctor.advise('Repos');
        await doctor.finish();
        await doctor.press('history');
        await doctor.press('history-open');
        await doctor.page.locator('[data-testid="published"][data-state="waiting"]').waitFor();
        const ops = await openOperations(s);
        await ops.page.locator('[data-testid="dpp-owed"][data-owed="1"]').waitFor();
        await ops.at('dpp-failure').filter({ hasText: 'pas de réponse' }).waitFor();
        await ops.page.screenshot({ path: join(artifacts('dpp-publish'), 'operations-away.png') });
    }));
