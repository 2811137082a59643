// Firefox at one end and Chromium at the other, both ways round: voice, camera, mute, photo, advice, a lost path, reload and end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothHear, hears } from '../world/hearing.mjs';
import { openLink } from '../world/link.mjs';
import { openDoctor, openKiosk } from '../world/people.mjs';
import { untilNight } from '../world/night.mjs';
import { scene } from '../world/scene.mjs';
import { now, pause, until } from '../world/wait.mjs';

const ADVICE = 'Voie veineuse, Ringer 500 ml, évacuer vers Ourossogui';

/** Waits until both decode moving pictures. */
const bothSee = (people) =>
    until('moving pictures both ways', async () => {
        const before = await Promise.all(people.map((person) => person.received('video')));
        await pause(1_000);
        const after = await Promise.all(people.map((person) => person.received('video')));
        return after.every(({ frames }, i) => frames - before[i].frames > 5);
    }, { within: 20_000 });

/** One is muted, and the other sees it and hears nothing. */
async function mutes(one, other) {
    await one.press('mute');
    await other.page.locator('[data-testid="far-voice"][data-voice="muted"]').waitFor();
    await until('silence', async () => !(await hears(other, one)));
    await one.press('mute');
    await other.at('far-voice').waitFor({ state: 'detached' });
    await until('the voice again', () => hears(other, one));
}

async function photo(kiosk, doctor) {
    await doctor.press('ask-photo');
    await kiosk.at('photo-request').waitFor();
    await kiosk.press('photo-take');
    await kiosk.sendPhoto();
    await doctor.page.locator('[data-testid="photo"][data-state="whole"]').waitFor({ timeout: 60_000 });
}

for (const [at, engines] of [
    ["the doctor's", { doctor: { engine: 'firefox' }, kiosk: {} }],
    ['the post', { doctor: {}, kiosk: { engine: 'firefox' } }],
])
    test(`Firefox at ${at} holds a whole consultation with Chromium`, { skip: engines.doctor.engine !== undefined && untilNight }, (t) =>
        scene('firefox', async (s) => {
            const link = await openLink(s.server.url, { everywhere: true });
            s.atEnd(() => link.close());
            const kiosk = await s.enter(openKiosk(s.server, { ...engines.kiosk, ...(engines.kiosk.engine && { link }) }));
            const doctor = await s.enter(openDoctor(s.server, { ...engines.doctor, ...(engines.doctor.engine && { link }) }));
            const people = [kiosk, doctor];
            await doctor.available();
            await kiosk.fillForm();
            await kiosk.call();
            await doctor.claim();
            await doctor.inCall();
            await bothHear(people);
            await bothSee(people);
            await mutes(doctor, kiosk);
            await mutes(kiosk, doctor);
            await photo(kiosk, doctor);
            await doctor.advise(ADVICE);
            await kiosk.at('advice-item').filter({ hasText: 'Ringer' }).first().waitFor();

            link.cut();
            await pause(8_000);
            link.join();
            const joined = now();
            await bothHear(people);
            t.diagnostic(`figure: voice both ways ${(now() - joined).toFixed(0)} ms after 8 s without media`);

            for (const person of people) {
                await person.page.reload();
                await bothHear(people);
            }
            await doctor.finish();
            await kiosk.at('closed').first().waitFor();
            await kiosk.at('advice-item').filter({ hasText: 'Ringer' }).first().waitFor();
            const faults = people.flatMap(({ browser }) => browser.console).filter((line) => /^pageerror/.test(line) && !/ICE failed/.test(line));
            assert.deepEqual(faults, []);
        }, { everywhere: true }));
