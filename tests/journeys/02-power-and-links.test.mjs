// Recovery without a click: the server dies, the link dies, the address changes, the doctor's laptop is shut.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser } from '../world/browser.mjs';
import { voices } from '../world/fixtures.mjs';
import { openLink } from '../world/link.mjs';
import { allHear, allSee, cutLink, Kiosk, meet, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { now, pause, until } from '../world/wait.mjs';

/** Milliseconds from `since` until each of both is heard by the other, and goes on being heard. */
async function backAfter(since, kiosk, doctor, within = 20_000) {
    const steady = (one, other) => until(`${one.voice.name} to hear ${other.voice.name} again`, () => one.steadySince(other, since), { within });
    const [first, second] = await Promise.all([steady(kiosk, doctor), steady(doctor, kiosk)]);
    return Math.max(first, second) - since;
}

test('the server is killed in the middle and started again: both are back in under 5 s', (t) =>
    scene('server-killed', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        const consultation = await doctor.attribute('call', 'data-consultation');
        await doctor.at('note').fill('TA remontée à 17/11, avant la coupure');
        await doctor.advise('Position latérale gauche, ne pas déplacer');
        await kiosk.at('advice-item').first().waitFor();

        await s.server.kill();
        await kiosk.at('outage').first().waitFor({ timeout: 3_000 });
        await doctor.at('outage').first().waitFor({ timeout: 3_000 });
        await s.server.start();
        const back = await backAfter(s.server.listeningSince, kiosk, doctor);
        t.diagnostic(`figure: voice both ways ${back.toFixed(0)} ms after the server listens again`);
        await allSee([kiosk, doctor]);
        assert.equal(await doctor.attribute('call', 'data-consultation'), consultation, 'the same consultation');
        await kiosk.at('advice-item').filter({ hasText: 'latérale' }).first().waitFor();
        assert.match(await doctor.at('note').inputValue(), /avant la coupure/);
        assert.ok(back < 5_000, `back after ${back} ms`);
    }));

test('the post loses its link for 8 s, then gets another address: both are told in 2 s, the voice is back in 2.5 s and in 1.2 s', (t) =>
    scene('link-lost', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { link }));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        const consultation = await doctor.attribute('call', 'data-consultation');

        const { cut, told } = await cutLink(link, kiosk, doctor);
        t.diagnostic(`figure: outage told after ${told.join(' / ')} ms (post / doctor)`);
        await doctor.at('note').fill('écrit pendant la coupure');
        await pause(Math.max(0, cut + 8_000 - now()));

        link.join();
        const back = await backAfter(now(), kiosk, doctor);
        t.diagnostic(`figure: voice both ways ${back.toFixed(0)} ms after the link returned`);
        await allHear([kiosk, doctor]);

        const changed = now();
        link.changeAddress();
        await pause(300);
        const moved = 300 + (await backAfter(changed + 300, kiosk, doctor));
        t.diagnostic(`figure: voice both ways at most ${moved.toFixed(0)} ms after the address changed`);
        await allHear([kiosk, doctor]);
        assert.equal(await doctor.attribute('call', 'data-consultation'), consultation, 'the same consultation');
        assert.ok(Math.max(...told) < 2_000, `told after ${told}`);
        assert.ok(back < 2_500, `back after ${back} ms`);
        assert.ok(moved < 1_200, `moved after ${moved} ms`);
    }));

test('the doctor closes the laptop: the post is told, and the consultation waits for the doctor', (t) =>
    scene('laptop-closed', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        await kiosk.watchFor('told', '[data-testid="far-outage"]');
        const closed = now();
        await doctor.browser.kill();
        const told = (await kiosk.shown('told')) - closed;
        t.diagnostic(`figure: the post knew ${told.toFixed(0)} ms after the doctor's browser was killed`);

        const again = await s.enter(openDoctor(s.server));
        await again.inCall();
        await allHear([kiosk, again]);
        assert.ok(told < 2_000, `told after ${told} ms`);
    }));

test('the kiosk is switched off and on: it is back in the same consultation by itself', (t) =>
    scene('kiosk-reboot', async (s) => {
        const profile = `${s.server.data}/tablet`;
        const kiosk = await s.enter(openKiosk(s.server, { profile }));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        await doctor.advise('Garder à jeun');
        await kiosk.at('advice-item').first().waitFor();
        await kiosk.browser.kill();

        await until('the post to fall silent', async () => (await doctor.hears(kiosk)) < 0.05);
        const boot = now();
        const browser = await openBrowser({ url: s.server.url, voice: voices.kiosk, profile });
        const again = await s.enter(Promise.resolve(new Kiosk(browser, await browser.page('/poste'))));
        await again.at('call-screen').waitFor();
        const heard = await until('the doctor to hear the post again', () => doctor.steadySince(again, boot));
        t.diagnostic(`figure: the post is heard again ${(heard - boot).toFixed(0)} ms after its browser started`);
        await again.at('advice-item').filter({ hasText: 'jeun' }).first().waitFor();
    }));
