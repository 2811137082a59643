// Power cuts of the tablet, of the server and of both while somebody types, records a voice note, sends a file, or calls. What was acknowledged is there, once;
// what is a second old is back; and the tablet is in the same consultation again. TERANGA_CUTS is the number of cuts; TERANGA_SEED repeats a run.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openBrowser } from '../world/browser.mjs';
import { numbersOf } from '../world/chance.mjs';
import { voices } from '../world/fixtures.mjs';
import { root, scratch } from '../world/paths.mjs';
import { Kiosk, openDoctor, openKiosk, patient } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { pause, until } from '../world/wait.mjs';

const DOCUMENT = join(root, 'tests', 'fixtures', 'documents', 'ecg.pdf');
/** The tablet must be where it was within this time after its browser has started. */
const BACK_WITHIN_MS = 60_000;

/** The tablet, the server and the doctor of a run, and its chance. */
class Night {
    /** The longest time from the start of the browser to the place where the tablet was, ms. */
    slowest = 0;
    /** Each kind of cut with its number. @type {Record<string, number>} */
    counted = {};

    constructor(s, random) {
        this.s = s;
        this.random = random;
        this.profile = scratch('kept-profile');
        s.atEnd(() => rmSync(this.profile, { recursive: true, force: true, maxRetries: 3 }));
    }

    async begin() {
        this.kiosk = await openKiosk(this.s.server, { profile: this.profile });
        this.doctor = await openDoctor(this.s.server);
        await this.doctor.available();
    }

    one(choices) {
        return choices[Math.floor(this.random() * choices.length)];
    }

    /** Takes the power away. Resolves when what was cut runs again, with the time at which it began to start. */
    async cut() {
        const { server } = this.s;
        const dead = this.who === 'server' ? [] : [this.kiosk.browser.kill()];
        if (this.who !== 'tablet') dead.push(server.kill());
        await Promise.all(dead);
        if (this.who !== 'tablet') await server.start();
        this.began = Date.now();
        if (this.who === 'server') return;
        const browser = await openBrowser({ url: server.url, voice: voices.kiosk, profile: this.profile });
        this.kiosk = new Kiosk(browser, await browser.page('/poste'));
    }

    /** Waits until the tablet is where it was. */
    async back(what, probe) {
        await until(`${what}, after a cut of ${this.who}`, probe, { within: BACK_WITHIN_MS });
        this.slowest = Math.max(this.slowest, Date.now() - this.began);
    }

    /** Asks the server as the post, which signs in again after a restart. */
    ask(path) {
        return until(`an answer of ${path}`, () => this.kiosk.page.evaluate(async (at) => (await fetch(at)).json(), path));
    }

    /** The consultations that the server has for a reason that no other request has. */
    async consultations(reason) {
        const all = await this.ask('/api/consultations');
        return all.filter((one) => one.reason === reason);
    }

    /** The one consultation of a reason. */
    async only(reason) {
        const found = await this.consultations(reason);
        assert.equal(found.length, 1, `${found.length} consultations for one request`);
        return found[0].id;
    }

    async attachments(id) {
        const { record } = await this.ask(`/api/consultations/${id}`);
        return record.attachments ?? [];
    }

    /** Fills in the form and calls. Returns the reason. */
    async request(name) {
        const reason = `${name} ${Math.floor(this.random() * 1e9).toString(36)}`;
        await this.kiosk.fillForm({ ...patient, reason });
        await this.kiosk.press('call');
        return reason;
    }

    async waits(reason) {
        await until('the request to be at the server', async () => (await this.kiosk.requestState()) === 'waiting');
        await this.kiosk.at('add-attachment').waitFor();
        return this.only(reason);
    }

    /** Ends the wait, and is on the first screen again. */
    async cancel() {
        await this.kiosk.press('cancel');
        await this.kiosk.press('cancel-yes');
        await this.kiosk.home();
    }
}

/** Somebody types; whatever is older than a second is back. */
async function typing(night) {
    const { random } = night;
    const field = () => night.kiosk.at('field-reason');
    await night.kiosk.press('urgent-child');
    await field().waitFor();
    let typed = (await field().inputValue()).slice(0, 300);
    const history = [];
    const stop = Date.now() + 1_200 + random() * 2_500;
    while (Date.now() < stop) {
        typed += String.fromCharCode(97 + Math.floor(random() * 26));
        await field().fill(typed);
        history.push({ at: Date.now(), typed });
        await pause(40);
    }
    const now = Date.now();
    const old = history.filter(({ at }) => at <= now - 1_000).at(-1).typed;
    await night.cut();
    if (night.who !== 'server') await night.kiosk.press('urgent-child');
    await night.back(`"${old}" in the form`, async () => (await field().inputValue()).startsWith(old));
    await night.kiosk.press('back');
    await night.kiosk.home();
}

/** Somebody records a note; what is older than two seconds is back, and is added once. */
async function recording(night) {
    const reason = await night.request('note');
    const id = await night.waits(reason);
    const { kiosk } = night;
    await kiosk.press('attach-note');
    await kiosk.press('note-start');
    await kiosk.at('note-elapsed').waitFor();
    const spoken_ms = 2_500 + night.random() * 3_000;
    await pause(spoken_ms);
    await night.cut();
    await night.back('the wait', () => night.kiosk.at('wait').count());
    if (night.who === 'server') await night.kiosk.press('note-stop');
    else await night.kiosk.press('attach-note');
    await night.kiosk.at('player').waitFor();
    await night.kiosk.press('note-send');
    await until('the note to be there', async () => (await night.attachments(id)).length === 1, { within: 30_000 });
    const [{ file }] = await night.attachments(id);
    assert.ok(file.content.duration_ms > spoken_ms - 2_000, `${file.content.duration_ms} ms of ${spoken_ms} ms are left`);
    await pause(1_500);
    assert.equal((await night.attachments(id)).length, 1, 'the note is there once');
    await night.only(reason);
    await night.cancel();
}

/** A file is on its way; it arrives whole and once, and one that was said to be on the tablet arrives in any case. */
async function uploading(night) {
    const reason = await night.request('fichier');
    const id = await night.waits(reason);
    await night.kiosk.page.route('**/attachments/**', async (route) => {
        await pause(250);
        await route.continue().catch(() => undefined);
    });
    await night.kiosk.at('attach-file').setInputFiles(DOCUMENT);
    await pause(night.random() * 3_000);
    const isKept = (await night.kiosk.at('own-attachment').count()) > 0;
    await night.cut();
    await night.back('the wait', () => night.kiosk.at('add-attachment').count());
    const sent = () => night.kiosk.at('own-attachment').evaluateAll((all) => all.map(({ dataset }) => dataset.state).join());
    // The server draws the document with the time that everything else leaves it.
    if (isKept) await until('the file to have arrived', async () => (await sent()) === 'sent', { within: 180_000 });
    else await pause(5_000);
    const found = await night.attachments(id);
    assert.ok(found.length === 1 || (!isKept && found.length === 0), `${found.length} files of one`);
    for (const { attachment, file } of found) {
        assert.equal(file.sha256, createHash('sha256').update(readFileSync(DOCUMENT)).digest('base64url'), `${attachment} is whole`);
    }
    await night.only(reason);
    await night.cancel();
}

/** The call was pressed; it has left once, or is in the form as it was typed. */
async function asking(night) {
    const reason = await night.request('appel');
    await pause(night.random() * 1_500);
    const state = await night.kiosk.requestState().catch(() => null);
    await night.cut();
    const waits = async () => (await night.kiosk.requestState().catch(() => null)) === 'waiting';
    const isTyped = async () => state === null && (await night.kiosk.at('urgent-obstetrics').count()) > 0;
    await night.back(`the request, which was ${state}`, async () => (await waits()) || isTyped());
    // What came to the disk too late to be seen may still leave.
    if (state === null) await pause(3_000);
    if (await waits()) {
        await night.only(reason);
        return night.cancel();
    }
    assert.equal((await night.consultations(reason)).length, 0, 'nothing has left');
    await night.kiosk.press('urgent-obstetrics');
    await until('what was typed', async () => (await night.kiosk.at('field-reason').inputValue()) === reason);
    await night.kiosk.press('back');
    return night.kiosk.home();
}

/** Two people speak; the tablet is in the same call again, and the voice of the doctor is heard. */
async function calling(night) {
    const reason = await night.request('voix');
    const id = await night.waits(reason);
    await night.doctor.claim();
    await night.doctor.inCall();
    await night.kiosk.at('call-screen').waitFor();
    await pause(night.random() * 3_000);
    await night.cut();
    const isBack = async () => (await night.kiosk.attribute('call-screen', 'data-consultation')) === id && (await night.kiosk.hears(night.doctor)) > 0.7;
    await night.back('the voice of the doctor', isBack);
    await night.only(reason);
    await night.doctor.finish();
    await night.kiosk.at('closed').waitFor();
    await night.kiosk.press('home');
    await night.doctor.press('again').catch(() => undefined);
}

test('power cuts of tablet, server and both while somebody types, records, sends and calls: nothing acknowledged is lost, nothing comes twice', (t) =>
    scene('power', async (s) => {
        const cuts = Number(process.env.TERANGA_CUTS ?? 3);
        const seed = Number(process.env.TERANGA_SEED ?? Date.now() % 1_000_000);
        t.diagnostic(`figure: ${cuts} cuts, TERANGA_SEED=${seed}`);
        const night = new Night(s, numbersOf(seed));
        await night.begin();
        const activities = [typing, recording, uploading, asking, calling];
        for (let cut = 0; cut < cuts; cut++) {
            // The short form has each activity once.
            const activity = cuts === activities.length ? activities[cut] : night.one(activities);
            night.who = night.one(['tablet', 'server', 'both']);
            const name = `${activity.name} ${night.who}`;
            await activity(night).catch((error) => {
                error.message = `cut ${cut} (${name}, seed ${seed}): ${error.message}`;
                throw error;
            });
            night.counted[name] = (night.counted[name] ?? 0) + 1;
        }
        t.diagnostic(`figure: ${JSON.stringify(night.counted)}`);
        t.diagnostic(`figure: back in the same place at most ${night.slowest} ms after the start of the browser; 0 lost, 0 twice`);
        assert.ok(night.slowest < BACK_WITHIN_MS);
    }));
