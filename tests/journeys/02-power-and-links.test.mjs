// J3: the server dies, the link dies, the address changes, the doctor's laptop is shut. Nobody clicks anything.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLink } from '../world/link.mjs';
import { allHear, allSee, meet, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { now, pause, until } from '../world/wait.mjs';

/** Milliseconds from `since` until each of both is heard by the other. */
async function backAfter(since, kiosk, doctor, within = 20_000) {
    const heard = async (one, other) => until(`${one.voice.name} to hear ${other.voice.name} again`, () => one.firstHeard(other, since), { within });
    const [first, second] = await Promise.all([heard(kiosk, doctor), heard(doctor, kiosk)]);
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

test('the post loses its link for 8 s, then gets another address: both are told in 2 s, the voice is back in 2 s', (t) =>
    scene('link-lost', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { link }));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        const consultation = await doctor.attribute('call', 'data-consultation');

        const cut = now();
        link.cut();
        const told = async (person, testId) => {
            await person.at(testId).first().waitFor({ timeout: 6_000 });
            return now() - cut;
        };
        const tellings = await Promise.all([told(kiosk, 'outage'), told(doctor, 'far-outage').catch(() => told(doctor, 'outage'))]);
        t.diagnostic(`figure: outage told after ${tellings.map((ms) => ms.toFixed(0)).join(' / ')} ms (post / doctor)`);
        await doctor.at('note').fill('écrit pendant la coupure');
        await pause(Math.max(0, cut + 8_000 - now()));

        link.join();
        const back = await backAfter(now(), kiosk, doctor);
        t.diagnostic(`figure: voice both ways ${back.toFixed(0)} ms after the link returned`);
        await allHear([kiosk, doctor]);

        const changed = now();
        link.changeAddress();
        await pause(300);
        const moved = await backAfter(changed + 300, kiosk, doctor);
        t.diagnostic(`figure: voice both ways ${(moved + 300).toFixed(0)} ms after the address changed`);
        await allHear([kiosk, doctor]);
        assert.equal(await doctor.attribute('call', 'data-consultation'), consultation, 'the same consultation');
        assert.ok(Math.max(...tellings) < 2_500, `told after ${tellings}`);
        assert.ok(back < 2_500, `back after ${back} ms`);
        assert.ok(moved < 2_500, `moved after ${moved} ms`);
    }));

test('the doctor closes the laptop: the post is told, and the consultation waits for the doctor', (t) =>
    scene('laptop-closed', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        const closed = now();
        await doctor.browser.kill();
        await kiosk.at('far-outage').first().waitFor({ timeout: 6_000 });
        const told = now() - closed;
        t.diagnostic(`figure: the post knew ${told.toFixed(0)} ms after the doctor's browser was killed`);

        const again = await s.enter(openDoctor(s.server));
        await again.inCall();
        await allHear([kiosk, again]);
        assert.ok(told < 2_500, `told after ${told} ms`);
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

        const { openBrowser } = await import('../world/browser.mjs');
        const { Kiosk } = await import('../world/people.mjs');
        const { voices } = await import('../world/fixtures.mjs');
        const boot = now();
        const browser = await openBrowser({ url: s.server.url, voice: voices.kiosk, profile });
        const again = await s.enter(Promise.resolve(new Kiosk(browser, await browser.page('/poste'))));
        await again.at('call-screen').waitFor();
        await until('the doctor to hear the post again', () => doctor.firstHeard(again, boot));
        t.diagnostic(`figure: the post is heard again ${((await doctor.firstHeard(again, boot)) - boot).toFixed(0)} ms after its browser started`);
        await again.at('advice-item').filter({ hasText: 'jeun' }).first().waitFor();
    }));
