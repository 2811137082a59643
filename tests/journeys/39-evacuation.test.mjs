// Evacuations that do not go straight (the straight one is journey 46): a hospital that has no bed, a reader who has only the code of the letter, an evacuation that is cancelled, and a hospital that closes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { seriousFaults } from '../world/axe.mjs';
import { openBrowser } from '../world/browser.mjs';
import { codeAt, depart, evacuate, isAt, NEAREST, openHospital, openReception, Reception } from '../world/evacuation.mjs';
import { voices } from '../world/fixtures.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { untilNight } from '../world/night.mjs';
import { binary } from '../world/paths.mjs';
import { meet, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { until } from '../world/wait.mjs';

const TABLET = { width: 1024, height: 600 };
const LAPTOP = { width: 1366, height: 768 };
const PHONE = { width: 360, height: 640 };

/** Looks at a screen at the size of its device, and with axe. @param {import('../world/people.mjs').Person} person @param {string[]} vital */
async function fits(person, size, vital) {
    await resize(person.page, size);
    assert.deepEqual(await layoutFaults(person.page, vital), []);
    assert.deepEqual(await seriousFaults(person.page, String(vital)), []);
}

test('a hospital that has no bed gives the patient to the next one, which has no account', { skip: untilNight }, () =>
    scene('evacuation-rejected', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET }));
        const doctor = await s.enter(openDoctor(s.server, { viewport: LAPTOP }));
        const full = await openHospital(s, NEAREST, 'fatoumata.kane', 'Dr Fatoumata Kane');
        await full.at('rc-empty').waitFor();
        await kiosk.settle();
        await meet(kiosk, doctor);
        await doctor.press('evacuate');
        const code = await evacuate(doctor);
        await full.at('rc-row').waitFor();
        await full.read();
        await full.reject('no_bed', 'Deux césariennes en cours');
        await full.at('rc-over').waitFor();
        assert.doesNotMatch(await full.at('rc-letter').innerText(), /Ringer/, 'whoever has rejected reads on');
        await fits(full, PHONE, []);

        // Both read why, and whom the server has asked instead.
        for (const person of [doctor, kiosk]) {
            await until(`${person.voice.name}: the next structure`, async () => /Ourossogui/.test(await person.at('ev-item').first().innerText()));
        }
        await doctor.at('ev-tried').waitFor();
        assert.match(await doctor.at('ev-tried').innerText(), /Pas de lit.*Deux césariennes en cours/s);

        const midwife = await openReception(s, PHONE);
        await midwife.openCode('7K3M9-QRT2X', 'Dr Sy, sage-femme de garde');
        await midwife.at('rc-code-fault').waitFor();
        // The code of the hospital that has rejected opens nothing and speaks for nobody any more.
        await midwife.openCode(code, 'Dr Sy, sage-femme de garde');
        await until('the refusal', async () => /Une autre structure/.test(await midwife.at('rc-code-fault').innerText()));
        await fits(midwife, PHONE, []);
        const next = await codeAt(doctor);
        assert.ok(next.startsWith(code) && next.length > code.length, next);
        await midwife.openCode(next.toLowerCase().replaceAll('-', ' '), 'Dr Sy, sage-femme de garde');
        await midwife.at('rc-letter').waitFor();
        await fits(midwife, PHONE, ['rc-accept', 'rc-reject']);
        await midwife.press('rc-accept');
        await midwife.stands('accepted');
        await Promise.all([isAt(doctor, 'accepted'), isAt(kiosk, 'accepted')]);
    }));

test('a hospital that says no while the patient is on the way loses them to the next one, which has a road of its own', () =>
    scene('evacuation-turned', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET }));
        const doctor = await s.enter(openDoctor(s.server, { viewport: LAPTOP }));
        await meet(kiosk, doctor);
        await doctor.press('evacuate');
        const code = await evacuate(doctor);
        await isAt(kiosk, 'requested');
        await depart(kiosk);
        const full = await openReception(s, PHONE);
        await full.openCode(code, 'Dr Kane');
        await full.stands('en_route');
        await fits(full, PHONE, ['rc-accept', 'rc-arrived']);
        await full.reject('no_equipment', 'Bloc en panne');
        await full.at('rc-rejected-on-way').waitFor();

        await kiosk.at('ev-rejected-on-way').waitFor();
        assert.match(await kiosk.at('ev-item').first().innerText(), /ne peut plus recevoir.*Bloc en panne/s);
        await fits(kiosk, TABLET, ['ev-notice', 'hangup']);
        await doctor.at('ev-rejected-on-way').waitFor();
        await fits(doctor, LAPTOP, []);

        await kiosk.press('ev-next');
        await until('the warning', async () => /Dites à l’ambulance/.test(await kiosk.at('ev-ask-dialog').innerText()));
        await kiosk.press('ev-ask-go');
        await kiosk.at('ev-rejected-on-way').waitFor({ state: 'detached' });
        await isAt(kiosk, 'en_route');
        const next = await until('the new code', async () => {
            const now = await codeAt(doctor);
            return now.length > code.length && now;
        });
        await fits(kiosk, TABLET, ['hangup']);
        assert.match(await kiosk.at('ev-item').first().innerText(), /En route vers .*Ourossogui/);

        // How the patient travels is known.
        await kiosk.press('ev-depart');
        await kiosk.page.locator('[data-testid="ev-transport"][aria-pressed="true"][data-transport="ambulance_of_district"]').waitFor();
        await kiosk.page.locator('[data-testid="ev-eta"][data-eta="30"]').click();
        await kiosk.press('ev-depart-go');
        await until('the new road', async () => /Arrivée prévue/.test(await kiosk.at('ev-item').first().innerText()));

        const midwife = await openReception(s, PHONE);
        await midwife.openCode(next, 'Dr Sy, sage-femme de garde');
        await midwife.press('rc-accept');
        await until('the answer at the post', async () => (await kiosk.at('ev-next').count()) === 0 && (await midwife.at('rc-accept').count()) === 0);
        await midwife.stands('en_route');
        await kiosk.press('ev-failed');
        await kiosk.page.locator('[data-testid="ev-failed-reason"][data-reason="died_on_the_way"]').click();
        await kiosk.press('ev-failed-go');
        await Promise.all([isAt(kiosk, 'failed'), isAt(doctor, 'failed')]);
    }));

test('the code in the address of the paper opens the letter with a name alone, and an evacuation that is cancelled says so', () =>
    scene('evacuation-code', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET }));
        const doctor = await s.enter(openDoctor(s.server, { viewport: LAPTOP }));
        await meet(kiosk, doctor);
        await doctor.press('evacuate');
        const code = await evacuate(doctor);
        const browser = await openBrowser({ url: s.server.url, voice: voices.other, viewport: PHONE });
        const reader = await s.enter(Promise.resolve(new Reception(browser, await browser.page(`/accueil#${code}`))));
        await until('the code', async () => (await reader.at('rc-code').inputValue()) === code);
        assert.ok(!reader.page.url().includes(code), 'the code stays in no address');
        await reader.at('rc-name').fill('Dr Sy');
        await reader.page.keyboard.press('Enter');
        await reader.stands('received');

        // Nobody asks the next structure by a touch.
        await doctor.press('ev-next');
        await doctor.at('ev-next-dialog').waitFor();
        await fits(doctor, LAPTOP, ['ev-next-confirm']);
        await doctor.page.keyboard.press('Escape');
        await doctor.at('ev-next-dialog').waitFor({ state: 'detached' });
        await isAt(doctor, 'received');

        await doctor.press('ev-cancel');
        await doctor.at('ev-cancel-why').fill('Naissance au poste, mère et enfant vont bien');
        await doctor.press('ev-cancel-confirm');
        await isAt(doctor, 'cancelled');
        await isAt(kiosk, 'cancelled');
        // Whoever acts on what they read before is told that it has changed.
        await reader.press('rc-accept');
        await reader.stands('cancelled');
        await reader.at('rc-over').waitFor();
        assert.match(await reader.page.locator('main').innerText(), /Naissance au poste/);
    }));

test('a hospital that closes after it said yes loses the patient to the next one, and one that owes the contre-référence is asked for it on its list', { skip: untilNight }, () =>
    scene('evacuation-closed', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET }));
        const doctor = await s.enter(openDoctor(s.server, { viewport: LAPTOP }));
        const closing = await openHospital(s, NEAREST, 'fatoumata.kane', 'Dr Fatoumata Kane');
        await kiosk.settle();
        await meet(kiosk, doctor);
        await doctor.press('evacuate');
        const first = await evacuate(doctor);
        await closing.at('rc-row').waitFor();
        await closing.read();
        await closing.press('rc-accept');
        await Promise.all([isAt(kiosk, 'accepted'), isAt(doctor, 'accepted')]);

        execFileSync(binary, ['place', 'close', NEAREST, '--data', s.server.data]);
        await kiosk.page.locator('[data-testid="ev-notice"][data-word="closed"]').waitFor();
        assert.match(await kiosk.at('ev-item').first().innerText(), /Ourossogui.*Matam a fermé\s: n’y allez pas/s);
        await until('the specialist to read it', async () => /Matam a fermé/.test(await doctor.at('ev-tried').first().innerText()));
        await fits(kiosk, TABLET, ['ev-notice', 'hangup']);

        const code = await until('the code of the next one', async () => {
            const now = await codeAt(doctor);
            return now.length > first.length && now;
        });
        const midwife = await openReception(s, PHONE);
        await midwife.openCode(code, 'Dr Sy, sage-femme de garde');
        await midwife.at('rc-letter').waitFor();
        for (const act of ['rc-accept', 'rc-arrived']) await midwife.press(act);
        await midwife.stands('arrived');

        // The week until the reminder is a second here.
        await s.server.kill();
        await s.server.serve({ TERANGA_REFERRALS__COUNTER_S: '1' });
        await midwife.page.reload();
        await midwife.openCode(code, 'Dr Sy, sage-femme de garde');
        await until('the reminder', async () => {
            if (await midwife.page.locator('[data-testid="rc-ask"][data-question="counter"]').count()) return true;
            await midwife.press('back');
            await midwife.openCode(code, 'Dr Sy, sage-femme de garde');
            await midwife.at('rc-letter').waitFor();
            return false;
        }, { within: 30_000, every: 2_000 });
        await fits(midwife, PHONE, ['rc-ask-counter']);
        await midwife.press('rc-ask-counter');
        await midwife.at('rc-counter-text').fill('Accouchement normal.');
        await midwife.press('rc-send');
        await midwife.stands('completed');
        assert.equal(await midwife.at('rc-ask').count(), 0);
    }));
