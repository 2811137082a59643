// An evacuation. In a call the specialist asks the nearest hospital that can do what the patient needs; the hospital answers at its own page, with an
// account or with the code of the letter alone; the post departs; the patient arrives and is taken in care; and what the hospital writes back reaches the post and the specialist.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { seriousFaults } from '../world/axe.mjs';
import { openBrowser } from '../world/browser.mjs';
import { voices } from '../world/fixtures.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { binary } from '../world/paths.mjs';
import { meet, openDoctor, openKiosk, patient, Person } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { pause, until } from '../world/wait.mjs';

const TABLET = { width: 1024, height: 600 };
const LAPTOP = { width: 1366, height: 768 };
const PHONE = { width: 360, height: 640 };

/** The two structures nearest to the post of Nabadji that operate and transfuse. */
const NEAREST = 'hopital-matam';
const NEXT = 'hopital-ourossogui';
const COUNTER = 'Césarienne faite à 15 h, fille de 3,1 kg. Pansement à refaire dans 3 jours, fer 2 mois.';

/** The page of a structure that receives patients. */
class Reception extends Person {
    /** Opens the newest letter of the list. */
    async read() {
        await this.press('rc-open');
        await this.at('rc-letter').waitFor();
    }

    /** Opens a letter without an account. @param {string} code @param {string} name */
    async openCode(code, name) {
        await this.at('rc-code').fill(code);
        await this.at('rc-name').fill(name);
        await this.press('rc-code-go');
    }

    /** Waits until the letter stands so. @param {string} state */
    stands(state) {
        return this.page.locator(`[data-testid="rc-state"][data-state="${state}"]`).waitFor();
    }

    /** Rejects with a reason. @param {string} reason @param {string} text */
    async reject(reason, text) {
        await this.press('rc-reject');
        await this.page.locator(`[data-testid="rc-reason"][data-reason="${reason}"]`).check({ force: true });
        await this.at('rc-text').fill(text);
        await this.press('rc-send');
    }
}

/** A browser at `/accueil`, where nobody is signed in. @param {import('../world/scene.mjs').Scene} s */
async function openReception(s, viewport = LAPTOP) {
    const browser = await openBrowser({ url: s.server.url, voice: voices.other, viewport });
    return s.enter(Promise.resolve(new Reception(browser, await browser.page('/accueil'))));
}

/** The reception of a structure that has an account. */
async function openHospital(s, place, login, name) {
    const password = 'quatre-mots-pour-la-porte';
    const args = ['user', 'add', login, '--name', name, '--role', 'guest', '--place', place, '--data', s.server.data];
    execFileSync(binary, args, { input: `${password}\n` });
    const hospital = await openReception(s);
    await hospital.at('login').fill(login);
    await hospital.at('password').fill(password);
    await hospital.press('signin');
    return hospital;
}

/** Waits until an evacuation stands so on a page of the post or the specialist. @param {Person} person @param {string} state */
const item = (person, state) => person.page.locator(`[data-testid="ev-item"][data-state="${state}"]`).first().waitFor();

/** Looks at a screen at the size of its device, and with axe. @param {Person} person @param {string[]} vital */
async function fits(person, size, vital) {
    await resize(person.page, size);
    assert.deepEqual(await layoutFaults(person.page, vital), []);
    assert.deepEqual(await seriousFaults(person.page, String(vital)), []);
}

/** In the call, the specialist sends the evacuation. Returns the code of its letter. @param {import('../world/people.mjs').Doctor} doctor */
async function evacuate(doctor) {
    const need = (name) => doctor.page.locator(`[data-testid="ev-need"][data-need="${name}"]`);
    await need('cesarean').check();
    await need('transfusion').check();
    const nearest = doctor.page.locator(`[data-testid="ev-structure"][data-id="${NEAREST}"]`);
    await nearest.waitFor();
    // What cannot do it goes.
    await doctor.page.locator('[data-testid="ev-structure"][data-id^="poste-"]').first().waitFor({ state: 'detached' });
    assert.match(await nearest.innerText(), /\d+ km.*\d+ min.*\+?[\d ]{9,}/s);
    await nearest.getByTestId('ev-structure-choose').click();
    await doctor.page.locator(`[data-testid="ev-structure"][data-id="${NEXT}"][data-rank="2"]`).waitFor();
    assert.equal(await doctor.at('ev-letter-reason').inputValue(), patient.reason, 'the letter is filled from the record');
    assert.match(await doctor.at('ev-letter-findings').inputValue(), /171\/113 mmHg · DANGER/);
    await doctor.at('ev-letter-done').fill('Voie veineuse, Ringer 1 L');
    await doctor.press('ev-send');
    await item(doctor, 'requested');
    await doctor.at('ev-item').locator('summary').first().click();
    return codeAt(doctor);
}

/** The code of the letter that the specialist's page shows. */
async function codeAt(doctor) {
    const [code] = (await doctor.at('ev-item').first().innerText()).match(/[0-9A-Z]{5}-[0-9A-Z]{5}(-[0-9A-Z]{5})?/) ?? [];
    assert.ok(code, 'the letter has a code');
    return code;
}

/** The post says how the patient left, and how long the road takes. @param {import('../world/people.mjs').Kiosk} kiosk */
async function depart(kiosk) {
    await kiosk.press('ev-depart');
    await kiosk.page.locator('[data-testid="ev-transport"][data-transport="ambulance_of_district"]').click();
    await kiosk.page.locator('[data-testid="ev-eta"][data-eta="60"]').click();
    await kiosk.press('ev-depart-go');
    await item(kiosk, 'en_route');
}

/** The name of an act does not stand for the act: the dialog leads to the room. @param {import('../world/people.mjs').Doctor} doctor */
async function finishLeadsToTheRoom(doctor) {
    await doctor.press('close');
    await doctor.press('disposition-evacuation');
    await doctor.at('close-unreferred').waitFor();
    assert.ok(await doctor.at('close-confirm').isDisabled());
    await doctor.press('close-evacuate');
}

/** The hospital is called to the request, whose row names no patient, and accepts it on a telephone. @param {Reception} hospital */
async function acceptAtTheHospital(hospital) {
    await until('the title to tell', async () => /Nouvelle évacuation/.test(await hospital.page.title()));
    assert.ok(!(await hospital.at('rc-row').innerText()).includes(patient.reason));
    await fits(hospital, LAPTOP, ['rc-open']);
    await fits(hospital, PHONE, []);
    await hospital.read();
    assert.match(await hospital.at('rc-letter').innerText(), new RegExp(`${patient.reason}.*Ringer 1 L`, 's'));
    await fits(hospital, PHONE, ['rc-accept', 'rc-reject']);
    await hospital.at('rc-accept-text').fill('Bloc prêt');
    await hospital.press('rc-accept');
    await hospital.stands('accepted');
}

/** The hospital tells the arrival and the care, and writes back; what it has typed survives a reload. @param {Reception} hospital */
async function careAndWriteBack(hospital) {
    await hospital.press('rc-arrived');
    await hospital.stands('arrived');
    await hospital.press('rc-in-care');
    await hospital.stands('in_care');
    await hospital.press('rc-counter');
    await hospital.at('rc-counter-text').fill(COUNTER);
    // The device seals what is typed, which takes a moment.
    await pause(2_000);
    await hospital.page.reload();
    await hospital.read();
    await hospital.press('rc-counter');
    await until('the draft', async () => (await hospital.at('rc-counter-text').inputValue()) === COUNTER);
    await hospital.press('rc-send');
    await hospital.stands('completed');
}

test('an evacuation goes from the call to the hospital, and what became of the patient comes back', (t) =>
    scene('evacuation', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET }));
        const doctor = await s.enter(openDoctor(s.server, { viewport: LAPTOP }));
        const hospital = await openHospital(s, NEAREST, 'fatoumata.kane', 'Dr Fatoumata Kane');
        await hospital.at('rc-empty').waitFor();
        await kiosk.settle();
        await meet(kiosk, doctor);
        await finishLeadsToTheRoom(doctor);
        await hospital.watchFor('asked', '[data-testid="rc-row"][data-state="requested"]');
        await kiosk.watchFor('told', '[data-testid="ev-notice"]');
        await doctor.page.evaluate(() => window.world.markClick('[data-testid="ev-send"]', 'sent'));
        await evacuate(doctor);
        const sent = await doctor.shown('sent');
        const [post, list] = [(await kiosk.shown('told')) - sent, (await hospital.shown('asked', 15_000)) - sent];
        t.diagnostic(`figure: "Envoyer la demande" to the post's screen ${post.toFixed(0)} ms, to the hospital's list ${list.toFixed(0)} ms`);

        await acceptAtTheHospital(hospital);
        await Promise.all([item(doctor, 'accepted'), item(kiosk, 'accepted')]);
        await doctor.finish('evacuation');
        await kiosk.at('closed').waitFor();
        assert.equal(await kiosk.attribute('closed', 'data-disposition'), 'evacuation');
        await depart(kiosk);
        await hospital.stands('en_route');
        assert.match(await hospital.at('rc-way').innerText(), /ambulance du district.*attendu vers \d\d:\d\d/);
        await careAndWriteBack(hospital);

        await kiosk.at('ev-counter').waitFor();
        assert.ok((await kiosk.at('ev-counter').innerText()).includes(COUNTER));
        // The specialist hears the outcome at the desk, also when the page was loaded anew, and reads it in the past consultation.
        await doctor.at('ev-news').waitFor();
        await doctor.page.reload();
        await doctor.at('ev-news').waitFor();
        await doctor.press('ev-news-open');
        await doctor.at('ev-counter').waitFor();
        assert.ok((await doctor.at('ev-counter').innerText()).includes(COUNTER));
        assert.match(await doctor.at('ev-counter').innerText(), /Dr Fatoumata Kane/);
        await fits(doctor, PHONE, []);
        const asked = doctor.page.waitForResponse((answer) => answer.url().endsWith('/api/referrals/own'));
        await doctor.page.reload();
        await asked;
        await pause(1_000);
        assert.equal(await doctor.at('ev-news').count(), 0, 'what was read is not told again');
    }));

test('a hospital that has no bed gives the patient to the next one, which has no account', () =>
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
        await Promise.all([item(doctor, 'accepted'), item(kiosk, 'accepted')]);
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
        await item(doctor, 'received');

        await doctor.press('ev-cancel');
        await doctor.at('ev-cancel-why').fill('Naissance au poste, mère et enfant vont bien');
        await doctor.press('ev-cancel-confirm');
        await item(doctor, 'cancelled');
        await item(kiosk, 'cancelled');
        // Whoever acts on what they read before is told that it has changed.
        await reader.press('rc-accept');
        await reader.stands('cancelled');
        await reader.at('rc-over').waitFor();
        assert.match(await reader.page.locator('main').innerText(), /Naissance au poste/);
    }));
