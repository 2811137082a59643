// Faults at a post: no camera, a refused microphone, a wrong clock, a second window, a lost tablet.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { openBrowser } from '../world/browser.mjs';
import { switchedMicrophone, voices } from '../world/fixtures.mjs';
import { binary } from '../world/paths.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { openLink } from '../world/link.mjs';
import { untilNight } from '../world/night.mjs';
import { allHear, Kiosk, meet, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { now, until } from '../world/wait.mjs';

test('no camera: the voices flow, and the post sees the doctor', () =>
    scene('no-camera', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server, { hasCamera: false }));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        await until('the post to see the doctor', () => kiosk.sees(doctor), { within: 20_000 });
        assert.equal((await doctor.received('video')).frames, 0);
    }));

test('the worker through which both voices pass ends: the specialist hears and is heard again', () =>
    scene('voice-worker', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        const workers = () => doctor.page.evaluate(() => window.world.workers.filter(({ address }) => address.includes('voice-transform')).length);
        assert.equal(await workers(), 1);
        await doctor.page.evaluate(() => {
            for (const { address, worker } of window.world.workers) if (address.includes('voice-transform')) worker.terminate();
        });
        await until('another worker', async () => (await workers()) === 2, { within: 10_000 });
        await allHear([kiosk, doctor], { within: 10_000 });
    }));

test('the network of the post lets only pages through: both are told that no sound passes, until it does', () =>
    scene('no-path', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await kiosk.page.evaluate(() => {
            const { addIceCandidate, setRemoteDescription } = RTCPeerConnection.prototype;
            window.world.blocked = true;
            RTCPeerConnection.prototype.addIceCandidate = function (candidate) {
                return window.world.blocked ? Promise.resolve() : addIceCandidate.call(this, candidate);
            };
            RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
                const known = window.world.blocked ? sdp.replace(/^a=candidate:.*\r\n/gm, '') : sdp;
                return setRemoteDescription.call(this, { type, sdp: known });
            };
        });
        await doctor.available();
        await kiosk.fillForm();
        await kiosk.call();
        await doctor.claim();
        await doctor.inCall();
        await Promise.all([kiosk.at('no-path').waitFor({ timeout: 15_000 }), doctor.at('far-no-path').waitFor({ timeout: 15_000 })]);
        assert.equal(await kiosk.at('rung-what').count(), 0, 'no page says that the voice passes');
        await kiosk.page.evaluate(() => void (window.world.blocked = false));
        await allHear([kiosk, doctor], { within: 30_000 });
        await Promise.all([kiosk.at('no-path').waitFor({ state: 'detached' }), doctor.at('far-no-path').waitFor({ state: 'detached' })]);
    }));

test('the microphone is refused: a sentence says what to do, and the post still hears the doctor', () =>
    scene('no-microphone', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server, { permission: 'refused' }));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await kiosk.fillForm();
        await kiosk.call();
        await kiosk.page.getByText(/micro/i).first().waitFor();
        await doctor.claim();
        await doctor.inCall();
        await until('the post to hear the doctor', async () => (await kiosk.hears(doctor)) > 0.7);
        await kiosk.page.getByText(/micro/i).first().waitFor();
    }));

test('the microphone is unplugged in the middle: the post is told', { skip: untilNight }, () =>
    scene('microphone-unplugged', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        // Chromium ends the track by itself when a device is unplugged.
        await kiosk.page.evaluate(() => {
            const devices = navigator.mediaDevices;
            devices.getUserMedia = () => Promise.reject(new DOMException('gone', 'NotFoundError'));
            devices.enumerateDevices = () => Promise.resolve([]);
            for (const track of window.world.sent.flatMap((stream) => stream.getAudioTracks())) {
                track.stop();
                track.dispatchEvent(new Event('ended'));
            }
            devices.dispatchEvent(new Event('devicechange'));
        });
        await kiosk.page.getByText(/micro/i).first().waitFor();
        await until('the post to hear on', async () => (await kiosk.hears(doctor)) > 0.7);
    }));

test('the microphone gives nothing: both are told; with the sound both sentences go', { skip: untilNight }, () =>
    scene('microphone-dead', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server, { audio: switchedMicrophone(voices.kiosk) }));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        await kiosk.at('mic-state').getByText('On ne vous entend pas').waitFor({ timeout: 30_000 });
        await kiosk.at('another-mic').waitFor();
        await doctor.page.locator('[data-testid="far-voice"][data-voice="dead"]').waitFor({ timeout: 5_000 });
        await kiosk.at('mic-state').waitFor({ state: 'detached', timeout: 20_000 });
        await doctor.at('far-voice').waitFor({ state: 'detached', timeout: 5_000 });
        await until('the sound', async () => (await doctor.hears(kiosk, 500)) > 0.3, { within: 3_000 });
        await kiosk.at('mic-state').waitFor({ timeout: 30_000 });
        await kiosk.press('another-mic');
        await allHear([kiosk, doctor], { within: 30_000 });
    }));

test('muted by oneself: the others see it, and who speaks all the same is told', () =>
    scene('muted', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        await doctor.press('mute');
        await kiosk.page.locator('[data-testid="far-voice"][data-voice="muted"]').waitFor();
        await until('silence', async () => (await kiosk.hears(doctor)) < 0.05);
        await doctor.press('speak');
        await doctor.at('mic-state').waitFor({ state: 'detached' });
        await kiosk.at('far-voice').waitFor({ state: 'detached' });
        await allHear([kiosk, doctor]);
    }));

for (const [direction, told, far] of [
    ['down', 'deaf', 'deaf'],
    ['up', 'mic-state', 'stopped'],
])
    test(`the voice does not pass ${direction}, and everything else does: both are told, and it is repaired`, { skip: direction === 'up' && untilNight }, (t) =>
        scene(`deaf-${direction}`, async (s) => {
            const link = await openLink(s.server.url);
            s.atEnd(() => link.close());
            const kiosk = await s.enter(openKiosk(s.server, { link }));
            const doctor = await s.enter(openDoctor(s.server));
            await meet(kiosk, doctor);
            const [hearer, speaker] = direction === 'down' ? [kiosk, doctor] : [doctor, kiosk];
            await kiosk.watchFor('told', `[data-testid="${told}"]`);
            await doctor.watchFor('told', `[data-testid="far-voice"][data-voice="${far}"]`);
            const since = now();
            link.deafen(direction);
            await until('no voice', async () => (await hearer.hears(speaker)) < 0.05);
            const tellings = await Promise.all([kiosk, doctor].map(async (person) => (await person.shown('told')) - since));
            const back = (await until('the voice', () => hearer.steadySince(speaker, since + 2_000), { within: 20_000 })) - since;
            t.diagnostic(`figure: deaf ${direction}: told after ${tellings.map((ms) => ms.toFixed(0)).join(' / ')} ms (post / doctor), voice back after ${back.toFixed(0)} ms`);
            await kiosk.at(told).waitFor({ state: 'detached' });
            await doctor.at('far-voice').waitFor({ state: 'detached' });
            assert.match(s.server.log, direction === 'down' ? /one_way_audio/ : /voice_stopped/);
            assert.ok(Math.max(...tellings) < 8_000, `told after ${tellings}`);
            assert.ok(back < 15_000, `back after ${back} ms`);
        }));

test('nobody answers: the post is told the number of its district, before any doctor was ever met', () =>
    scene('nobody-answers', async (s) => {
        await s.server.stop();
        await s.server.serve({ TERANGA_ESCALATION__STAT_S: '1', TERANGA_ESCALATION__URGENT_S: '1', TERANGA_ESCALATION__ROUTINE_S: '1' });
        const kiosk = await s.enter(openKiosk(s.server));
        await kiosk.fillForm();
        await kiosk.call();
        await kiosk.at('nobody').waitFor();
        assert.match(await kiosk.at('nobody').innerText(), /Centre de santé de Matam/);
        const dialled = await kiosk.at('phone').getAttribute('href');
        assert.equal(dialled, 'tel:330000013');
    }));

/** The times of day of now and of the minute before, as the country's clock shows them. */
const minutes = () => [0, 60_000].map((ms) => new Date(Date.now() - ms).toISOString().slice(11, 16));

test("the tablet's clock is three years late: it shows the server's time also without a link, says so where a person can mend it, and the call works", () =>
    scene('wrong-clock', async (s) => {
        const browser = await openBrowser({ url: s.server.url, voice: voices.kiosk });
        await browser.context.addInitScript(() => {
            const Right = Date;
            const LATE_MS = (3 * 365 * 24 + 5) * 3_600_000;
            // @ts-ignore
            window.Date = class extends Right {
                constructor(...args) {
                    super(...(args.length ? args : [Right.now() - LATE_MS]));
                }
                static now() {
                    return Right.now() - LATE_MS;
                }
            };
        });
        const kiosk = await s.enter(Promise.resolve(new Kiosk(browser, await browser.page('/poste'))));
        await kiosk.enroll(s.server.access.kiosk[0].code);
        const shown = () => kiosk.page.locator('header.bar time').innerText();
        await until("the server's time", async () => minutes().includes(await shown()));
        await kiosk.press('check');
        assert.match(await kiosk.at('check-clock').innerText(), /fausse \(.* 20\d\d à \d\d:\d\d\)\. Teranga utilise l’heure du serveur/);
        for (const size of [{ width: 360, height: 640 }, { width: 1280, height: 800 }]) {
            await resize(kiosk.page, size);
            assert.deepEqual(await layoutFaults(kiosk.page, []), [], JSON.stringify(size));
        }
        await kiosk.press('check-skip');
        await kiosk.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
        await browser.context.setOffline(true);
        await kiosk.page.reload();
        await kiosk.home();
        await until("the server's time without a link", async () => minutes().includes(await shown()));
        await kiosk.at('without-link').waitFor();
        await browser.context.setOffline(false);
        await until('the link', () => kiosk.at('presence').first().isVisible());
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await kiosk.fillForm();
        await kiosk.call();
        await until('the request to wait', async () => (await kiosk.requestState()) === 'waiting');
        assert.ok(!/\d{3,} ?(h|min)|-\d/.test(await kiosk.page.locator('main').innerText()), 'no absurd wait is shown');
        await doctor.claim();
        await allHear([kiosk, doctor]);
        await until('the timer of a call that just began', async () => /\b0?[0-2]:\d\d/.test(await kiosk.at('timer').first().innerText()));
    }));

test('a second window of the same tablet: one works, the other says so and may continue', () =>
    scene('second-window', async (s) => {
        const first = await s.enter(openKiosk(s.server));
        const second = new Kiosk(first.browser, await first.browser.page('/poste'));
        const idle = await until('one of the windows to stand aside', async () => {
            const aside = await Promise.all([first, second].map((window) => window.at('take-over').isVisible()));
            return aside[0] !== aside[1] && (aside[0] ? first : second);
        });
        const other = idle === first ? second : first;
        await other.home();
        await idle.press('take-over');
        await idle.home();
        await other.at('take-over').waitFor();
    }));

test('a revoked tablet is off in under 5 s, in the middle of a call too', (t) =>
    scene('revoked', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        const { device } = s.server.access.kiosk[0];
        const revoked = now();
        const said = spawnSync(binary, ['device', '--data', s.server.data, 'revoke', device], { encoding: 'utf8' });
        assert.equal(said.status, 0, said.stderr);
        await kiosk.at('enroll-code').waitFor({ timeout: 8_000 });
        const off = now() - revoked;
        t.diagnostic(`figure: a revoked tablet was off after ${off.toFixed(0)} ms`);
        await until('the doctor to hear nobody', async () => (await doctor.hears(kiosk)) < 0.05);
        assert.ok(off < 5_000, `off after ${off} ms`);
    }));
