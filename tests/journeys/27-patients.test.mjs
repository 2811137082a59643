// The patients of a post: a nurse finds again, without a network and in another spelling, whom the post has seen before; the request goes without a
// choice as well; and the doctor reads beside the call what this post had before, which is written to the audit log.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { layoutFaults, resize } from '../world/layout.mjs';
import { openLink } from '../world/link.mjs';
import { artifacts, binary } from '../world/paths.mjs';
import { openDoctor, openKiosk, patient } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { pause, until } from '../world/wait.mjs';

const FATOU = { ...patient, name: 'Fatoumata N’Diaye', reason: 'Saigne depuis ce matin' };

test('a patient is found again without a network in another spelling, and the doctor reads what the post had before', () =>
    scene('patients', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { link }));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await kiosk.fillForm(FATOU);
        await kiosk.call();
        await doctor.claim();
        await doctor.inCall();
        const first = await doctor.attribute('call', 'data-consultation');
        await doctor.advise('Repos et surveillance');
        await kiosk.at('advice-item').first().waitFor();
        await doctor.finish();
        await kiosk.at('closed').first().waitFor();
        await kiosk.press('home');
        const listed = kiosk.page.waitForResponse((response) => response.url().endsWith('/api/patients') && response.ok(), { timeout: 30_000 });
        await kiosk.page.reload();
        await kiosk.home();
        await listed;
        // The list is sealed and written after it has come.
        await pause(1_500);

        link.cut();
        await kiosk.page.reload();
        await kiosk.home();
        await kiosk.press('urgent-obstetrics');
        await kiosk.at('field-name').fill('fatou ndiay');
        await kiosk.at('patient-proposed').first().waitFor();
        // A year of birth tells two patients of one name apart; the right one is found by name and year.
        await kiosk.at('unit-age').selectOption('born');
        const born = new Date().getFullYear() - Number(FATOU.age);
        await kiosk.at('field-age').fill(String(born - 20));
        await until('nobody of this name and year', async () => (await kiosk.at('patient-proposed').count()) === 0);
        await kiosk.at('field-age').fill(String(born));
        await kiosk.at('patient-proposed').first().waitFor();
        await kiosk.at('field-age').fill('');
        await kiosk.at('patient-proposed').first().click();
        await kiosk.at('patient-chosen').waitFor();
        assert.equal(await kiosk.at('field-name').inputValue(), FATOU.name);
        assert.equal(await kiosk.at('field-dpp').inputValue(), FATOU.dpp);
        assert.equal(await kiosk.at('field-age').inputValue(), FATOU.age);
        link.join();

        await doctor.available();
        await kiosk.call();
        await until('the request to ring', async () => (await doctor.at('claim').count()) > 0, { within: 30_000 });
        await doctor.claim();
        await doctor.inCall();
        await doctor.press('previous');
        await doctor.at('previous-row').first().click();
        await doctor.at('previous-advice').filter({ hasText: 'Repos et surveillance' }).waitFor();
        assert.equal(await doctor.at('previous-row').count(), 1, 'one consultation before this one');
        const read = execFileSync(binary, ['audit', first, '--data', s.server.data], { encoding: 'utf8' });
        assert.match(read, /opened/, 'the reading is in the audit log');
        assert.ok(!s.server.log.includes('Fatoumata'), 'no name is in the log');
    }));

/** A consultation of this post from the form to its end. Without a name nobody knows who the patient is. */
async function consult(kiosk, doctor, name) {
    await doctor.available();
    await kiosk.press('urgent-obstetrics');
    if (await kiosk.at('new-patient').count()) await kiosk.press('new-patient');
    if (name) await kiosk.at('field-name').fill(name);
    await kiosk.at('field-pulse').fill(patient.pulse);
    await kiosk.call();
    await until('the request to ring', async () => (await doctor.at('claim').count()) > 0, { within: 30_000 });
    await doctor.claim();
    await doctor.inCall();
    await doctor.advise('Repos');
    await doctor.finish();
    await kiosk.at('closed').first().waitFor();
    await kiosk.press('home');
    await kiosk.home();
}

test('whoever is not known is not held up, and is joined and separated later', () =>
    scene('patients-join', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        for (const name of ['Awa Sy', 'Hawa Sy', null]) await consult(kiosk, doctor, name);
        await kiosk.press('urgent-obstetrics');
        await kiosk.at('field-name').fill('Awa Sy');
        await kiosk.at('patient-search').click();
        await until('both to be proposed', async () => (await kiosk.at('patient-proposed').count()) >= 2);
        await kiosk.at('patient-proposed').first().click();
        await kiosk.press('patient-open');
        await kiosk.choosePin('4711');
        const visits = () => kiosk.at('patient-before').count();
        await until('one consultation', async () => (await visits()) === 1);
        await kiosk.press('patient-same');
        await until('both to be one', async () => (await visits()) === 2);
        await kiosk.press('patient-undo');
        await until('both to be apart again', async () => (await visits()) === 1);
        await kiosk.press('patient-close');
        await kiosk.press('back');

        // The woman without a name says the next day who she is: her consultation joins her file, from the list of the last weeks.
        await kiosk.press('history');
        const nameless = kiosk.at('patient-recent').filter({ hasText: 'Inconnu' });
        await nameless.click();
        await kiosk.at('patient-name').fill('awa sy');
        await kiosk.press('patient-find');
        await kiosk.page.locator('[data-testid="patient-alike"]', { hasText: /^Awa Sy/ }).getByTestId('patient-same').click();
        await until('her consultations to be together', async () => (await visits()) === 2);
        for (const size of [{ width: 360, height: 640 }, { width: 1024, height: 600 }]) {
            await resize(kiosk.page, size);
            assert.deepEqual(await layoutFaults(kiosk.page, []), [], JSON.stringify(size));
            await kiosk.page.screenshot({ path: join(artifacts('screens'), `patient-joined-${size.width}.png`) });
        }
        await kiosk.press('patient-undo');
        await until('her consultation to be without a name again', async () => (await visits()) === 1);
        await kiosk.press('patient-close');
        await until('the list to have her back', async () => (await nameless.count()) === 1);

        // The other way round: from her file.
        await kiosk.at('patient-recent').filter({ hasText: /^Hawa Sy/ }).click();
        await kiosk.at('patient-nameless').locator('summary').click();
        await kiosk.at('patient-nameless').getByTestId('patient-same').first().click();
        await until('the consultation to join the file', async () => (await visits()) === 2);
    }));

/** Runs in the page: it is five minutes later. */
function later() {
    const { now } = Date;
    Date.now = () => now() + 300_000;
}

test('a locked tablet names no patient in a form, and covers what was typed minutes ago', () =>
    scene('patients-locked', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await consult(kiosk, doctor, 'Awa Sy');
        await kiosk.press('history');
        await kiosk.choosePin('4711');
        await kiosk.at('patient-recent').first().waitFor();
        await kiosk.press('back');
        await kiosk.press('urgent-child');
        await kiosk.at('field-name').fill('Binta Ka');
        await kiosk.press('back');
        await kiosk.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
        // The list of patients is sealed and written after it has come.
        await pause(1_500);
        // The server would tell the time, by which five minutes have not passed.
        await s.server.kill();
        await kiosk.page.addInitScript(later);
        await kiosk.page.reload();
        await kiosk.home();

        // A passer-by presses each door: no name, and nothing that was typed.
        await kiosk.press('urgent-obstetrics');
        await kiosk.at('field-name').fill('Awa');
        await kiosk.at('patient-unlock').waitFor();
        assert.equal((await kiosk.at('patient-proposed').count()) + (await kiosk.at('patient-search').count()), 0);
        await kiosk.press('back');
        await kiosk.press('urgent-child');
        await kiosk.at('draft-covered').waitFor();
        assert.equal(await kiosk.at('field-name').count(), 0);
        for (const size of [{ width: 360, height: 640 }, { width: 1024, height: 600 }]) {
            await resize(kiosk.page, size);
            assert.deepEqual(await layoutFaults(kiosk.page, ['new-patient', 'draft-resume']), [], JSON.stringify(size));
            await kiosk.page.screenshot({ path: join(artifacts('screens'), `draft-covered-${size.width}.png`) });
        }

        // A new patient needs no PIN; the nurse goes on with hers by the PIN.
        await kiosk.press('draft-resume');
        await kiosk.enterPin('4711');
        await until('the form as it was', async () => (await kiosk.at('field-name').inputValue()) === 'Binta Ka');
        await kiosk.press('back');
        await kiosk.press('urgent-obstetrics');
        await kiosk.at('patient-proposed').filter({ hasText: 'Awa Sy' }).waitFor();
        await kiosk.page.reload();
        await kiosk.home();
        await kiosk.press('urgent-child');
        await kiosk.press('new-patient');
        assert.equal(await kiosk.at('field-name').inputValue(), '');
    }));
