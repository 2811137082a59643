// Steps that people take on the pages, by the `data-testid` names of web/README.md. A step that fails says which one it is.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { openBrowser } from './browser.mjs';
import { voices } from './fixtures.mjs';
import { now, pause, until } from './wait.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** An invented patient. If one of these values appears where it should not, it is a leak. */
export const patient = {
    dpp: '221-7788-4411',
    reason: 'Ndeyefatou saigne depuis ce matin',
    age: '27',
    term: '37',
    systolic: '171',
    diastolic: '113',
    pulse: '131',
};

/** The PIN of a tablet of which a journey needs only one. */
const PIN = '2468';

export class Person {
    /** @param {import('./browser.mjs').Browser} browser @param {Page} page */
    constructor(browser, page) {
        this.browser = browser;
        this.page = page;
        this.voice = browser.voice;
    }

    /** @param {string} testId */
    at(testId) {
        return this.page.getByTestId(testId);
    }

    /** @param {string} testId */
    async press(testId) {
        await this.at(testId).first().click();
    }

    /** @param {string} testId @param {string} name */
    attribute(testId, name) {
        return this.at(testId).first().getAttribute(name, { timeout: 1_000 });
    }

    /** Share of the last `ms` in which this person hears `other`. @param {Person} other */
    hears(other, ms = 1_000) {
        return this.page.evaluate(([tone, span]) => window.world.heard(tone, span), [other.voice.tone, ms]);
    }

    /** True if the picture of `other` is on the screen. @param {Person} other */
    async sees(other) {
        const colours = await this.page.evaluate(() => window.world.colours());
        return colours.some((colour) => colour.every((level, i) => Math.abs(level - other.voice.colour[i]) < 60));
    }

    /** The time at which `other` was first heard, at or after `since`. @param {Person} other @param {number} since */
    firstHeard(other, since) {
        return this.page.evaluate(([tone, t]) => window.world.firstHeard(tone, t), [other.voice.tone, since]);
    }

    /** The time from which `other` was heard without a break, at or after `since`. @param {Person} other @param {number} since */
    steadySince(other, since) {
        return this.page.evaluate(([tone, t]) => window.world.steadySince(tone, t), [other.voice.tone, since]);
    }

    /** @param {number} since */
    firstFrame(since) {
        return this.page.evaluate((t) => window.world.firstFrame(t), since);
    }

    /** Begins to watch for `selector`; `shown` returns the time at which it appeared. @param {string} mark @param {string} selector */
    watchFor(mark, selector) {
        return this.page.evaluate(([what, name]) => window.world.markShown(what, name), [selector, mark]);
    }

    /** The time by the page's clock at which the element of `mark` was clicked or appeared. @param {string} mark */
    shown(mark, within = 10_000) {
        return until(`${this.voice.name}: ${mark}`, () => this.page.evaluate((name) => window.world.marks[name], mark), { within });
    }

    /** @param {string[]} types */
    stats(types) {
        return this.page.evaluate((wanted) => window.world.stats(wanted), types);
    }

    /** Sums over the received streams. @param {'audio' | 'video'} kind */
    async received(kind) {
        const streams = (await this.stats(['inbound-rtp'])).filter((stream) => stream.kind === kind);
        const sum = (name) => streams.reduce((total, stream) => total + (stream[name] ?? 0), 0);
        return { packets: sum('packetsReceived'), lost: sum('packetsLost'), frames: sum('framesDecoded') };
    }

    /** The address to which this page sends its media. */
    async mediaAddress() {
        const remote = (await this.stats(['remote-candidate']))[0];
        return { host: remote.address ?? remote.ip, port: remote.port };
    }

    close() {
        return this.browser.close();
    }
}

export class Kiosk extends Person {
    /** @param {string} code */
    async enroll(code) {
        await this.at('enroll-code').fill(code);
        await this.press('enroll');
        await this.home();
    }

    home() {
        return this.at('urgent-obstetrics').waitFor();
    }

    /** Opens the form of an obstetric emergency and fills it in. */
    async fillForm(who = patient) {
        await this.press('urgent-obstetrics');
        // The fields come when the draft has been read.
        await this.at('field-age').waitFor();
        for (const [field, value] of Object.entries(who)) {
            const input = this.at(`field-${field}`);
            if (await input.count()) await input.fill(value);
        }
        await this.press('field-bleeding-heavy');
        await this.press('field-convulsions-no');
    }

    /** Presses "Appeler". Returns the time of the click by the page's clock. @returns {Promise<number>} */
    async call() {
        await this.page.evaluate(() => window.world.markClick('[data-testid="call"]', 'pressed'));
        await this.press('call');
        return this.shown('pressed');
    }

    /** The state of the request: saved, sent or waiting. */
    requestState() {
        return this.attribute('request-state', 'data-state');
    }

    /** Chooses the tablet's PIN, on the screen that asks for one. */
    async choosePin(pin = PIN) {
        await this.at('pin-new').fill(pin);
        await this.press('pin-new-go');
    }

    /** Types the PIN of a tablet that has one. */
    async enterPin(pin = PIN) {
        await this.at('pin').fill(pin);
        await this.press('pin-go');
    }

    /** Gives a new tablet a PIN, and waits until its pages are on the device. */
    async settle() {
        await this.press('history');
        await this.choosePin();
        await this.press('back');
        await this.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    }

    /** Takes a photo with the camera, which is on, and sends it. */
    async sendPhoto() {
        await this.press('photo-shoot');
        await this.at('photo-still').waitFor();
        await this.press('photo-send');
    }

    /** Takes a photo and adds it to the request or the case that is open. */
    async attachPhoto() {
        await this.press('attach-photo');
        await this.sendPhoto();
        await this.at('add-attachment').waitFor();
    }

    /** Records a voice note of `ms`, and leaves it to be heard. */
    async recordNote(ms) {
        await this.press('attach-note');
        await this.press('note-start');
        await this.at('note-elapsed').waitFor();
        await pause(ms);
        await this.press('note-stop');
        await this.at('player').waitFor();
    }
}

export class Doctor extends Person {
    /** @param {{login: string, password: string}} account */
    async signIn({ login, password }) {
        await this.at('login').fill(login);
        await this.at('password').fill(password);
        await this.press('signin');
        // A doctor who signs in during a consultation gets straight back into it.
        await this.page.locator('[data-testid="queue"], [data-testid="call"]').first().waitFor();
    }

    async available() {
        await this.press('availability-available');
    }

    /** Presses "Prendre" in the first row. Returns the time of the click by the page's clock. @returns {Promise<number>} */
    async claim() {
        await this.page.evaluate(() => window.world.markClick('[data-testid="claim"]', 'claim'));
        await this.press('claim');
        return this.shown('claim');
    }

    inCall() {
        return this.at('call').waitFor();
    }

    /** @param {string} text */
    async advise(text) {
        await this.at('advice').fill(text);
        await this.press('advice-sign');
    }

    /** Orders to send the patient of a consultation to the health centre of the demonstration, with an almost empty letter; `more` are other parts of the order. @param {string} consultation */
    async refer(consultation, structure = 'district-matam', more = {}) {
        const letter = { patient: '', reason: 'Évacuation', findings: '', done: '', not_examined: '', question: '' };
        const order = { referral: randomUUID(), structure, others: [], needs: [], letter, ...more };
        const stored = await this.page.evaluate(
            async ([path, body]) => {
                const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
                return answer.ok && (await answer.json()).stored;
            },
            [`/api/consultations/${consultation}/referrals`, JSON.stringify(order)],
        );
        assert.ok(stored, 'the referral is not stored');
        return order.referral;
    }

    async finish(disposition = 'advice') {
        await this.press('close');
        await this.press(`disposition-${disposition}`);
        await this.press('close-confirm');
        await this.at('closed').first().waitFor();
    }
}

/** @param {import('./server.mjs').Server} server @param {Partial<import('./browser.mjs').Options>} [options] */
export async function openKiosk(server, options = {}, nth = 0, code = server.access.kiosk[nth].code) {
    const browser = await openBrowser({ url: server.url, voice: voices.kiosk, ...options });
    const kiosk = new Kiosk(browser, await browser.page('/poste'));
    await kiosk.enroll(code);
    return kiosk;
}

/** @param {import('./server.mjs').Server} server @param {Partial<import('./browser.mjs').Options>} [options] */
export async function openDoctor(server, options = {}, account = server.doctor('obstetrics')) {
    const browser = await openBrowser({ url: server.url, voice: voices.doctor, ...options });
    const doctor = new Doctor(browser, await browser.page('/medecin'));
    await doctor.signIn(account);
    return doctor;
}

/**
 * The page of the coordinator of the demonstration country, whose week is shown.
 * @param {import('./server.mjs').Server} server @param {Partial<import('./browser.mjs').Options>} [options]
 */
export async function openCoordinator(server, options = {}) {
    const browser = await openBrowser({ url: server.url, voice: voices.other, ...options });
    const coordinator = new Person(browser, await browser.page('/coordination'));
    const { login, password } = server.access.coordinators[0];
    await coordinator.at('login').fill(login);
    await coordinator.at('password').fill(password);
    await coordinator.press('signin');
    await coordinator.at('week').waitFor();
    return coordinator;
}

/** Waits until everybody hears everybody else. @param {Person[]} people */
export async function allHear(people, { within = 15_000, share = 0.7 } = {}) {
    for (const one of people) {
        for (const other of people.filter((person) => person !== one)) {
            await until(`${one.voice.name} to hear ${other.voice.name}`, async () => (await one.hears(other)) > share, { within });
        }
    }
}

/** Waits until everybody sees everybody else. @param {Person[]} people */
export async function allSee(people, { within = 20_000 } = {}) {
    for (const one of people) {
        for (const other of people.filter((person) => person !== one)) {
            await until(`${one.voice.name} to see ${other.voice.name}`, () => one.sees(other), { within });
        }
    }
}

/** Goes from the form to a call in which both hear each other. @param {Kiosk} kiosk @param {Doctor} doctor */
export async function meet(kiosk, doctor) {
    await doctor.available();
    await kiosk.fillForm();
    await kiosk.call();
    const clicked = await doctor.claim();
    await doctor.inCall();
    await allHear([kiosk, doctor]);
    return clicked;
}

/**
 * Cuts the kiosk's link in the middle of a call, and waits until both read it.
 * @param {import('./link.mjs').Link} link @param {Kiosk} kiosk @param {Doctor} doctor
 * @returns {Promise<{cut: number, told: number[]}>} when it was cut, and the milliseconds after which the post and the doctor were told
 */
export async function cutLink(link, kiosk, doctor) {
    await kiosk.watchFor('told', '[data-testid="outage"]');
    await doctor.watchFor('told', '[data-testid="far-outage"]');
    const cut = now();
    link.cut();
    const told = await Promise.all([kiosk, doctor].map(async (person) => Math.round((await person.shown('told')) - cut)));
    return { cut, told };
}
