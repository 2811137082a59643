// Nobody is locked in: a doctor who sleeps, dies, leaves or hands on, a post that goes, a server that restarts in between.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser } from '../world/browser.mjs';
import { voices } from '../world/fixtures.mjs';
import { untilNight } from '../world/night.mjs';
import { allHear, Doctor, meet, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { now, pause, until } from '../world/wait.mjs';

/** It rings again 30 s after the doctor was last there; a busy machine adds some. */
const RINGS_WITHIN_MS = 45_000;

/** Stops or continues all processes of a browser, as a laptop that sleeps and wakes. */
function signal(person, name) {
    for (const pid of person.browser.pids()) process.kill(pid, name);
}

/** The bytes of voice that a page sends in so many milliseconds, without headers. */
async function voiceBytes(person, ms) {
    const sent = async () => (await person.stats(['outbound-rtp'])).filter(({ kind }) => kind === 'audio').reduce((sum, { bytesSent }) => sum + bytesSent, 0);
    await pause(1_000);
    const before = await sent();
    await pause(ms);
    return (await sent()) - before;
}

const second = (server) => openDoctor(server, { voice: voices.guest }, server.doctor('obstetrics', 1));

test('the doctor’s laptop sleeps: it rings again, the server restarts, two take over at once, and who wakes is told', { skip: untilNight }, (t) =>
    scene('laptop-sleeps', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        await doctor.advise('Position latérale gauche');
        await kiosk.at('advice-item').first().waitFor();
        const colleague = await s.enter(second(s.server));
        const third = await s.enter(openDoctor(s.server, { voice: voices.other }, s.server.doctor('surgery')));
        await colleague.available();

        await kiosk.watchFor('told', '[data-testid="far-outage"]');
        await kiosk.watchFor('rings', '[data-testid="rings-again"]');
        const slept = now();
        signal(doctor, 'SIGSTOP');
        let won;
        try {
            const told = (await kiosk.shown('told')) - slept;
            await kiosk.at('call-again').waitFor();
            await kiosk.at('end').waitFor();
            await kiosk.at('hangup').waitFor();
            const rang = (await kiosk.shown('rings', RINGS_WITHIN_MS)) - slept;
            t.diagnostic(`figure: the post knew ${told.toFixed(0)} ms after the doctor fell asleep, and it rang again after ${rang.toFixed(0)} ms`);
            assert.equal(await kiosk.attribute('rings-again', 'data-why'), 'absent');
            await until('one doctor to be rung', async () => (await kiosk.attribute('rings-again', 'data-rung')) === '1');
            await colleague.at('again').first().waitFor();

            await s.server.kill();
            await s.server.start();
            await kiosk.at('rings-again').waitFor({ timeout: 20_000 });
            await Promise.all([colleague, third].map((one) => one.page.locator('[data-testid="claim"]:enabled').first().waitFor({ timeout: 20_000 })));
            // Both click at one moment of the clock that they share, because a click by the driver may come when the row is gone.
            const soon = Date.now() + 500;
            const click = (at) => new Promise((done) => setTimeout(() => done(document.querySelector('[data-testid="claim"]').click()), at - Date.now()));
            await Promise.all([colleague, third].map((one) => one.page.evaluate(click, soon)));
            won = await until('one of two to take over', async () => {
                const inCall = await Promise.all([colleague, third].map((one) => one.at('call').count()));
                return inCall[0] ? colleague : inCall[1] ? third : null;
            });
            const lost = won === colleague ? third : colleague;
            await lost.at('notice').first().waitFor();
            await allHear([kiosk, won]);
            assert.equal(await kiosk.at('rings-again').count(), 0);
            await won.at('advice-item').filter({ hasText: 'latérale' }).first().waitFor();
        } finally {
            // A browser that stands still could be neither looked at nor closed.
            signal(doctor, 'SIGCONT');
        }
        await doctor.at('released').waitFor({ timeout: 30_000 });
        assert.equal(await doctor.at('call').count(), 0);
        await won.advise('Revenir demain');
        await won.finish();
        await kiosk.at('closed').waitFor();
    }));

test('the doctor signs out, the post calls again at once; the same doctor hands on and takes an emergency with one tap', (t) =>
    scene('signs-out', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        const colleague = await s.enter(second(s.server));
        await colleague.available();
        const other = await s.enter(openKiosk(s.server, { voice: voices.other }, 1));

        await doctor.press('hangup');
        await doctor.press('hangup-yes');
        await doctor.at('owed').waitFor();
        await kiosk.at('call-again').click();
        await colleague.at('again').first().waitFor({ timeout: 5_000 });
        await colleague.press('claim');
        await allHear([kiosk, colleague]);
        await doctor.at('released').waitFor();

        await other.fillForm();
        await other.call();
        await colleague.at('emergency').waitFor();
        await colleague.press('hand-on-and-take');
        await allHear([other, colleague]);
        assert.equal(await kiosk.attribute('rings-again', 'data-why'), 'handed_on');
        await doctor.press('claim');
        await allHear([kiosk, doctor]);
        t.diagnostic('figure: two consultations changed hands without a word typed twice');
    }));

test('the post leaves, is called back, goes back and reloads inside the page, and ends what it has left', (t) =>
    scene('post-leaves', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        await kiosk.page.goBack();
        await kiosk.at('leave-dialog').waitFor();
        assert.equal(await kiosk.at('call-screen').count(), 1, 'Back asks and leaves nothing');
        await kiosk.press('hangup-yes');
        await doctor.at('post-left').waitFor();
        const alone = await voiceBytes(doctor, 5_000);
        t.diagnostic(`figure: a doctor alone in a call sends ${alone * 12} bytes of voice a minute`);
        assert.ok(alone * 12 < 15_000, `${alone * 12} bytes a minute to nobody`);
        await doctor.press('call-back');
        await kiosk.at('left').filter({ hasText: 'revenir' }).waitFor();
        await kiosk.press('rejoin');
        await allHear([kiosk, doctor]);
        await kiosk.page.reload();
        await kiosk.at('call-screen').waitFor();
        await allHear([kiosk, doctor]);
        await kiosk.press('hangup');
        await kiosk.press('hangup-yes');
        await kiosk.press('end');
        await kiosk.press('end-yes');
        await doctor.at('closed').waitFor();
        await kiosk.at('closed').waitFor();
    }));

/** Brings the first guest of the demonstration into the call. */
async function invite(server, doctor, guest) {
    await doctor.press('invite');
    await doctor.at('invite-party').filter({ hasText: server.access.guests[0].name }).first().click();
    const send = doctor.at('invite-send');
    if (await send.count()) await send.first().click();
    await guest.press('invitation-accept');
}

test('of three the doctor signs out in the middle: post and guest go on and are told, another doctor takes over, operations see who is gone', { skip: untilNight }, (t) =>
    scene('three-and-sign-out', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        const guest = await s.enter(openDoctor(s.server, { voice: voices.guest }, s.server.access.guests[0]));
        await meet(kiosk, doctor);
        await invite(s.server, doctor, guest);
        await allHear([kiosk, doctor, guest]);

        await Promise.all([kiosk, guest].map((one) => one.watchFor('departed', '[data-testid="departed"]')));
        const left = now();
        // The bar with "Se déconnecter" is not on the call's screen, so the session is ended as another window would.
        await doctor.page.evaluate(() => fetch('/api/signout', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }));
        await doctor.at('login').waitFor();
        const told = await Promise.all([kiosk, guest].map((one) => one.shown('departed')));
        t.diagnostic(`figure: post and guest were told ${told.map((at) => (at - left).toFixed(0)).join(' and ')} ms after the doctor had signed out`);
        await allHear([kiosk, guest]);
        for (const exit of ['call-again', 'end', 'hangup']) await kiosk.at(exit).first().waitFor();
        await guest.at('hangup').waitFor();

        const browser = await openBrowser({ url: s.server.url });
        const ops = await s.enter(Promise.resolve(new Doctor(browser, await browser.page('/exploitation'))));
        const { login, password } = s.server.access.operators[0];
        await ops.at('login').fill(login);
        await ops.at('password').fill(password);
        await ops.press('signin');
        await ops.page.locator('[data-testid="absent-row"]').filter({ hasText: 'Dakar' }).filter({ hasText: 'vu pour' }).first().waitFor();
        await ops.page.locator('[data-testid="absent-row"]').filter({ hasText: 'jamais' }).first().waitFor();

        await kiosk.press('call-again');
        const colleague = await s.enter(openDoctor(s.server, { voice: voices.other }, s.server.doctor('obstetrics', 1)));
        await colleague.available();
        await colleague.press('claim');
        await allHear([kiosk, colleague, guest]);
        await doctor.signIn(s.server.doctor('obstetrics'));
        assert.equal(await doctor.at('call').count(), 0, 'who comes back disturbs nobody');
        await guest.press('hangup');
        await guest.press('hangup-yes');
        await allHear([kiosk, colleague]);
    }));

test('the kiosk’s battery dies after "Enregistrée": the request is answered, and the doctor closes without the post', () =>
    scene('battery', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        await kiosk.fillForm();
        await kiosk.call();
        await kiosk.at('who-rings').filter({ hasText: 'Aucun médecin' }).waitFor();
        await until('the request to be at the server', async () => (await kiosk.requestState()) === 'waiting');
        await kiosk.browser.kill();
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await doctor.press('claim');
        await doctor.inCall();
        await doctor.advise('Rappeler ce soir');
        await pause(500);
        await doctor.finish('advice');
    }));
