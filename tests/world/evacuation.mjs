// The steps of an evacuation: at the specialist's desk, at the post, and at the page `/accueil` of a structure that receives patients.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { openBrowser } from './browser.mjs';
import { voices } from './fixtures.mjs';
import { binary } from './paths.mjs';
import { patient, Person } from './people.mjs';

const LAPTOP = { width: 1366, height: 768 };

/** The two structures nearest to the post of Nabadji that operate and transfuse. */
export const NEAREST = 'hopital-matam';
const NEXT = 'hopital-ourossogui';

/** The page of a structure that receives patients. */
export class Reception extends Person {
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

/** A browser at `/accueil`, where nobody is signed in. @param {import('./scene.mjs').Scene} s */
export async function openReception(s, viewport = LAPTOP) {
    const browser = await openBrowser({ url: s.server.url, voice: voices.other, viewport });
    return s.enter(Promise.resolve(new Reception(browser, await browser.page('/accueil'))));
}

/** The reception of a structure that has an account. */
export async function openHospital(s, place, login, name) {
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
export const isAt = (person, state) => person.page.locator(`[data-testid="ev-item"][data-state="${state}"]`).first().waitFor();

/** In the call, the specialist sends the evacuation. Returns the code of its letter. @param {import('./people.mjs').Doctor} doctor */
export async function evacuate(doctor) {
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
    await isAt(doctor, 'requested');
    await doctor.at('ev-item').locator('summary').first().click();
    return codeAt(doctor);
}

/** The code of the letter that the specialist's page shows. */
export async function codeAt(doctor) {
    const [code] = (await doctor.at('ev-item').first().innerText()).match(/[0-9A-Z]{5}-[0-9A-Z]{5}(-[0-9A-Z]{5})?/) ?? [];
    assert.ok(code, 'the letter has a code');
    return code;
}

/** The post says how the patient left, and how long the road takes. @param {import('./people.mjs').Kiosk} kiosk */
export async function depart(kiosk) {
    await kiosk.press('ev-depart');
    await kiosk.page.locator('[data-testid="ev-transport"][data-transport="ambulance_of_district"]').click();
    await kiosk.page.locator('[data-testid="ev-eta"][data-eta="60"]').click();
    await kiosk.press('ev-depart-go');
    await isAt(kiosk, 'en_route');
}
