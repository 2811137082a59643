// Deferred cases at a post: nobody there, the clock, the case, a specialist who answers in writing, and what became of the patient; a case with a photo
// and a voice note for a named doctor, whose post answers and tells the outcome without a network.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { seriousFaults } from '../world/axe.mjs';
import { Visitor } from '../world/http.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { openLink } from '../world/link.mjs';
import { scratch } from '../world/paths.mjs';
import { patientCamera } from '../world/patient-camera.mjs';
import { Kiosk, openDoctor, openKiosk, patient } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { dial } from '../world/socket.mjs';
import { pause, until } from '../world/wait.mjs';

/** Each step of the escalation is short, and a request becomes a case soon after the last one. */
const QUICK = { TERANGA_ESCALATION__STAT_S: '1', TERANGA_CASES__DEFER_S: '12' };
const TABLET = { width: 1024, height: 600 };
const PHONE = { width: 360, height: 640 };

/** A specialist without a page, who connects now. */
async function specialist(server) {
    const visitor = new Visitor(server.url);
    await visitor.signIn(server.doctor('obstetrics'));
    const wire = await dial(visitor);
    await wire.hello();
    return wire;
}

const hasState = (kiosk, testId, state, within = 10_000) =>
    until(`${testId} is ${state}`, async () => (await kiosk.attribute(testId, 'data-state').catch(() => '')) === state, { within });

/** Whatever a passer-by sees holds nothing of the patient. */
async function tellsNothing(kiosk) {
    const shown = await kiosk.page.locator('body').innerText();
    assert.ok(!shown.includes('Ndeyefatou') && !shown.includes(patient.dpp), 'a screen without a PIN names the patient');
}

/** Looks at a screen on a tablet and on a phone, and with axe. */
async function fits(kiosk, vital, onPhone = vital) {
    for (const size of [PHONE, TABLET]) {
        await resize(kiosk.page, size);
        assert.deepEqual(await layoutFaults(kiosk.page, size === PHONE ? onPhone : vital), [], `${size.width}x${size.height}`);
    }
    assert.deepEqual(await seriousFaults(kiosk.page, String(vital)), []);
}

test('a request that nobody takes becomes a case, which is read, discussed, answered and followed to its outcome', () =>
    scene('cases', async (s) => {
        await s.server.stop();
        await s.server.serve(QUICK);
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET }));
        await kiosk.fillForm();
        await kiosk.call();
        await kiosk.at('defers-in').waitFor({ timeout: 15_000 });
        await fits(kiosk, ['defer', 'defers-in', 'cancel'], ['defers-in', 'cancel']);
        assert.match(await kiosk.at('defers-in').innerText(), /0:\d\d.*personne ne sera oublié/);

        // Nobody presses anything: the clock does it.
        await kiosk.at('underway').waitFor({ timeout: 20_000 });
        const id = await kiosk.attribute('underway', 'data-consultation');
        await hasState(kiosk, 'receipts', 'sent');
        await tellsNothing(kiosk);
        await fits(kiosk, ['home']);
        await kiosk.press('home');
        await kiosk.at('cases').waitFor();
        await tellsNothing(kiosk);
        await fits(kiosk, ['urgent-obstetrics', 'cases']);

        const doctor = await specialist(s.server);
        s.atEnd(() => doctor.end());
        const mine = (message) => message.mine || message.cases?.some((one) => one.mine);
        await Promise.any([doctor.next('case', mine, 10_000), doctor.next('cases', mine, 10_000)]);
        doctor.say({ type: 'read_case', consultation: id });
        await doctor.next('recorded', ({ of }) => of === 'read_case');

        await kiosk.press('cases');
        await kiosk.at('pin-new').waitFor();
        await tellsNothing(kiosk);
        await kiosk.choosePin();
        await hasState(kiosk, 'receipts', 'read');

        doctor.say({ type: 'write_chat', consultation: id, chat: randomUUID(), text: 'Saigne-t-elle encore ?', asks: true });
        await hasState(kiosk, 'case-row', 'asked');
        await fits(kiosk, ['case-row']);
        await kiosk.press('case-row');
        await kiosk.at('question').filter({ hasText: 'Saigne-t-elle encore' }).waitFor();
        await fits(kiosk, ['call-now', 'examine']);
        await kiosk.at('case-text').fill('Moins qu’hier.');
        await kiosk.press('case-send');
        await kiosk.at('chat-line').filter({ hasText: 'Moins qu’hier' }).waitFor();
        await doctor.next('case', ({ state, unread }) => state !== 'asked' && unread > 0);

        doctor.say({ type: 'advise', consultation: id, revision: 1, text: 'Sulfate de magnésium, puis évacuer.' });
        await kiosk.at('advice-item').filter({ hasText: 'Sulfate' }).waitFor();
        await kiosk.at('print').waitFor();
        await hasState(kiosk, 'receipts', 'answered');
        await doctor.next('case', ({ state }) => state === 'answer_read');

        doctor.say({ type: 'close', consultation: id, disposition: 'advice', follow_up_h: 1 });
        await kiosk.at('outcome').waitFor();
        await fits(kiosk, ['outcome-arrived'], []);
        await kiosk.press('outcome-arrived');
        await kiosk.at('outcome-text').fill('Opérée hier, va bien');
        await kiosk.press('outcome-send');
        await kiosk.at('case-over').waitFor();
        await doctor.next('case_gone');
    }));

test('a case is filed without a network, leaves the tablet by itself, gets new values, and becomes a call', () =>
    scene('cases-offline', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET, link }));
        await kiosk.press('history');
        await kiosk.choosePin();
        await kiosk.press('back');
        await kiosk.fillForm();
        await kiosk.at('file').waitFor();
        await kiosk.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
        link.cut();
        await fits(kiosk, ['call', 'file']);
        await kiosk.press('file');
        await fits(kiosk, ['file-send'], []);
        await kiosk.press('file-to-surgery');
        await kiosk.press('file-send');
        await hasState(kiosk, 'receipts', 'saved');
        await kiosk.at('unsent').waitFor();
        // A power cut: the case is on the tablet.
        await kiosk.page.reload();
        await kiosk.at('cases').waitFor();
        // What waits is counted on the first screen, with the time since when, and named when the badge is pressed.
        assert.match(await kiosk.at('outgoing').innerText(), /^1 envoi en attente depuis .*\d\d:\d\d/);
        await kiosk.press('outgoing');
        assert.match(await kiosk.at('outgoing-list').innerText(), /^Cas : enregistré sur la tablette/);
        await kiosk.press('cases');
        await kiosk.at('pin').waitFor();
        await tellsNothing(kiosk);
        await kiosk.enterPin();
        await kiosk.at('case-unsent').waitFor();

        link.join();
        await kiosk.at('case-row').waitFor({ timeout: 20_000 });
        assert.equal(await kiosk.at('case-unsent').count(), 0);
        await hasState(kiosk, 'receipts', 'sent');
        await kiosk.press('case-row');
        await kiosk.press('examine');
        await kiosk.at('field-pulse').waitFor();
        assert.equal(await kiosk.at('field-pulse').inputValue(), patient.pulse);
        await fits(kiosk, ['examine-send']);
        await kiosk.at('field-pulse').fill('96');
        await kiosk.press('examine-send');
        await kiosk.at('vitals').filter({ hasText: '96' }).waitFor();
        await kiosk.press('call-now');
        await kiosk.at('wait').waitFor();
    }));

test('two windows of one tablet: a case that was filed without a network in a window that is closed since arrives once, by the other one', () =>
    scene('cases-windows', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await openTablet(s, link);
        link.cut();
        const other = new Kiosk(kiosk.browser, await kiosk.browser.page('/poste'));
        await other.home();
        await kiosk.fillForm();
        await kiosk.press('file');
        await kiosk.press('file-send');
        await hasState(kiosk, 'receipts', 'saved');
        const id = await kiosk.attribute('underway', 'data-consultation');
        await kiosk.page.close();
        link.join();
        const stored = () => other.page.evaluate(async (path) => (await fetch(path)).status, `/api/consultations/${id}`).catch(() => 0);
        await until('the case to be stored', async () => (await stored()) === 200, { within: 30_000 });
        const all = await other.page.evaluate(async () => (await fetch('/api/consultations')).json());
        assert.equal(all.length, 1, 'once');
        await other.at('unsent').waitFor({ state: 'detached' });
    }));

/** A tablet with a PIN, whose patient stands before its camera, and whose pages are on the device. */
async function openTablet(s, link) {
    const folder = scratch('patient');
    s.atEnd(() => rmSync(folder, { recursive: true }));
    const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET, link, camera: patientCamera(folder) }));
    await kiosk.settle();
    return kiosk;
}

/** A photo and a voice note, added on the screen that is open. */
async function addBoth(kiosk) {
    await kiosk.at('add-attachment').waitFor();
    await kiosk.attachPhoto();
    await kiosk.recordNote(2_000);
    await kiosk.press('note-send');
    await until('both to be on the tablet', async () => (await kiosk.at('own-attachment').count()) === 2);
}

const act = (kiosk, type, state) => kiosk.page.locator(`[data-testid="own-act"][data-type="${type}"][data-state="${state}"]`);

/** The power fails, and there is no network: the tablet shows what it knew, behind the PIN. */
async function powerCut(kiosk) {
    await kiosk.page.reload();
    await kiosk.at('cases').waitFor({ timeout: 20_000 });
    await tellsNothing(kiosk);
    await kiosk.press('cases');
    await kiosk.enterPin();
}

test('a case is withdrawn without a network, and after a power cut it is, once', () =>
    scene('cases-withdrawn', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await openTablet(s, link);
        await kiosk.fillForm();
        await kiosk.press('file');
        await kiosk.press('file-send');
        await hasState(kiosk, 'receipts', 'sent');
        const sent = await kiosk.attribute('underway', 'data-consultation');
        await kiosk.press('home');
        // On a first visit the link is the voice's for some seconds before the list of cases is kept.
        await pause(5_000);
        link.cut();
        await kiosk.fillForm();
        await kiosk.press('file');
        await kiosk.press('file-send');
        await hasState(kiosk, 'receipts', 'saved');
        const unsent = await kiosk.attribute('underway', 'data-consultation');
        await kiosk.press('to-cases');
        await kiosk.press('case-open');
        await withdraw(kiosk);
        await kiosk.page.locator(`[data-testid="case-row"][data-consultation="${sent}"]`).click();
        await withdraw(kiosk);
        await powerCut(kiosk);
        await kiosk.page.locator(`[data-testid="case-row"][data-consultation="${sent}"]`).click();
        await act(kiosk, 'cancel', 'stored').waitFor();
        assert.equal(await kiosk.at('call-now').count() + await kiosk.at('case-send').count() + await kiosk.at('withdraw').count(), 0, 'nothing more is asked');
        await fits(kiosk, ['own-act'], []);
        link.join();
        await kiosk.at('case-over').or(kiosk.at('own-act').filter({ hasText: 'Envoyé' })).first().waitFor({ timeout: 30_000 });
        const stateOf = (id) => kiosk.page.evaluate(async (path) => (await fetch(path)).json(), `/api/consultations/${id}`).then((view) => view.summary?.state ?? null);
        await until('both to be withdrawn', async () => `${[await stateOf(sent), await stateOf(unsent)]}` === 'cancelled,cancelled', { within: 30_000 });
        await until('the tablet to have nothing left to send', async () => !(await kiosk.page.evaluate(() => localStorage.getItem('busy') === 'true')), { within: 20_000 });
        const { events } = await kiosk.page.evaluate(async (path) => (await fetch(path)).json(), `/api/consultations/${sent}`);
        assert.equal(events.filter(({ kind }) => kind === 'cancelled').length, 1);
    }));

/** Takes the case that is open back. */
async function withdraw(kiosk) {
    await kiosk.press('withdraw');
    await kiosk.press('withdraw-yes');
    await kiosk.at('case').waitFor({ state: 'detached' });
}

test('a case for a named doctor carries a photo and a voice note; its question is answered and its outcome told without a network', () =>
    scene('cases-person', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const doctor = await s.enter(openDoctor(s.server));
        const name = s.server.doctor('obstetrics').name;
        const kiosk = await openTablet(s, link);
        await kiosk.fillForm();
        await kiosk.press('file');
        await kiosk.at('file-doctor').waitFor();
        await kiosk.press('file-back');

        link.cut();
        await kiosk.press('file');
        await kiosk.press('file-urgency-routine');
        const chosen = kiosk.at('file-doctor').locator('option', { hasText: name });
        await kiosk.at('file-doctor').selectOption(await chosen.getAttribute('value'));
        await fits(kiosk, ['file-send'], []);
        await kiosk.press('file-send');
        await addBoth(kiosk);
        await fits(kiosk, ['home']);
        await powerCut(kiosk);
        await kiosk.press('case-open');
        await until('both to be there after the power cut', async () => (await kiosk.at('own-attachment').count()) === 2);
        link.join();

        const row = doctor.page.getByTestId('case-row');
        await row.waitFor({ timeout: 30_000 });
        const id = await row.getAttribute('data-consultation');
        await row.getByTestId('case-open').click();
        await until('the doctor to have both', async () => (await doctor.at('attachment').count()) === 2, { within: 60_000 });
        await doctor.at('picture').waitFor();
        await doctor.press('voice-load');
        await until('the note to be heard', async () => Number(await doctor.attribute('player', 'data-place')) > 0.5, { within: 15_000 });
        await hasState(kiosk, 'receipts', 'read');
        await until('the post to see both', async () => (await kiosk.at('attachment').count()) === 2);
        await fits(kiosk, ['call-now', 'examine']);

        await doctor.at('case-message').fill('Saigne-t-elle encore ?');
        await doctor.press('case-ask');
        await kiosk.at('question').filter({ hasText: 'Saigne-t-elle encore' }).waitFor();
        link.cut();
        await kiosk.at('cases-known-at').waitFor({ timeout: 40_000 });
        await kiosk.at('case-text').fill('Moins qu’hier.');
        await kiosk.press('case-send');
        await act(kiosk, 'write_chat', 'stored').waitFor();
        await kiosk.press('examine');
        await kiosk.at('field-pulse').fill('91');
        await kiosk.press('examine-send');
        await act(kiosk, 'examine', 'stored').waitFor();
        await fits(kiosk, ['call-now', 'examine']);
        await powerCut(kiosk);
        await kiosk.at('cases-known-at').waitFor();
        await fits(kiosk, ['case-row'], []);
        await kiosk.press('case-row');
        await act(kiosk, 'write_chat', 'stored').waitFor();
        await kiosk.at('chat-line').filter({ hasText: 'Saigne-t-elle encore' }).waitFor();
        link.join();

        await doctor.at('chat-line').filter({ hasText: 'Moins qu’hier' }).waitFor({ timeout: 20_000 });
        await doctor.at('vitals').first().filter({ hasText: '91' }).waitFor();
        await doctor.at('vitals-chart').waitFor();
        await until('the tablet to have nothing left to send', async () => (await kiosk.at('own-act').count()) === 0, { within: 20_000 });
        await doctor.advise('Repos, à revoir demain.');
        await kiosk.at('advice-item').filter({ hasText: 'Repos' }).waitFor();
        await hasState(kiosk, 'receipts', 'answered');
        await doctor.press('case-close');
        await doctor.press('disposition-advice');
        await doctor.press('follow-up-24');
        await doctor.press('close-confirm');
        await kiosk.at('outcome').waitFor();

        link.cut();
        await kiosk.press('outcome-recovered');
        await kiosk.at('outcome-text').fill('Rentrée chez elle');
        await kiosk.press('outcome-send');
        await act(kiosk, 'tell_outcome', 'stored').waitFor({ timeout: 40_000 });
        assert.equal(await kiosk.at('outcome').count(), 0, 'it is not asked again');
        await powerCut(kiosk);
        link.join();
        await doctor.page.locator(`[data-testid="case-row"][data-consultation="${id}"]`).waitFor({ state: 'detached', timeout: 20_000 });

        const view = await doctor.page.evaluate(async (path) => (await fetch(path)).json(), `/api/consultations/${id}`);
        assert.equal(view.chat.length, 2, 'the question and one reply');
        assert.equal(view.record.examinations.length, 2, 'the form and one examination');
        assert.equal(view.record.attachments.length, 2);
        assert.deepEqual([view.summary.outcome.outcome, view.summary.outcome.text], ['recovered', 'Rentrée chez elle']);
        const told = view.events.filter(({ kind }) => kind === 'outcome_told');
        assert.equal(told.length, 1, 'counted once');
    }));
