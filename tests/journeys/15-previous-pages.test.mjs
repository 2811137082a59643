// A server is replaced while people have its pages open. The pages of the previous protocol version keep their call, also
// over a restart, with each other and with today's pages, until they can be loaded again.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { forgetKept, servedFrom } from '../world/kept-pages.mjs';
import { root } from '../world/paths.mjs';
import { allHear, allSee, meet, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { now, until } from '../world/wait.mjs';

const pages = join(root, 'tests', 'fixtures', 'pages-v1');

/** Counts the kept files that a person's browser has loaded. @param {import('../world/people.mjs').Person} person */
const keptFiles = (person) => servedFrom(person.browser.context).length;

/** Milliseconds from `since` until each of both is heard by the other, and goes on being heard. */
async function backAfter(since, one, other, within = 20_000) {
    const steady = (hearer, speaker) =>
        until(`${hearer.voice.name} to hear ${speaker.voice.name} again`, () => hearer.steadySince(speaker, since), { within });
    return Math.max(...(await Promise.all([steady(one, other), steady(other, one)]))) - since;
}

/** The server dies in the middle of their call and starts again; both are back in the same consultation. */
async function restartUnder(server, kiosk, doctor) {
    const consultation = await doctor.attribute('call', 'data-consultation');
    await server.kill();
    await kiosk.at('outage').first().waitFor({ timeout: 3_000 });
    await server.start();
    const back = await backAfter(server.listeningSince, kiosk, doctor);
    assert.equal(await doctor.attribute('call', 'data-consultation'), consultation, 'the same consultation');
    return back;
}

test('kiosk and doctor with pages of version 1: request, claim, voice, a restart, the end', (t) =>
    scene('previous-pages', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server, { pages }));
        const doctor = await s.enter(openDoctor(s.server, { pages }));
        for (const person of [kiosk, doctor]) assert.ok(keptFiles(person) > 3, `${person.voice.name} has the kept page`);
        await meet(kiosk, doctor);
        await allSee([kiosk, doctor]);
        await doctor.advise('Position latérale gauche, ne pas déplacer');
        await kiosk.at('advice-item').first().waitFor();

        const back = await restartUnder(s.server, kiosk, doctor);
        t.diagnostic(`figure: voice both ways ${back.toFixed(0)} ms after the server listens again`);
        await kiosk.at('advice-item').filter({ hasText: 'latérale' }).first().waitFor();
        await doctor.finish();
        await kiosk.at('closed').first().waitFor();
        assert.ok(back < 5_000, `back after ${back} ms`);

        const before = keptFiles(kiosk);
        await forgetKept(kiosk.browser.context);
        await kiosk.page.goto(new URL('/poste', s.server.url).href);
        await kiosk.home();
        assert.equal(keptFiles(kiosk), before, "it is today's page, and the device is still enrolled");
    }));

test("a kiosk with the page of version 1 is in a call with today's doctor", () =>
    scene('previous-kiosk', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server, { pages }));
        const doctor = await s.enter(openDoctor(s.server));
        assert.ok(keptFiles(kiosk) > 3 && keptFiles(doctor) === 0);
        await meet(kiosk, doctor);
        await doctor.at('chat').waitFor({ timeout: 20_000 });
        await doctor.press('chat');
        await doctor.at('chat-field').fill('Vous me lisez ?');
        await doctor.at('chat-field').press('Enter');
        const mark = () => doctor.attribute('chat-line', 'data-mark');
        await until('the text to be stored', async () => (await mark()) === 'sent');
        await restartUnder(s.server, kiosk, doctor);
        await allHear([kiosk, doctor]);
        assert.equal(await mark(), 'sent', 'a page that cannot show it has not received it');
    }));
