// The rota: a coordinator fills a gap on a telephone, two coordinators edit at once, calendar files come in and go out, a doctor's swap counts
// once the other accepts, and whoever asked is told the answer.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { binary } from '../world/paths.mjs';
import { Visitor } from '../world/http.mjs';
import { openDoctor, openKiosk, patient, Person } from '../world/people.mjs';
import { openBrowser } from '../world/browser.mjs';
import { voices } from '../world/fixtures.mjs';
import { Scene } from '../world/scene.mjs';
import { startServer } from '../world/server.mjs';
import { until } from '../world/wait.mjs';

const NAME = 'rota';
const TELEPHONE = { width: 360, height: 640 };
/** The day of the imported duty, as a calendar file has it, and its hours, which no other duty has. */
const DAY = later(new Date().toISOString().slice(0, 16), 9).slice(0, 10).replaceAll('-', '');
const IMPORTED = /09:00.–.12:00/;

class Coordinator extends Person {
    /** @param {{login: string, password: string}} account */
    async signIn({ login, password }) {
        await this.at('login').fill(login);
        await this.at('password').fill(password);
        await this.press('signin');
        await this.at('week').waitFor();
    }

    /** The duties of a speciality that are shown; a telephone hides the days before today. @param {string} speciality */
    duties(speciality) {
        return this.page.locator(`[data-testid="duty"][data-speciality="${speciality}"]`).filter({ visible: true });
    }

    /** The gaps of a speciality in the list on top. @param {string} speciality */
    gaps(speciality) {
        return this.page.locator(`[data-testid="gap"][data-speciality="${speciality}"]`);
    }
}

const scene = new Scene(NAME);
/** @type {Coordinator} */ let phone;
/** @type {Coordinator} */ let laptop;
/** @type {import('../world/people.mjs').Doctor} */ let awa;
/** @type {import('../world/people.mjs').Kiosk} */ let kiosk;
before(async () => {
    scene.server = await startServer({ name: NAME });
    phone = await openCoordinator({ viewport: TELEPHONE });
});
after(() => scene.close());

/** A second coordinator: one account has one live page. */
function secondCoordinator() {
    const account = { login: 'binta.ly', password: 'six-mots-pour-la-garde-de-nuit' };
    const args = ['user', 'add', account.login, '--name', 'Binta Ly', '--role', 'coordinator', '--place', 'hopital-dakar'];
    execFileSync(binary, [...args, '--data', scene.server.data], { input: `${account.password}\n` });
    return account;
}

async function openCoordinator(options = {}, account = scene.server.access.coordinators[0]) {
    const browser = await openBrowser({ url: scene.server.url, voice: voices.guest, ...options });
    const person = new Coordinator(browser, await browser.page('/coordination'));
    await scene.enter(Promise.resolve(person));
    await person.signIn(account);
    return person;
}

/** The same time some days later, as a form's field has it. The demonstration keeps universal time. @param {string} time @param {number} days */
function later(time, days) {
    return new Date(Date.parse(`${time}Z`) + days * 24 * 3_600_000).toISOString().slice(0, 16);
}

/** Opens the form of a speciality. */
async function openForm(kiosk, speciality) {
    await kiosk.press('consultation');
    await kiosk.press(`speciality-${speciality}`);
    await kiosk.at('call').waitFor();
}

/** Runs one step. If it fails, what the pages show is kept. */
const step = (name, play) => test(name, () => scene.watched(play));

/** True if nothing is wider than the screen. @param {Person} person */
const fits = (person) => person.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

step('the demonstration has somebody on duty for each speciality, on a screen of a telephone', async () => {
    await phone.at('no-gap').waitFor();
    assert.ok((await phone.duties('surgery').count()) >= 1, 'today is on the screen, whatever the hour');
    assert.ok(await fits(phone), 'the week is not wider than the telephone');
    await phone.press('tab-ring');
    assert.equal(await phone.at('next-ring').count(), 4);
    assert.ok(await fits(phone), 'who rings is not wider than the telephone');
    await phone.press('tab-week');
});

step('taking the only surgeon off duty is refused until it is confirmed, and is then a gap on top', async () => {
    await phone.duties('surgery').filter({ hasText: 'de garde maintenant' }).first().click();
    await phone.at('editor').waitFor();
    assert.ok(await fits(phone), 'the dialog is not wider than the telephone');
    await phone.at('editor-doctor').selectOption('');
    await phone.press('editor-save');
    await phone.at('uncovered').waitFor();
    assert.equal(await phone.gaps('surgery').count(), 0, 'nothing is changed before it is confirmed');
    await phone.press('confirm-uncovered');
    await phone.gaps('surgery').first().waitFor();
    await phone.at('editor').waitFor({ state: 'detached' });
    assert.equal(await phone.at('no-gap').count(), 0);
});

step('filling the gap makes it disappear', async () => {
    await phone.press('fill-gap');
    const surgeon = await phone.at('editor-doctor').locator('option').nth(1).getAttribute('value');
    await phone.at('editor-doctor').selectOption(surgeon);
    await phone.press('editor-save');
    await phone.at('no-gap').waitFor();
});

step('of two coordinators who edit at once the second is told, and sees what is there now', async () => {
    laptop = await openCoordinator({}, secondCoordinator());
    await laptop.press('filter-surgery');
    // Nobody is on duty now in the week that follows, on a Sunday either.
    await laptop.press('week-after');
    await phone.press('week-after');
    await laptop.at('week-today').and(laptop.page.locator(':enabled')).waitFor();
    // The laptop's page has not heard of the change that the telephone makes while its own dialog is open.
    await laptop.page.route('**/api/rota?*', (route) => route.abort());
    await laptop.duties('surgery').last().click();
    await laptop.at('editor').waitFor();
    await phone.press('filter-surgery');
    await phone.duties('surgery').last().click();
    await phone.press('editor-save');
    await phone.at('editor').waitFor({ state: 'detached' });
    await laptop.press('editor-save');
    const refusal = laptop.at('refusal');
    await refusal.waitFor();
    assert.match((await refusal.textContent()) ?? '', /vient de modifier le tableau/);
    await laptop.page.unroute('**/api/rota?*');
    await laptop.press('editor-save');
    await laptop.at('editor').waitFor({ state: 'detached' });
});

step('who edits a slot that another changes meanwhile sees both versions at once, and chooses', async () => {
    await laptop.duties('surgery').last().click();
    await laptop.at('editor-until').fill((await laptop.at('editor-until').inputValue()).replace(/T.*/, 'T21:30'));
    await phone.duties('surgery').last().click();
    await phone.at('editor-doctor').selectOption('');
    await phone.at('editor-reason').fill('Formation à Dakar');
    await phone.press('editor-save');
    if (await phone.at('confirm-uncovered').isVisible()) await phone.press('confirm-uncovered');
    await phone.at('editor').waitFor({ state: 'detached' });
    await laptop.at('slot-conflict').waitFor({ timeout: 5_000 });
    assert.ok(await laptop.at('editor-save').isDisabled(), 'nothing is overwritten unseen');
    // Who made the other version, and why, is read when the versions are on the screen.
    await laptop.at('theirs').filter({ hasText: /Personne.*Formation à Dakar/ }).waitFor({ timeout: 5_000 });
    assert.match((await laptop.at('mine').textContent()) ?? '', /21:30/);
    assert.match((await laptop.at('slot-conflict').textContent()) ?? '', /au tableau maintenant, par/i);
    await laptop.press('save-mine');
    await laptop.at('editor').waitFor({ state: 'detached' });
    await phone.at('no-gap').waitFor({ timeout: 5_000 });
    await laptop.press('week-today');
    await phone.press('week-today');
});

step('a slot of the week is edited in its place, and who is on duty now is not removed by the way', async () => {
    await laptop.press('tab-template');
    await laptop.press('filter-obstetrics');
    // The slots of the demonstration begin at eight.
    const now = (new Date(Date.now() - 8 * 3_600_000).getUTCDay() + 6) % 7;
    const slots = laptop.page.locator('.week > .day').nth(now).getByTestId('template-slot');
    const before = await slots.count();
    await slots.first().click();
    await laptop.press('remove-slot');
    await laptop.at('on-duty').or(laptop.at('uncovered')).waitFor();
    assert.match((await laptop.at('instead').textContent()) ?? '', /gynécologie|obstétrique/i);
    await laptop.at('slot-editor-until').fill('07:59');
    await laptop.at('slot-editor-reason').fill('Relève plus tôt');
    await laptop.press('slot-editor-save');
    await laptop.at('slot-editor').waitFor({ state: 'detached' });
    assert.equal(await slots.count(), before, 'it is the same slot');
    assert.match((await slots.first().textContent()) ?? '', /07:59/);
});

step('the history says who changed what, from what to what, and why', async () => {
    await phone.press('tab-log');
    const last = phone.at('log-line').first();
    await last.waitFor();
    assert.match((await last.textContent()) ?? '', /Relève plus tôt/);
    assert.match((await last.locator('ins').textContent()) ?? '', /07:59/);
    assert.equal(await last.locator('del').count(), 1, 'what was there before');
    assert.ok(await fits(phone), 'the history is not wider than the telephone');
});

step('a duty that overlaps another one of its doctor is said before it is saved, also in another week', async () => {
    await laptop.press('tab-week');
    await laptop.at('add-duty').last().click();
    await laptop.at('editor-speciality').selectOption('obstetrics');
    const fatou = await laptop.at('editor-doctor').locator('option', { hasText: 'Fatou Sarr' }).getAttribute('value');
    await laptop.at('editor-doctor').selectOption(fatou);
    await laptop.at('overlap').filter({ hasText: /Fatou Sarr est déjà de garde.*obstétrique, première ligne/ }).waitFor();
    for (const field of ['editor-from', 'editor-until']) await laptop.at(field).fill(later(await laptop.at(field).inputValue(), 7));
    // The duties of the week after this one are not on the page.
    await laptop.at('overlap').waitFor();
    await laptop.page.keyboard.press('Escape');
    await laptop.at('editor').waitFor({ state: 'detached' });
});

step('a calendar file is shown before it is saved, and one that is none is refused kindly', async () => {
    const upload = (name, text) => laptop.at('import-file').setInputFiles({ name, mimeType: 'text/calendar', buffer: Buffer.from(text) });
    await laptop.press('tab-calendars');
    await laptop.at('import-speciality').selectOption('obstetrics');
    await upload('gardes.ics', 'Ceci est une lettre.');
    assert.match((await laptop.at('import-fault').textContent()) ?? '', /calendrier/);
    const event = (day, title) => ['BEGIN:VEVENT', `SUMMARY:${title}`, `DTSTART:${day}T090000Z`, `DTEND:${day}T120000Z`, 'END:VEVENT'];
    const events = [...event(DAY, 'Garde Fatou Sarr'), ...event(DAY, 'Garde de personne')];
    await upload('gardes.ics', ['BEGIN:VCALENDAR', ...events, 'END:VCALENDAR', ''].join('\r\n'));
    await laptop.at('import-event').nth(1).waitFor();
    const problems = await laptop.at('import-event').evaluateAll((rows) => rows.map((row) => row.dataset.problem));
    assert.deepEqual(problems, ['', 'doctor']);
    await laptop.press('import-save');
    await laptop.at('import-stored').waitFor();
});

step('a swap in return counts once the other doctor has accepted it, and whoever asked is told so until they have seen it', async () => {
    awa = await scene.enter(openDoctor(scene.server, {}, scene.server.access.doctors[0]));
    const fatou = await scene.enter(openDoctor(scene.server, { voice: voices.guest }, scene.server.access.doctors[1]));
    await awa.press('my-duties');
    await awa.at('my-duty').nth(1).getByTestId('swap').click();
    const to = await awa.at('swap-to').locator('option', { hasText: 'Fatou Sarr' }).getAttribute('value');
    await awa.at('swap-to').selectOption(to);
    const back = await awa.at('swap-return').locator('option', { hasText: IMPORTED }).getAttribute('value');
    await awa.at('swap-return').selectOption(back);
    await awa.press('swap-send');
    await awa.at('my-swap').waitFor();
    assert.equal(await awa.attribute('my-swap', 'data-accepted'), 'false');
    const before = await awa.at('my-duty').first().textContent();
    await awa.press('duties-close');
    await fatou.at('duty-news').waitFor({ timeout: 5_000 });
    await fatou.press('my-duties');
    assert.match((await fatou.at('my-swap').textContent()) ?? '', IMPORTED);
    await fatou.press('swap-accept');
    await until('the swap to count', async () => (await fatou.attribute('my-swap', 'data-accepted')) === 'true');
    await awa.at('duty-news').waitFor({ timeout: 5_000 });
    await awa.page.reload();
    await awa.at('duty-news').waitFor();
    await awa.press('my-duties');
    assert.match((await awa.at('news-swap_accepted').textContent()) ?? '', /Fatou Sarr a accepté l’échange/);
    assert.equal(await awa.attribute('my-swap', 'data-accepted'), 'true');
    assert.equal(await awa.at('my-duty').first().textContent(), before, 'only the duty that was given away is gone');
    await awa.press('duties-close');
    await awa.at('duty-news').waitFor({ state: 'detached' });
    await phone.press('tab-absences');
    await until('the coordinator to see it', async () => (await phone.at('swap').count()) === 1, { within: 5_000 });
});

step('the calendar of a telephone, which signs in nowhere, holds the duty that was taken in return', async () => {
    await awa.press('my-duties');
    await awa.press('make-feed');
    const link = new URL((await awa.at('feed-link').textContent()) ?? '');
    await awa.press('duties-close');
    const { status, headers, bytes } = await new Visitor(scene.server.url).get(link.pathname);
    assert.deepEqual([status, headers['content-type']?.split(';')[0]], [200, 'text/calendar']);
    const [calendar, ...events] = bytes.toString().replaceAll('\r\n ', '').split('BEGIN:VEVENT\r\n');
    assert.match(calendar, /^BEGIN:VCALENDAR\r\n/);
    const duties = events.map((event) => Object.fromEntries(event.split('\r\n').map((line) => line.split(/:(.*)/s))));
    assert.ok(duties.every((duty) => duty.UID && duty.DTEND > duty.DTSTART && /Awa Ndiaye/.test(duty.SUMMARY)));
    const taken = duties.find(({ DTSTART }) => DTSTART === `${DAY}T090000Z`);
    assert.equal(taken?.DTEND, `${DAY}T120000Z`);
});

step('leave that is granted leaves a gap with its reason', async () => {
    const surgeon = await scene.enter(openDoctor(scene.server, {}, scene.server.doctor('surgery')));
    await surgeon.press('my-duties');
    await surgeon.press('ask-leave');
    await surgeon.at('my-leave').waitFor();
    await phone.at('grant-leave').waitFor({ timeout: 5_000 });
    assert.equal(await phone.gaps('surgery').count(), 0, 'asking changes nothing');
    await phone.press('grant-leave');
    await phone.gaps('surgery').first().waitFor();
    assert.match((await phone.gaps('surgery').first().textContent()) ?? '', /En congé\s: Dr Ousmane Faye/);
    await surgeon.at('news-leave_granted').waitFor({ timeout: 5_000 });
    assert.match((await surgeon.at('news-leave_granted').textContent()) ?? '', /Mariama Sarr a accordé votre congé/);
});

step('a post sees before its call who is on duty and who rings next, with and without a network', async () => {
    kiosk = await scene.enter(openKiosk(scene.server));
    await openForm(kiosk, 'paediatrics');
    await kiosk.at('on-duty-now').waitFor();
    assert.match((await kiosk.at('on-duty-line').first().textContent()) ?? '', /De garde\s: Dr .+ jusqu’à \d\d:\d\d\s; ensuite Dr/);
    await kiosk.press('back');
    await openForm(kiosk, 'surgery');
    // The surgeon's leave begins at midnight, and the duties of the demonstration at eight: before eight there is one more.
    const next = new Date().getUTCHours() < 8 ? /ensuite Dr Ousmane Faye/ : /ensuite personne n’est prévu/;
    await kiosk.at('on-duty-line').filter({ hasText: next }).first().waitFor();
    await kiosk.browser.context.setOffline(true);
    await kiosk.at('on-duty-age').waitFor({ timeout: 30_000 });
    assert.match((await kiosk.at('on-duty-age').textContent()) ?? '', /Pas de réseau. Tableau d’il y a/);
    await kiosk.browser.context.setOffline(false);
    await kiosk.press('back');
});

step('the coordinator sees what rings, at whom and who is next, and nothing of the patient; a language is a reason at the desk', async () => {
    const stored = phone.page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.ok());
    await phone.page.locator('fieldset', { hasText: 'Awa Ndiaye' }).getByLabel('Pulaar').click();
    await stored;
    await phone.press('tab-ring');
    await phone.press('filter-obstetrics');
    await phone.at('nobody-waits').waitFor();
    const line = phone.at('ring-line').filter({ hasText: 'Awa Ndiaye' });
    await until('the coordinator to see that she is there', async () => (await line.getAttribute('data-state')) === 'available');
    await kiosk.fillForm();
    await kiosk.press('more');
    await kiosk.press('field-language-ff');
    await kiosk.call();
    await awa.at('prefers').filter({ hasText: /pulaar/i }).waitFor();
    const row = phone.at('waiting-row');
    await row.filter({ hasText: /Urgence vitale.*Sonne chez\s: .*Awa Ndiaye/ }).waitFor({ timeout: 5_000 });
    const text = await phone.page.locator('body').innerText();
    for (const secret of [patient.reason, patient.dpp, patient.systolic]) assert.ok(!text.includes(secret), `${secret} is shown`);
    assert.ok(await fits(phone), 'the list is not wider than the telephone');
    await awa.claim();
    await awa.inCall();
    await row.waitFor({ state: 'detached', timeout: 5_000 });
    await until('the coordinator to see that she is in a consultation', async () => (await line.getAttribute('data-state')) === 'in_call');
});
