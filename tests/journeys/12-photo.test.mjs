// A photo: a doctor asks for it, the nurse takes it, it is uploaded behind the voice, is seen as a thumbnail and then sharp, and the doctor
// draws on it. The test rewrites the server's `caps` in the pages to make the link thin, as for pictures.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLink } from '../world/link.mjs';
import { untilNight } from '../world/night.mjs';
import { scratch } from '../world/paths.mjs';
import { patientCamera } from '../world/patient-camera.mjs';
import { allHear, meet, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { pause, until } from '../world/wait.mjs';

/** Runs in the page: `caps` always allows no camera and a given rate for pictures. */
function thin({ bps }) {
    const slot = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage');
    Object.defineProperty(WebSocket.prototype, 'onmessage', {
        ...slot,
        set(listener) {
            slot.set.call(this, (event) => {
                const message = typeof event.data === 'string' && event.data.includes('"caps"') ? JSON.parse(event.data) : null;
                if (message?.type !== 'caps') return listener?.call(this, event);
                const data = JSON.stringify({ ...message, video_bps: null, pictures_bps: bps, rung: 'pictures' });
                listener?.call(this, new MessageEvent('message', { data }));
            });
        },
    });
}

const state = (person) => person.attribute('photo', 'data-state');
const share = async (person) => Number(await person.attribute('photo-progress', 'data-share'));
const pictureOf = (person, within) =>
    person.page.evaluate(async (selector) => {
        const image = document.querySelector(`${selector} img`);
        await image.decode();
        const bytes = await (await fetch(image.src)).arrayBuffer();
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
        const pen = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext('2d');
        pen.drawImage(image, 0, 0);
        const pixels = pen.getImageData(0, 0, image.naturalWidth, image.naturalHeight).data;
        const seen = new Uint8Array(await crypto.subtle.digest('SHA-256', pixels));
        return {
            width: image.naturalWidth,
            height: image.naturalHeight,
            bytes: bytes.byteLength,
            sha256: digest.join(),
            pixels: seen.join(),
        };
    }, within);

/** Asks for a photo, takes it and begins the upload. */
async function askAndSend(kiosk, doctor) {
    await doctor.press('ask-photo');
    await kiosk.at('photo-request').waitFor();
    await kiosk.press('photo-take');
    await kiosk.press('photo-shoot');
    await kiosk.at('photo-still').waitFor();
    await kiosk.press('photo-again');
    await kiosk.press('photo-shoot');
    await kiosk.press('photo-send');
    await kiosk.at('photo-sending').waitFor();
}

const pieces = (kiosk) => kiosk.browser.requests.filter(({ method, url }) => method === 'PUT' && url.includes('/photos/'));
const offsetOf = ({ url }) => Number(new URL(url).searchParams.get('offset'));

test('a photo is asked for, taken, sent behind the voice through an outage, seen small, then sharp, and drawn on', (t) =>
    scene('photo', async (s) => {
        const folder = scratch('photo');
        s.atEnd(() => rmSync(folder, { recursive: true }));
        const scripts = [{ run: thin, setting: { bps: 40_000 } }];
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { scripts, link, camera: patientCamera(folder) }));
        const doctor = await s.enter(openDoctor(s.server, { scripts }));
        const people = [kiosk, doctor];
        await meet(kiosk, doctor);
        await pause(5_000);
        const quiet = await doctor.hears(kiosk, 5_000);
        await askAndSend(kiosk, doctor);
        const began = performance.now();

        await until('the doctor to see a thumbnail', async () => (await state(doctor)) === 'coming' && (await pictureOf(doctor, '[data-testid="photo"]')));
        const small = await pictureOf(doctor, '[data-testid="photo"]');
        const thumbnailMs = performance.now() - began;
        assert.ok(small.bytes <= 1_500 && small.width <= 128, `${small.bytes} B, ${small.width} px`);
        await until('both to see it move', async () => (await share(doctor)) > 0.15 && (await share(kiosk)) > 0.15, { within: 30_000 });
        await allHear(people);
        const before = await share(kiosk);
        assert.ok(before < 0.8, 'it is still on its way');

        link.cut();
        await until('the kiosk to tell', async () => (await kiosk.attribute('photo-sending', 'data-stuck')) === 'true');
        await pause(8_000);
        link.join();
        const since = performance.now();
        await until('it to move on', async () => (await share(kiosk)) > before + 0.02 || (await doctor.attribute('photo', 'data-state')) !== 'coming', { within: 20_000 });
        const resumedMs = performance.now() - since;
        await until('voice to be back', async () => (await doctor.hears(kiosk)) > 0.5);
        await until('the photo to be whole', async () => (await state(doctor)) === 'whole', { within: 60_000 });
        const voice = await doctor.hears(kiosk, 5_000);
        assert.ok(voice > 0.5, `voice was heard meanwhile: ${voice}`);

        await until('the post to see that it has come', async () => (await state(kiosk)) === 'whole');
        const [sent, seen] = [await pictureOf(kiosk, '[data-testid="photo"]'), await pictureOf(doctor, '[data-testid="photo"]')];
        assert.deepEqual(seen, sent, 'the same bytes, the same pixels');
        assert.ok(seen.bytes <= 80_000 && seen.bytes > 30_000, `${seen.bytes} B`);
        const offsets = pieces(kiosk).map(offsetOf);
        const again = offsets.filter((offset, i) => offsets.indexOf(offset) !== i).length;
        assert.ok(again <= 6, `${again} pieces were said again`);
        t.diagnostic(
            `figure: a photo of ${seen.width}x${seen.height}, ${seen.bytes} B in ${new Set(offsets).size} pieces at 40 kbit/s; thumbnail of ` +
                `${small.bytes} B after ${(thumbnailMs / 1000).toFixed(1)} s, moves ${(resumedMs / 1000).toFixed(1)} s after an outage of 8 s, ` +
                `${again} pieces said again; voice heard in ${(voice * 100).toFixed(0)} % of the last 5 s, before the photo in ${(quiet * 100).toFixed(0)} %`,
        );

        await doctor.press('draw-circle');
        const frame = doctor.at('photo-frame');
        await frame.scrollIntoViewIfNeeded();
        const box = await frame.boundingBox();
        const drag = async ([x1, y1], [x2, y2]) => {
            await doctor.page.mouse.move(box.x + box.width * x1, box.y + box.height * y1);
            await doctor.page.mouse.down();
            await doctor.page.mouse.move(box.x + box.width * x2, box.y + box.height * y2, { steps: 4 });
            await doctor.page.mouse.up();
        };
        await drag([0.3, 0.3], [0.7, 0.7]);
        await kiosk.at('mark').first().waitFor();
        await doctor.press('draw-arrow');
        await drag([0.1, 0.1], [0.4, 0.4]);
        await until('the post to see both', async () => (await kiosk.at('mark').count()) === 2);
        const drawn = (one) => one.page.locator('[data-testid="mark"] path:last-child').evaluateAll((paths) => paths.map((path) => path.getAttribute('d')));
        assert.deepEqual(await drawn(kiosk), await drawn(doctor), 'at the same places');
        await doctor.press('draw-undo');
        await until('the arrow to go', async () => (await kiosk.at('mark').count()) === 1);

        const files = readdirSync(join(s.server.data, 'photos'));
        assert.equal(files.length, 1);
        const sealed = readFileSync(join(s.server.data, 'photos', files[0]));
        assert.ok(!sealed.includes('WEBP') && !sealed.includes('RIFF'), 'sealed on the disk');
        await doctor.finish();
        await doctor.press('history');
        await doctor.press('history-open');
        await until('the photo in the history', async () => (await state(doctor)) === 'whole');
        assert.equal(await doctor.at('mark').count(), 1);
    }));

test('a post that is reloaded in the middle sends the rest, and no more', { skip: untilNight }, (t) =>
    scene('photo-reload', async (s) => {
        const folder = scratch('photo');
        s.atEnd(() => rmSync(folder, { recursive: true }));
        const scripts = [{ run: thin, setting: { bps: 60_000 } }];
        const kiosk = await s.enter(openKiosk(s.server, { scripts, camera: patientCamera(folder) }));
        const doctor = await s.enter(openDoctor(s.server, { scripts }));
        await meet(kiosk, doctor);
        await askAndSend(kiosk, doctor);
        await until('a third of it', async () => (await share(kiosk)) > 0.3, { within: 30_000 });
        const sent = pieces(kiosk).length;
        await kiosk.page.reload();
        await until('the photo to be whole', async () => (await state(doctor)) === 'whole', { within: 60_000 });
        const [first] = pieces(kiosk).slice(sent).map(offsetOf);
        t.diagnostic(`figure: reloaded after ${sent} pieces, goes on at byte ${first}`);
        assert.ok(first > 10_000, `went on at ${first}`);
        await allHear([kiosk, doctor]);
        await kiosk.at('photo').waitFor();
    }));

test('a server that is killed in the middle has what it acknowledged, and the rest comes', { skip: untilNight }, (t) =>
    scene('photo-kill', async (s) => {
        const folder = scratch('photo');
        s.atEnd(() => rmSync(folder, { recursive: true }));
        const scripts = [{ run: thin, setting: { bps: 60_000 } }];
        const kiosk = await s.enter(openKiosk(s.server, { scripts, camera: patientCamera(folder) }));
        const doctor = await s.enter(openDoctor(s.server, { scripts }));
        await meet(kiosk, doctor);
        await askAndSend(kiosk, doctor);
        await until('a third of it', async () => (await share(kiosk)) > 0.3, { within: 30_000 });
        await s.server.kill();
        const acknowledged = await share(kiosk);
        await s.server.start();
        await until('the photo to be whole', async () => (await state(doctor)) === 'whole', { within: 60_000 });
        const offsets = pieces(kiosk).map(offsetOf);
        t.diagnostic(`figure: killed at ${(acknowledged * 100).toFixed(0)} %, ${offsets.length - new Set(offsets).size} pieces said again`);
        assert.equal(offsets.filter((offset) => offset === 0).length, 1, 'not from the beginning');
        await until('the post to see that it has come', async () => (await state(kiosk)) === 'whole');
        const [sent, seen] = [await pictureOf(kiosk, '[data-testid="photo"]'), await pictureOf(doctor, '[data-testid="photo"]')];
        assert.equal(seen.sha256, sent.sha256);
        await allHear([kiosk, doctor]);
    }));

test('a photo that is still on the tablet when the doctor ends the consultation follows as a late file, once', { skip: untilNight }, () =>
    scene('photo-late', async (s) => {
        const folder = scratch('photo');
        s.atEnd(() => rmSync(folder, { recursive: true }));
        const kiosk = await s.enter(openKiosk(s.server, { camera: patientCamera(folder) }));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        let isBlocked = true;
        await kiosk.page.route('**/photos/**', (route) => (isBlocked ? route.abort() : route.continue()));
        await askAndSend(kiosk, doctor);
        const id = await doctor.attribute('call', 'data-consultation');
        await doctor.finish();
        await kiosk.at('closed').waitFor();
        isBlocked = false;
        const files = async () => {
            const view = await doctor.page.evaluate(async (path) => (await fetch(path)).json(), `/api/consultations/${id}`);
            return view.record.attachments ?? [];
        };
        await until('it to be in the record', async () => (await files()).length === 1, { within: 60_000 });
        const [file] = await files();
        assert.deepEqual([file.late, file.file.content.kind], [true, 'photo']);
        await pause(2_000);
        assert.equal((await files()).length, 1, 'once');
        await until('the tablet to have nothing left to send', async () => (await kiosk.at('outgoing').count()) === 0, { within: 20_000 });
        await doctor.press('history');
        await doctor.press('history-open');
        await doctor.at('attachment-late').waitFor();
    }));
