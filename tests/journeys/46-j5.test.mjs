// J5 in three browsers: a post, a specialist and a hospital. The specialist prescribes what the post has, signs, and the post reads and prints the page, whose code a
// pharmacy verifies; then the specialist asks the nearest hospital that can do what the patient needs, the hospital accepts, the patient leaves, arrives and is cared for, and
// what the hospital writes back is read by the post and by the specialist.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { seriousFaults } from '../world/axe.mjs';
import { evacuate, depart, isAt, NEAREST, openHospital } from '../world/evacuation.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { meet, openDoctor, openKiosk, patient, Person } from '../world/people.mjs';
import { codeOnPaper, sign } from '../world/prescribing.mjs';
import { printed } from '../world/printed.mjs';
import { scene } from '../world/scene.mjs';
import { pause, until } from '../world/wait.mjs';

const TABLET = { width: 1024, height: 600 };
const LAPTOP = { width: 1366, height: 768 };
const PHONE = { width: 360, height: 640 };

const TABLETS_OF_AMOXICILLIN = 'amoxicilline-250-cd';
const CAPSULES_OF_AMOXICILLIN = 'amoxicilline-500-gel';
const COUNTER = 'Césarienne faite à 15 h, fille de 3,1 kg. Pansement à refaire dans 3 jours, fer 2 mois.';

/** Looks at a screen at the size of its device, and with axe. @param {Person} person @param {string[]} vital */
async function fits(person, size, vital) {
    await resize(person.page, size);
    assert.deepEqual(await layoutFaults(person.page, vital), []);
    assert.deepEqual(await seriousFaults(person.page, String(vital)), []);
}

test('J5, from the call to care: a prescription of what the post has, signed, printed and verified; an evacuation that a hospital accepts, and what it writes back', (t) =>
    scene('j5', async (s) => {
        const account = s.server.doctor('obstetrics');
        const post = await s.enter(openKiosk(s.server, { viewport: TABLET }));
        const specialist = await s.enter(openDoctor(s.server, { viewport: LAPTOP }, account));
        const hospital = await openHospital(s, NEAREST, 'fatoumata.kane', 'Dr Fatoumata Kane');
        await hospital.at('rc-empty').waitFor();
        await post.settle();
        await countAmoxicillin(post);
        await meet(post, specialist);

        await prescribeWhatThePostHas(post, specialist, account.password);
        await printAndVerify(post, hospital);

        await finishLeadsToTheEvacuation(specialist);
        await askTheHospital(t, { post, specialist, hospital });
        await acceptAtTheHospital(hospital);
        await Promise.all([isAt(specialist, 'accepted'), isAt(post, 'accepted')]);
        await specialist.finish('evacuation');
        await post.at('closed').waitFor();
        assert.equal(await post.attribute('closed', 'data-disposition'), 'evacuation');
        await depart(post);
        await hospital.stands('en_route');
        assert.match(await hospital.at('rc-way').innerText(), /ambulance du district.*attendu vers \d\d:\d\d/);
        await careAndWriteBack(hospital);

        await post.at('ev-counter').waitFor();
        assert.ok((await post.at('ev-counter').innerText()).includes(COUNTER));
        await readByTheSpecialist(specialist);
    }));

/** The post counts what it has: no tablets of amoxicillin, and forty capsules. @param {import('../world/people.mjs').Kiosk} post */
async function countAmoxicillin(post) {
    await post.at('stock').waitFor({ timeout: 30_000 });
    await post.press('stock');
    for (const [product, number] of [[TABLETS_OF_AMOXICILLIN, '0'], [CAPSULES_OF_AMOXICILLIN, '40']]) {
        await post.page.locator(`[data-testid="stock-row"][data-product="${product}"]`).click();
        await post.at('stock-number').fill(number);
        await post.press('stock-save');
        await post.at('stock-count').waitFor({ state: 'detached' });
    }
    await post.at('stock-waiting').waitFor({ state: 'detached', timeout: 30_000 });
    await post.press('back');
}

/** The specialist sees that the post has none, takes the alternative that it has, and signs. The post sees nothing before. @param {import('../world/people.mjs').Doctor} specialist */
async function prescribeWhatThePostHas(post, specialist, password) {
    await specialist.press('prescribe');
    await specialist.at('rx-search').fill('amoxicilin');
    await specialist.page.locator(`[data-testid="rx-result"][data-product="${TABLETS_OF_AMOXICILLIN}"]`).click();
    const badge = () => specialist.at('rx-line').locator('[data-testid="rx-stock"]').first().getAttribute('data-state');
    await until('none at the post', async () => (await badge()) === 'out');
    await specialist.press('rx-alternative');
    await until('the alternative in the line', async () => (await badge()) === 'there');
    await specialist.at('rx-dose').fill('1');
    await specialist.at('rx-per-day').fill('3');
    await specialist.at('rx-days').fill('5');
    await specialist.at('rx-allergies').fill('aucune connue');
    assert.equal(await post.at('rx-item').count(), 0, 'the post sees nothing of a draft');
    await sign(specialist, password);
    for (const person of [specialist, post]) await person.page.locator('[data-testid="rx-item"][data-state="in_force"]').waitFor();
}

/** The post prints the page in the call, and its code is verified in another browser. @param {Person} other */
async function printAndVerify(post, other) {
    const code = await codeOnPaper(post);
    // Chromium has no dialog to show here.
    await post.page.evaluate(() => (window.print = () => undefined));
    await post.press('rx-print');
    await post.at('rx-qr').waitFor({ state: 'attached' });
    const paper = await printed(post.page, 'A5');
    assert.equal(paper.pages, 1);
    assert.ok(paper.words.join(' ').includes('amoxicilline'));
    assert.ok(paper.code?.startsWith('HC1:'), 'the paper carries the signed text');

    const pharmacist = new Person(other.browser, await other.browser.page('/verifier'));
    await pharmacist.press('type');
    await pharmacist.at('code').fill(code);
    await pharmacist.press('code-go');
    await until('the verdict', async () => (await pharmacist.attribute('verdict', 'data-verdict').catch(() => '')) === 'authentic');
    await pharmacist.page.close();
}

/** The name of an act does not stand for the act: the dialog leads to the evacuation. @param {import('../world/people.mjs').Doctor} specialist */
async function finishLeadsToTheEvacuation(specialist) {
    await specialist.press('close');
    await specialist.press('disposition-evacuation');
    await specialist.at('close-unreferred').waitFor();
    assert.ok(await specialist.at('close-confirm').isDisabled());
    await specialist.press('close-evacuate');
}

/** The specialist sends the request; how long it takes to both screens is a figure. */
async function askTheHospital(t, { post, specialist, hospital }) {
    await hospital.watchFor('asked', '[data-testid="rc-row"][data-state="requested"]');
    await post.watchFor('told', '[data-testid="ev-notice"]');
    await specialist.page.evaluate(() => window.world.markClick('[data-testid="ev-send"]', 'sent'));
    await evacuate(specialist);
    const sent = await specialist.shown('sent');
    const [atPost, atHospital] = [(await post.shown('told')) - sent, (await hospital.shown('asked', 15_000)) - sent];
    t.diagnostic(`figure: "Envoyer la demande" to the post's screen ${atPost.toFixed(0)} ms, to the hospital's list ${atHospital.toFixed(0)} ms`);
}

/** The hospital is called to the request, whose row names no patient, and accepts it on a telephone. @param {import('../world/evacuation.mjs').Reception} hospital */
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

/** The hospital tells the arrival and the care, and writes back; what it has typed survives a reload. @param {import('../world/evacuation.mjs').Reception} hospital */
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

/** The specialist hears the outcome at the desk, also when the page was loaded anew, and reads it in the past consultation, once. @param {import('../world/people.mjs').Doctor} specialist */
async function readByTheSpecialist(specialist) {
    await specialist.at('ev-news').waitFor();
    await specialist.page.reload();
    await specialist.at('ev-news').waitFor();
    await specialist.press('ev-news-open');
    await specialist.at('ev-counter').waitFor();
    assert.ok((await specialist.at('ev-counter').innerText()).includes(COUNTER));
    assert.match(await specialist.at('ev-counter').innerText(), /Dr Fatoumata Kane/);
    await fits(specialist, PHONE, []);
    await archiveCopies(specialist);
    const asked = specialist.page.waitForResponse((answer) => answer.url().endsWith('/api/referrals/own'));
    await specialist.page.reload();
    await asked;
    await pause(1_000);
    assert.equal(await specialist.at('ev-news').count(), 0, 'what was read is not told again');
}

/** What was signed is kept as archive copies. @param {import('../world/people.mjs').Doctor} specialist */
async function archiveCopies(specialist) {
    const links = specialist.at('archive-copy');
    await until('a link for each', async () => (await links.count()) === 2);
    for (const [nth, name] of ['ordonnance', 'fiche-de-liaison'].entries()) {
        const [copy] = await Promise.all([specialist.page.waitForEvent('download'), links.nth(nth).click()]);
        assert.match(copy.suggestedFilename(), new RegExp(`^teranga-${name}-[0-9a-f-]{36}\\.pdf$`));
        assert.match(readFileSync(await copy.path(), 'latin1'), /^%PDF-1\.7[^]*<pdfaid:part>3</, 'PDF/A-3');
    }
}
