// An appointment from the call in which it is made to the call at its time: impossible times get clear answers, the call ends with it, the post is told its date, sees
// what is to come also without a network, the doctor sees on the desk that its time has come, the post calls that doctor with one press, and the doctor moves and cancels another
// one after the end.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { seriousFaults } from '../world/axe.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { openLink } from '../world/link.mjs';
import { artifacts, scratch } from '../world/paths.mjs';
import { meet, openDoctor, openKiosk } from '../world/people.mjs';
import { printed } from '../world/printed.mjs';
import { scene } from '../world/scene.mjs';
import { pause, until } from '../world/wait.mjs';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const TABLET = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const LAPTOP = { width: 1366, height: 768 };
/** As long as a text may be. */
const longest = (text) => text.repeat(20).slice(0, 200).trim();
const REASON = longest('Contrôle de la tension et du pansement, avec le carnet de santé et les résultats. ');
const PLACE = longest('Centre de santé de référence d’Ourossogui, bâtiment B, salle 12. ');

/** A gateway that is configured and that nobody asks here: reminders go out on the day before, at nine. */
function reminding() {
    const file = join(scratch('secrets'), 'sms');
    writeFileSync(file, 'secret\n', { mode: 0o600 });
    return { TERANGA_SMS__GATEWAY: 'http://127.0.0.1:9/', TERANGA_SMS__USER: 'teranga', TERANGA_SMS__PASSWORD_FILE: file, TERANGA_SMS__SENDER: 'TERANGA' };
}

/** A date and time as its fields want them; Dakar keeps universal time. */
const fields = (at) => [new Date(at).toISOString().slice(0, 10), new Date(at).toISOString().slice(11, 16)];

/** @param {import('../world/people.mjs').Doctor} doctor @param {number} at */
async function fill(doctor, at) {
    const [day, time] = fields(at);
    await doctor.at('appointment-day').last().fill(day);
    await doctor.at('appointment-time').last().fill(time);
}

/** The sentence with which a time is refused. */
async function refusal(doctor, at) {
    await fill(doctor, at);
    await doctor.press('appointment-save');
    await doctor.at('appointment-fault').waitFor();
    return doctor.at('appointment-fault').innerText();
}

/** Looks at a screen in these sizes, and leaves it in the first. */
async function fits(person, name, sizes, vital = []) {
    for (const [size, window] of Object.entries(sizes)) {
        await resize(person.page, window);
        await person.page.screenshot({ path: join(artifacts('screens'), `appointment-${name}-${size}.png`) });
        assert.deepEqual(await layoutFaults(person.page, vital), [], `${name}, ${size}`);
        assert.deepEqual(await seriousFaults(person.page, name), [], `${name}, ${size}`);
    }
    await resize(person.page, Object.values(sizes)[0]);
}

test('an appointment is made, refused where it is impossible, seen without a network, called at its time, moved and cancelled', (t) =>
    scene('appointment', async (s) => {
        await s.server.kill();
        await s.server.serve(reminding());
        // The list of the day is that of one day.
        const left = DAY - (Date.now() % DAY);
        if (left < 10 * MINUTE) await pause(left);
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET, link }));
        const doctor = await s.enter(openDoctor(s.server, { viewport: LAPTOP }, s.server.doctor('obstetrics')));
        await meet(kiosk, doctor);
        const soon = await makeTwo(doctor);
        await kiosk.at('closed').waitFor();
        await toldAtTheEnd(kiosk, soon);

        // The tablet reads its list while it rests, and has it after a power cut without a network, too.
        await kiosk.page.reload();
        await kiosk.at('appointment-due').waitFor({ timeout: 60_000 });
        assert.equal(await kiosk.at('appointment').count(), 0, 'the first screen names no patient');
        await kiosk.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
        link.cut();
        await kiosk.page.reload();
        await kiosk.at('appointments-open').waitFor({ timeout: 60_000 });
        await kiosk.press('appointments-open');
        await kiosk.enterPin();
        await kiosk.at('appointments-kept').waitFor();
        assert.equal(await kiosk.at('appointments-day').count(), 2, 'today, and a later day');
        assert.match(await kiosk.at('appointments-day').first().innerText(), /Aujourd’hui.*Contrôle de la tension/s);
        assert.match(await kiosk.at('appointments-day').last().innerText(), /Ourossogui/);
        await onPaper(t, kiosk);
        await fits(kiosk, 'post', { tablet: TABLET, phone: PHONE, laptop: LAPTOP }, ['urgent-obstetrics', 'appointment-call']);
        link.join();

        await atItsTime(kiosk, doctor);
        await afterwards(kiosk, doctor, soon);
    }));

/** The post is told both dates when the call ends, and finds them in the history. */
async function toldAtTheEnd(kiosk, soon) {
    await until('both dates', async () => (await kiosk.at('appointment-when').count()) === 2);
    const told = await kiosk.at('appointment-when').allInnerTexts();
    for (const [text, at] of [[told[0], soon], [told[1], soon + 26 * 60 * MINUTE]]) {
        assert.ok(text.includes(String(new Date(at).getUTCFullYear())) && text.includes(fields(at)[1]), text);
        assert.match(text, /^(lun|mar|mercre|jeu|vendre|same)di |^dimanche /);
    }
    assert.match(await kiosk.at('appointments-of').innerText(), /Ourossogui/);
    await fits(kiosk, 'ended', { tablet: TABLET, phone: PHONE, laptop: LAPTOP }, ['home']);
    await kiosk.press('home');
    await kiosk.press('history');
    await kiosk.choosePin();
    await until('the list of what is to come', async () => (await kiosk.at('appointments-day').count()) === 2);
    await kiosk.at('history-row').first().locator('summary').click();
    await until('the appointments of the consultation', async () => (await kiosk.page.locator('[data-testid="appointments-of"] [data-testid="appointment"]').count()) === 2);
    assert.match(await kiosk.at('history-row').first().innerText(), /prévu .*\d{4}/);
    await fits(kiosk, 'history', { tablet: TABLET, phone: PHONE, laptop: LAPTOP });
    await kiosk.press('back');
}

/** The slip of the one at a place, whose text is as long as it may be, fits on one page of a quarter of A4, also without a network. */
async function onPaper(t, kiosk) {
    // Chromium has no dialog to show here.
    await kiosk.page.evaluate(() => (window.print = () => undefined));
    await kiosk.at('appointment-print').last().click();
    await kiosk.at('appointment-slip').waitFor({ state: 'attached' });
    for (const format of ['A6', 'A5', 'A4']) {
        const { words, pages, isBlackOnWhite } = await printed(kiosk.page, format);
        const all = words.join(' ');
        t.diagnostic(`figure: the slip of an appointment is ${pages} page of ${format}`);
        assert.equal(pages, 1, format);
        assert.match(all, /Votre rendez-vous .*\d{4} à \d{1,2} h \d\d/, format);
        assert.ok(all.includes('Ourossogui') && all.includes('carnet de santé'), `${format}: where, and what to bring`);
        assert.ok(!all.includes('Contrôle de la tension'), `${format}: the reason is for nobody who finds the paper`);
        assert.ok(isBlackOnWhite, `${format}: black on white`);
    }
}

/** Makes one for a few minutes from now and one for tomorrow, and ends the call with them. */
async function makeTwo(doctor) {
    await doctor.press('appoint');
    await doctor.at('appointment-reason').fill(REASON);
    assert.match(await refusal(doctor, Date.now() - 60 * MINUTE), /passée/);
    assert.match(await refusal(doctor, Date.now() + 400 * DAY), /douze mois/);
    await doctor.at('appointment-phone').fill('77 12');
    assert.match(await refusal(doctor, Date.now() + 5 * MINUTE), /numéro de téléphone/);
    await fits(doctor, 'form', { laptop: LAPTOP, phone: PHONE, tablet: TABLET });
    await doctor.at('appointment-phone').fill('77 123 45 67');
    const soon = Date.now() + 5 * MINUTE;
    await fill(doctor, soon);
    await doctor.press('appointment-save');
    await doctor.at('appointment').waitFor();

    await doctor.press('appoint');
    await doctor.press('appointment-how-place');
    await doctor.at('appointment-place').fill(PLACE);
    await doctor.at('appointment-reason').fill(REASON);
    assert.match(await refusal(doctor, soon + 10 * MINUTE), /déjà un rendez-vous/);
    await fill(doctor, soon + 26 * 60 * MINUTE);
    await doctor.press('appointment-save');
    await until('two appointments', async () => (await doctor.at('appointment').count()) === 2);
    await fits(doctor, 'call', { laptop: LAPTOP, phone: PHONE, tablet: TABLET });
    await doctor.press('close');
    await doctor.press('disposition-appointment');
    await doctor.page.locator('[data-testid="close-dialog"] [data-testid="appointment"]').first().waitFor();
    await fits(doctor, 'close', { laptop: LAPTOP, phone: PHONE, tablet: TABLET });
    await doctor.press('close-confirm');
    await doctor.at('closed').first().waitFor();
    return soon;
}

/** The doctor sees that its time has come; the post presses once, and rings that doctor. */
async function atItsTime(kiosk, doctor) {
    await doctor.at('appointment-due').waitFor({ timeout: 60_000 });
    await doctor.press('own-appointments-open');
    await fits(doctor, 'desk', { laptop: LAPTOP, phone: PHONE, tablet: TABLET });
    await until('the link is back', async () => (await kiosk.at('presence').first().getAttribute('data-available')) !== null, { within: 60_000 });
    await kiosk.press('appointment-call');
    await doctor.at('claim').first().waitFor({ timeout: 60_000 });
    assert.match(await doctor.at('prefers').first().innerText(), /rendez-vous avec ce poste/);
    await fits(doctor, 'queue', { laptop: LAPTOP, phone: PHONE, tablet: TABLET }, ['claim']);
    await doctor.claim();
    await doctor.inCall();
    await doctor.finish('advice');
    await kiosk.at('closed').waitFor();
    await kiosk.press('home');
    await kiosk.page.reload();
    await kiosk.at('appointments-open').waitFor({ timeout: 60_000 });
    assert.equal(await kiosk.at('appointment-due').count(), 0, 'it is not proposed twice');
    await kiosk.press('appointments-open');
    await kiosk.enterPin();
    await kiosk.at('appointment-call-again').waitFor();
}

/** After the end the doctor moves the other one, and cancels it; the post is told both. */
async function afterwards(kiosk, doctor, soon) {
    await doctor.at('own-appointments-open').waitFor({ timeout: 60_000 });
    await doctor.press('own-appointments-open');
    await doctor.at('appointment-move').last().click();
    await fill(doctor, soon + 50 * 60 * MINUTE);
    await fits(doctor, 'move', { laptop: LAPTOP, phone: PHONE, tablet: TABLET });
    await doctor.press('appointment-confirm');
    await doctor.at('appointment-confirm').waitFor({ state: 'detached' });
    const changed = kiosk.page.locator('[data-testid="appointment"]:not([data-state="standing"])');
    const news = kiosk.at('appointments-news');
    await news.waitFor({ timeout: 60_000 });
    assert.match(await news.innerText(), /1 rendez-vous a été déplacé/);
    assert.match(await changed.locator('[data-testid="appointment-change"]').innerText(), /Déplacé du .*\d{4} .*au .*\d{4}/);
    await fits(kiosk, 'moved', { tablet: TABLET, phone: PHONE, laptop: LAPTOP }, ['urgent-obstetrics']);
    await kiosk.press('appointment-seen');
    await news.waitFor({ state: 'detached' });
    await doctor.at('appointment-cancel').last().click();
    await doctor.at('appointment-why').fill('le patient voyage');
    await doctor.press('appointment-confirm');
    await until('one appointment', async () => (await doctor.at('appointment').count()) === 1);
    await news.waitFor({ timeout: 60_000 });
    assert.match(await news.innerText(), /1 rendez-vous a été annulé/);
    assert.match(await changed.locator('[data-testid="appointment-change"]').innerText(), /Annulé par .*\s: le patient voyage/);
    await fits(kiosk, 'cancelled', { tablet: TABLET, phone: PHONE, laptop: LAPTOP });
    await kiosk.press('appointments-open');
    assert.doesNotMatch(await kiosk.page.locator('body').innerText(), /Contrôle|voyage/, 'the notice names no patient and no reason');
}
