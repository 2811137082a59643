// Attachments: a nurse whom nobody answers adds a photo, a voice note and an electrocardiogram without a network; they are sent through an outage and a
// server that is killed, each arrives once, and the doctor looks at them and hears them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLink } from '../world/link.mjs';
import { root, scratch } from '../world/paths.mjs';
import { openBrowser } from '../world/browser.mjs';
import { voices } from '../world/fixtures.mjs';
import { untilNight } from '../world/night.mjs';
import { patientCamera } from '../world/patient-camera.mjs';
import { Kiosk, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { pause, until } from '../world/wait.mjs';

const documents = join(root, 'tests', 'fixtures', 'documents');
const PIECE_MS = 400;

/** Opens a kiosk whose request waits for a doctor who is not there. */
async function waiting(s, options = {}) {
    const folder = scratch('patient');
    s.atEnd(() => rmSync(folder, { recursive: true }));
    const kiosk = await s.enter(openKiosk(s.server, { camera: patientCamera(folder), ...options }));
    await kiosk.fillForm();
    await kiosk.call();
    await kiosk.at('add-attachment').waitFor();
    return kiosk;
}

/** The kind and the state of everything that the kiosk adds. */
const own = (kiosk) =>
    kiosk.at('own-attachment').evaluateAll((all) => all.map(({ dataset }) => [dataset.kind, dataset.state, Number(dataset.share)]));
const states = async (kiosk) => (await own(kiosk)).map(([, state]) => state);

const addFile = (kiosk, name) => kiosk.at('attach-file').setInputFiles(join(documents, name));

/** Holds every piece of an attachment up, as a thin link does. */
const slowly = (kiosk) =>
    kiosk.page.route('**/attachments/**', async (route) => {
        await pause(PIECE_MS);
        await route.continue().catch(() => undefined);
    });

const recordOf = (person, id) => person.page.evaluate(async (path) => (await fetch(path)).json(), `/api/consultations/${id}`);

test('what is added without a network arrives once, through an outage and a server that is killed, and is seen and heard', { skip: untilNight }, (t) =>
    scene('attachments', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await waiting(s, { link });
        await slowly(kiosk);
        link.cut();
        await kiosk.attachPhoto();
        await kiosk.recordNote(3_000);
        await kiosk.press('note-send');
        await addFile(kiosk, 'ecg.pdf');
        await until('all three to be on the tablet', async () => (await states(kiosk)).length === 3);
        assert.deepEqual((await own(kiosk)).map(([kind]) => kind), ['photo', 'voice_note', 'document']);
        assert.ok((await states(kiosk)).every((state) => state === 'kept'), `${await states(kiosk)}`);

        link.join();
        const middle = async (kind) => (await own(kiosk)).some(([one, state, share]) => one === kind && state === 'sending' && share > 0.1 && share < 0.9);
        await until('a part of the photo to be sent', () => middle('photo'), { within: 60_000 });
        link.cut();
        await pause(3_000);
        link.join();
        await until('a part of the document to be sent', () => middle('document'), { within: 90_000 });
        await s.server.kill();
        await s.server.start();
        await until('all three to have arrived', async () => (await states(kiosk)).every((state) => state === 'sent'), { within: 120_000 });

        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await doctor.claim();
        await doctor.inCall();
        await until('the doctor to see all three', async () => (await doctor.at('attachment').count()) === 3);
        const id = await doctor.attribute('call', 'data-consultation');
        const { record } = await recordOf(doctor, id);
        assert.deepEqual(
            record.attachments.map(({ file }) => file.content.kind),
            ['photo', 'voice_note', 'document'],
            'each once, in their order',
        );
        const note = record.attachments[1].file;
        assert.ok(note.content.duration_ms > 2_000 && note.content.duration_ms < 6_000 && !note.content.silent, JSON.stringify(note.content));

        await until('the photo and the first page', async () => (await doctor.at('picture').count()) === 2, { within: 30_000 });
        assert.equal(await doctor.at('page-number').textContent(), 'page 1/2');
        await doctor.press('page-next');
        await until('the second page', async () => (await doctor.at('page-number').textContent()) === 'page 2/2' && (await doctor.at('picture').count()) === 2);
        await doctor.at('picture').last().click();
        await doctor.at('picture-large').waitFor();
        await doctor.page.keyboard.press('Escape');
        await doctor.at('picture-large').waitFor({ state: 'detached' });
        await doctor.press('voice-load');
        await until('the note to be heard', async () => Number(await doctor.attribute('player', 'data-place')) > 0.5, { within: 15_000 });
        const original = await doctor.page.evaluate(async (selector) => {
            const bytes = await (await fetch(document.querySelector(selector).href)).arrayBuffer();
            return [...new Uint8Array(bytes)];
        }, '[data-testid="attachment-original"]');
        assert.deepEqual(Buffer.from(original), readFileSync(join(documents, 'ecg.pdf')), 'the original is as it was');

        for (const file of readdirSync(join(s.server.data, 'photos'))) {
            const sealed = readFileSync(join(s.server.data, 'photos', file));
            assert.ok(!['%PDF', 'WEBP', 'OpusHead', 'JFIF'].some((word) => sealed.includes(word)), 'sealed on the disk');
        }
        await doctor.finish();
        await doctor.press('history');
        await doctor.press('history-open');
        await until('all three in the history', async () => (await doctor.at('attachment').count()) === 3);
        const sent = kiosk.browser.requests.filter(({ method, url }) => method === 'PUT' && url.includes('/attachments/'));
        t.diagnostic(`figure: 3 attachments in ${sent.length} pieces, through an outage of 3 s and a kill -9; a note of ${note.bytes} B for ${note.content.duration_ms} ms`);
    }));

test('a note that a power cut interrupts is found again, and a reload goes on with what was being sent', () =>
    scene('attachments-power', async (s) => {
        // The wait must not end as a case before the slow files have arrived.
        await s.server.stop();
        await s.server.serve({ TERANGA_CASES__DEFER_S: '600' });
        const kiosk = await waiting(s);
        await slowly(kiosk);
        await addFile(kiosk, 'ecg.pdf');
        await until('a part to be sent', async () => (await own(kiosk)).some(([, state, share]) => state === 'sending' && share > 0.2), { within: 30_000 });
        await kiosk.press('attach-note');
        await kiosk.press('note-start');
        await kiosk.at('note-elapsed').waitFor();
        await pause(3_500);
        await kiosk.page.reload();
        await kiosk.at('add-attachment').waitFor();
        await kiosk.press('attach-note');
        await kiosk.at('player').waitFor();
        await kiosk.press('note-send');
        await until('both to have arrived', async () => (await states(kiosk)).filter((state) => state === 'sent').length === 2, { within: 90_000 });
        await kiosk.page.reload();
        await until('both to be shown as sent', async () => `${await states(kiosk)}` === 'sent,sent', { within: 30_000 });
    }));

test('a tablet that lost its power sends its files after the boot, although no message waits and nobody opens a screen', () =>
    scene('attachments-boot', async (s) => {
        // The request becomes a case while the tablet is off, so that nothing but the file reminds of it.
        await s.server.stop();
        await s.server.serve({ TERANGA_ESCALATION__STAT_S: '1', TERANGA_CASES__DEFER_S: '12' });
        const profile = scratch('kept-profile');
        const link = await openLink(s.server.url);
        s.atEnd(() => (link.close(), rmSync(profile, { recursive: true, force: true, maxRetries: 3 })));
        const kiosk = await waiting(s, { link, profile });
        await until('the request to be at the server', async () => (await kiosk.requestState()) === 'waiting');
        link.cut();
        await addFile(kiosk, 'ecg.pdf');
        await until('it to be on the tablet', async () => `${await states(kiosk)}` === 'kept');
        await kiosk.browser.kill();
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.at('case-row').waitFor({ timeout: 30_000 });
        const id = await doctor.attribute('case-row', 'data-consultation');
        assert.equal((await recordOf(doctor, id)).record.attachments?.length ?? 0, 0);

        link.join();
        const browser = await openBrowser({ url: s.server.url, voice: voices.kiosk, profile, link });
        // A browser writes these seconds late, and forgets them when the power fails.
        await browser.context.addInitScript(() => ['busy', 'outgoing'].forEach((name) => localStorage.removeItem(name)));
        await s.enter(Promise.resolve(new Kiosk(browser, await browser.page('/poste'))));
        await until('the document to be in the record', async () => (await recordOf(doctor, id)).record.attachments?.length === 1, { within: 60_000 });
    }));

test('a file that was on its way when the consultation was closed arrives afterwards, once, and is shown with its time', () =>
    scene('attachments-late', async (s) => {
        const kiosk = await waiting(s);
        let isBlocked = true;
        await kiosk.page.route('**/attachments/**', (route) => (isBlocked ? route.abort() : route.continue()));
        await addFile(kiosk, 'ecg.pdf');
        await until('it to be on the tablet', async () => (await states(kiosk)).length === 1);
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await doctor.claim();
        await doctor.inCall();
        const id = await doctor.attribute('call', 'data-consultation');
        await doctor.finish();
        await kiosk.at('closed').waitFor();
        await pause(3_000);
        assert.equal((await recordOf(doctor, id)).record.attachments?.length ?? 0, 0);
        isBlocked = false;
        await kiosk.page.reload();
        await until('it to be in the record', async () => (await recordOf(doctor, id)).record.attachments?.length === 1, { within: 60_000 });
        const { record, events } = await recordOf(doctor, id);
        assert.equal(record.attachments[0].late, true);
        const end = events.find(({ kind }) => kind === 'closed');
        assert.ok(record.attachments[0].at > end.at, 'its own time, after the end');
        await doctor.press('history');
        await doctor.press('history-open');
        await doctor.at('attachment-late').waitFor();
        await until('the tablet to have nothing left to send', async () => (await kiosk.at('outgoing').count()) === 0, { within: 20_000 });
    }));

test('a file that cannot be taken is told in a sentence, and can be removed', () =>
    scene('attachments-refused', async (s) => {
        const kiosk = await waiting(s);
        for (const [name, sentence] of [
            ['two-hundred-pages.pdf', 'plus de douze pages'],
            ['encrypted.pdf', 'mot de passe'],
        ]) {
            await addFile(kiosk, name);
            await kiosk.at('own-attachment').filter({ hasText: sentence }).waitFor();
            await kiosk.press('attach-drop');
            await kiosk.at('own-attachment').waitFor({ state: 'detached' });
        }
        await addFile(kiosk, 'picture.pdf');
        await until('a picture under a wrong name to be a photo', async () => {
            const [only] = await own(kiosk);
            return only?.[0] === 'photo' && only[1] === 'sent';
        }, { within: 30_000 });
    }));
