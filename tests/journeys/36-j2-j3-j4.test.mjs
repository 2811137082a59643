// The journeys J2, J3 and J4 of the programme, each told from its beginning to its end with two or three real browsers: the specialist's queue, the link that dies in
// the middle, and the night in which nobody is there. Their single parts, and what goes wrong in them, are in other journeys.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { voices } from '../world/fixtures.mjs';
import { Device } from '../world/http.mjs';
import { openLink } from '../world/link.mjs';
import { untilNight } from '../world/night.mjs';
import { root, scratch } from '../world/paths.mjs';
import { patientCamera } from '../world/patient-camera.mjs';
import { allHear, cutLink, meet, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { dial, request } from '../world/socket.mjs';
import { now, pause, until } from '../world/wait.mjs';

const document = join(root, 'tests', 'fixtures', 'documents', 'ecg.pdf');

/** Asks for advice from another post, which has no page. @returns {Promise<string>} the place of the post */
async function askFromAnotherPost(s, more) {
    const device = new Device(s.server.url);
    await device.enroll(s.server.access.kiosk[1].code);
    await device.enter();
    const wire = await dial(device);
    s.atEnd(() => wire.end());
    const { you } = await wire.hello();
    wire.say(request(randomUUID(), more));
    await wire.next('requested');
    return you.place.name;
}

/** Makes the page believe that another tab is in front of it. */
const hide = (person, hidden) =>
    person.page.evaluate((value) => {
        Object.defineProperty(window.document, 'hidden', { configurable: true, get: () => value });
        window.document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);

const textOf = (person, testId) => person.at(testId).first().innerText();

test('J2, the specialist’s queue: a vital emergency stands above what waited longer and rings in a hidden tab; one doctor takes it and the other reads who; the notes are kept; a case and an end with a disposition', (t) =>
    scene('j2', async (s) => {
        const [awa, fatou] = [s.server.doctor('obstetrics', 0), s.server.doctor('obstetrics', 1)];
        const doctor = await s.enter(openDoctor(s.server, {}, awa));
        const colleague = await s.enter(openDoctor(s.server, { voice: voices.guest }, fatou));
        const kiosk = await s.enter(openKiosk(s.server));
        await Promise.all([doctor.available(), colleague.available()]);
        const waited = await askFromAnotherPost(s, { urgency: 'routine', intake: { reason: 'Suivi de grossesse', age_years: 22 } });
        await doctor.at('queue-row').filter({ hasText: waited }).waitFor();

        // The emergency comes while the doctor reads something else.
        await hide(doctor, true);
        await kiosk.fillForm();
        const called = await kiosk.call();
        await until('the title to ring', async () => (await doctor.page.title()).includes('🔔'), { within: 3_000, every: 20 });
        t.diagnostic(`figure: the title rings ${Math.round(now() - called)} ms after "Appeler"`);
        await hide(doctor, false);
        const rows = doctor.at('queue-row');
        await until('both to wait', async () => (await rows.count()) === 2);
        assert.deepEqual([await rows.nth(0).getAttribute('data-urgency'), await rows.nth(1).getAttribute('data-urgency')], ['stat', 'routine']);
        await rows.nth(0).locator('.red').first().waitFor();
        const row = await rows.nth(0).innerText();
        for (const part of [await textOf(kiosk, 'place'), 'saigne depuis ce matin', '171', '113']) assert.ok(row.includes(part), `the row tells "${part}"`);

        await colleague.at('queue-row').first().waitFor();
        await doctor.claim();
        await colleague.at('notice').filter({ hasText: 'pris par' }).filter({ hasText: awa.name.split(' ').at(-1) }).waitFor({ timeout: 1_500 });
        await allHear([kiosk, doctor]);
        await doctor.at('record').first().filter({ hasText: 'saigne depuis ce matin' }).waitFor();

        await doctor.at('note').fill('Pré-éclampsie probable, perfusion en place.');
        await until('the notes to be kept', async () => (await doctor.attribute('note-state', 'data-state')) === 'saved', { within: 8_000 });
        await doctor.page.reload();
        await doctor.inCall();
        await until('the notes to be back', async () => (await doctor.at('note').inputValue()).includes('Pré-éclampsie'));
        await allHear([kiosk, doctor]);

        await doctor.advise('Sulfate de magnésium 4 g, puis évacuer.');
        await kiosk.at('advice-item').filter({ hasText: 'magnésium' }).waitFor();
        await doctor.press('close');
        assert.ok(await doctor.at('close-confirm').isDisabled(), 'nothing ends without a disposition');
        await doctor.press('disposition-advice');
        await doctor.press('close-confirm');
        await kiosk.at('closed').waitFor();

        // What is no emergency goes on in writing.
        await doctor.press('claim');
        await doctor.inCall();
        await doctor.press('hangup');
        await doctor.press('defer');
        await doctor.at('became-case').waitFor();
        await doctor.press('became-case-open');
        await doctor.at('case').filter({ hasText: 'Suivi de grossesse' }).waitFor();
    }));

test('J3, the link dies in the middle: both are told, 50 s later the voice is back in the same consultation, and a link that stays away makes it a case in which nothing is lost', { skip: untilNight }, (t) =>
    scene('j3', async (s) => {
        await s.server.stop();
        await s.server.serve({ TERANGA_CASES__LINK_LOST_S: '65' });
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { link }));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        const consultation = await doctor.attribute('call', 'data-consultation');
        await doctor.advise('Position latérale gauche, perfusion.');
        await kiosk.at('advice-item').filter({ hasText: 'latérale' }).waitFor();

        const { cut, told } = await cutLink(link, kiosk, doctor);
        t.diagnostic(`figure: told after ${told.join(' / ')} ms (post / doctor)`);
        assert.ok(Math.max(...told) < 2_000, `told after ${told}`);
        await doctor.at('note').fill('écrit pendant la coupure');
        await pause(Math.max(0, cut + 45_000 - now()));
        await kiosk.at('outage').filter({ hasText: /téléphon/ }).waitFor({ timeout: 4_500 });
        assert.ok(await kiosk.page.locator('footer a[href^="tel:"], footer [data-testid="phone"]').count(), 'its number is there');
        assert.match(await textOf(kiosk, 'advice-item'), /latérale/, 'and so is the last advice');
        await pause(Math.max(0, cut + 50_000 - now()));
        const joined = now();
        link.join();
        const back = Math.max(
            ...(await Promise.all([[kiosk, doctor], [doctor, kiosk]].map(([one, other]) => until('the voice to be back', () => one.steadySince(other, joined), { within: 20_000 })))),
        ) - joined;
        t.diagnostic(`figure: voice both ways ${Math.round(back)} ms after an outage of 50 s`);
        assert.equal(await doctor.attribute('call', 'data-consultation'), consultation, 'the same consultation, and no new ring');
        assert.equal(await doctor.at('note').inputValue(), 'écrit pendant la coupure');

        const gone = now();
        link.cut();
        await doctor.at('became-case').waitFor({ timeout: 75_000 });
        t.diagnostic(`figure: a case ${Math.round((now() - gone) / 1_000)} s after the link went`);
        await doctor.press('became-case-open');
        await doctor.at('case').filter({ hasText: 'saigne depuis ce matin' }).waitFor();
        await doctor.at('advice-item').filter({ hasText: 'latérale' }).waitFor();
        link.join();
        await kiosk.at('underway').waitFor({ timeout: 30_000 });
        assert.equal(await kiosk.attribute('underway', 'data-consultation'), consultation);
    }));

/** Each step of the escalation lasts as long as an empty one does, and the post has the time to choose. */
const NOBODY = { TERANGA_ESCALATION__STAT_S: '3', TERANGA_CASES__DEFER_S: '120' };

test('J4, nobody is there: the clock runs out step by step, the post goes on as a case without typing anything again, and the answer comes by itself', () =>
    scene('j4', async (s) => {
        await s.server.stop();
        await s.server.serve(NOBODY);
        const folder = scratch('patient');
        s.atEnd(() => rmSync(folder, { recursive: true }));
        const kiosk = await s.enter(openKiosk(s.server, { camera: patientCamera(folder) }));
        await kiosk.fillForm();
        await kiosk.call();
        for (const step of ['on_call', 'second', 'regional']) await kiosk.page.locator(`[data-testid="step-clock"][data-step="${step}"]`).waitFor({ timeout: 15_000 });
        await kiosk.at('nobody').waitFor({ timeout: 15_000 });
        for (const choice of ['defer', 'call-back-10', 'phone']) await kiosk.at(choice).first().waitFor();

        await kiosk.press('defer');
        await kiosk.at('underway').waitFor();
        await until('the case to be sent', async () => (await kiosk.attribute('receipts', 'data-state')) === 'sent');
        await kiosk.attachPhoto();
        await kiosk.recordNote(2_000);
        await kiosk.press('note-send');
        await kiosk.at('attach-file').setInputFiles(document);

        const doctor = await s.enter(openDoctor(s.server));
        const row = doctor.at('case-row').first();
        await row.getByTestId('case-due').waitFor();
        assert.match(await row.getByTestId('case-due').innerText(), /répondre (avant|dans)/i);
        await row.getByTestId('case-open').click();
        const record = await textOf(doctor, 'record');
        for (const typed of ['saigne depuis ce matin', '171', '113', '131']) assert.ok(record.includes(typed), `the case has "${typed}"`);
        await until('the photo, the voice note and the ECG to be there', async () => (await doctor.at('attachment').count()) === 3, { within: 90_000 });
        await until('the post to read that it is read', async () => (await kiosk.attribute('receipts', 'data-state')) === 'read');

        await doctor.advise('Sulfate de magnésium, puis évacuer vers le centre.');
        await until('the post to read that it is answered', async () => (await kiosk.attribute('receipts', 'data-state')) === 'answered');
        await kiosk.press('home');
        await kiosk.press('cases');
        await kiosk.choosePin();
        await kiosk.press('case-row');
        await kiosk.at('advice-item').filter({ hasText: 'magnésium' }).waitFor();
    }));
