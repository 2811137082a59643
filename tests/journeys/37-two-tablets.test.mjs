// Two tablets of one post: one files a case with a photo, the other one answers the specialist and tells the outcome, without and with a network; neither
// is asked twice, and a case that becomes a call is a call of one tablet.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { openLink } from '../world/link.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { binary, scratch } from '../world/paths.mjs';
import { patientCamera } from '../world/patient-camera.mjs';
import { openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { until } from '../world/wait.mjs';

const TABLET = { width: 1024, height: 600 };
const PHONE = { width: 360, height: 640 };

/** A code for a second tablet of the post whose first one the demonstration has. */
function secondTablet(server) {
    const said = execFileSync(binary, ['enroll', 'poste-nabadji', '--tablet', '2', '--data', server.data], { encoding: 'utf8' });
    return /code:\s+(\S+)/.exec(said)[1];
}

/** A tablet with a PIN and its pages on the device. */
async function openTablet(s, options = {}, code = s.server.access.kiosk[0].code) {
    const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET, ...options }, 0, code));
    await kiosk.settle();
    return kiosk;
}

const row = (kiosk, id) => kiosk.page.locator(`[data-testid="case-row"][data-consultation="${id}"]`);
const rowIs = (kiosk, id, state) => kiosk.page.locator(`[data-testid="case-row"][data-consultation="${id}"][data-state="${state}"]`).waitFor({ timeout: 20_000 });
const act = (kiosk, type, state) => kiosk.page.locator(`[data-testid="own-act"][data-type="${type}"][data-state="${state}"]`);
const needed = async (kiosk) => Number(await kiosk.attribute('cases', 'data-needed').catch(() => 0));

async function fits(kiosk, vital, onPhone = vital) {
    for (const size of [PHONE, TABLET]) {
        await resize(kiosk.page, size);
        assert.deepEqual(await layoutFaults(kiosk.page, size === PHONE ? onPhone : vital), [], `${size.width}x${size.height}`);
    }
}

async function addPhoto(kiosk) {
    await kiosk.at('add-attachment').waitFor();
    await kiosk.attachPhoto();
    await until('the photo to be on the tablet', async () => (await kiosk.at('own-attachment').count()) === 1);
}

/** Opens the list, and the case in it. */
async function openCase(kiosk, id) {
    await kiosk.press('cases');
    await row(kiosk, id).click();
}

test('a case that one tablet filed without a network is gone on with at the other one, and nobody is asked twice', () =>
    scene('two-tablets', async (s) => {
        const [linkA, linkB] = [await openLink(s.server.url), await openLink(s.server.url)];
        s.atEnd(() => linkA.close());
        s.atEnd(() => linkB.close());
        const folder = scratch('patient');
        s.atEnd(() => rmSync(folder, { recursive: true }));
        const doctor = await s.enter(openDoctor(s.server));
        const a = await openTablet(s, { link: linkA, camera: patientCamera(folder) });
        const b = await openTablet(s, { link: linkB }, secondTablet(s.server));

        linkA.cut();
        await a.fillForm();
        await a.press('file');
        await a.press('file-send');
        const id = await a.attribute('underway', 'data-consultation');
        await addPhoto(a);
        await a.press('home');
        assert.equal(await b.at('cases').count(), 0, 'the server has nothing yet');
        linkA.join();
        await b.at('cases').waitFor({ timeout: 30_000 });
        await openCase(b, id);
        await until('the second tablet to see the photo', async () => (await b.at('attachment').count()) === 1, { within: 30_000 });
        await b.at('picture').waitFor();

        const desk = doctor.page.locator(`[data-testid="case-row"][data-consultation="${id}"]`);
        await desk.getByTestId('case-open').click();
        await doctor.at('case-message').fill('Saigne-t-elle encore ?');
        await doctor.press('case-ask');
        await b.at('question').filter({ hasText: 'Saigne-t-elle encore' }).waitFor();
        await until('the first tablet to be asked as well', async () => (await needed(a)) === 1);

        // What the second tablet received is readable without a network, and what is answered there goes by itself.
        linkB.cut();
        await b.page.reload();
        await b.at('cases').waitFor({ timeout: 20_000 });
        await b.press('cases');
        await b.enterPin();
        await b.at('cases-known-at').waitFor();
        await row(b, id).click();
        await b.at('question').filter({ hasText: 'Saigne-t-elle encore' }).waitFor();
        await b.at('case-text').fill('Moins qu’hier.');
        await b.press('case-send');
        await act(b, 'write_chat', 'stored').waitFor();
        linkB.join();
        await doctor.at('chat-line').filter({ hasText: 'Moins qu’hier' }).waitFor({ timeout: 30_000 });
        await until('the first tablet not to be asked any more', async () => (await needed(a)) === 0);
        await openCase(a, id);
        for (const said of ['Saigne-t-elle encore', 'Moins qu’hier']) await a.at('chat-line').filter({ hasText: said }).waitFor();
        assert.equal(await a.at('question').count(), 0);

        await doctor.advise('Repos, à revoir demain.');
        for (const kiosk of [a, b]) await kiosk.at('advice-item').filter({ hasText: 'Repos' }).waitFor();
        await doctor.press('case-close');
        await doctor.press('disposition-advice');
        await doctor.press('follow-up-24');
        await doctor.press('close-confirm');
        for (const kiosk of [a, b]) await kiosk.at('outcome').waitFor();

        // The first tablet tells an outcome that it cannot send, and the second one is faster.
        linkA.cut();
        await a.press('outcome-evacuated');
        await a.press('outcome-send');
        await act(a, 'tell_outcome', 'stored').waitFor({ timeout: 40_000 });
        await b.press('outcome-recovered');
        await b.press('outcome-send');
        await b.at('case-over').filter({ hasText: 'Guérison' }).waitFor();
        linkA.join();
        await a.at('told-first').filter({ hasText: 'Guérison' }).waitFor({ timeout: 30_000 });
        await a.at('case-over').filter({ hasText: 'Guérison' }).waitFor();
        assert.equal(await a.at('outcome').count() + await a.at('own-act-retry').count(), 0, 'it is not asked, and not offered again');
        await fits(a, ['own-act-drop'], []);
        await a.press('own-act-drop');
        await until('nothing to be left to send', async () => (await a.at('own-act').count()) === 0);

        const view = await doctor.page.evaluate(async (path) => (await fetch(path)).json(), `/api/consultations/${id}`);
        assert.deepEqual([view.summary.outcome.outcome, view.chat.length, view.record.attachments.length], ['recovered', 2, 1]);
        assert.equal(view.events.filter(({ kind }) => kind === 'outcome_told').length, 1);
    }));

test('a case that one tablet makes a call is a call there, and the other one says so', () =>
    scene('two-tablets-call', async (s) => {
        const a = await openTablet(s);
        const b = await openTablet(s, {}, secondTablet(s.server));
        await a.fillForm();
        await a.press('file');
        await a.press('file-send');
        const id = await a.attribute('underway', 'data-consultation');
        await a.press('to-cases');
        await row(a, id).click();
        await a.at('call-now').waitFor();
        await openCase(b, id);
        await b.press('call-now');
        await b.at('wait').waitFor();
        await a.at('case-is-call').waitFor();
        await fits(a, ['case-is-call']);
        assert.equal(await a.at('call-now').count() + await a.at('wait').count(), 0, 'nothing of the call is here');
        await a.press('back');
        await a.press('back');
        await a.press('history');
        const line = a.at('history-row').first();
        await line.click();
        assert.match(await line.innerText(), /En attente/);
        assert.equal(await line.getByRole('button', { name: 'Revenir' }).count(), 0, 'nobody enters it from here');
        await b.press('cancel');
        await b.press('cancel-yes');
        await b.home();
        await a.press('back');
        await a.home();
        await until('the first screen to lead to no case any more', async () => (await a.at('cases').count()) === 0);
    }));
