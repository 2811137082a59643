// Who has seen a record: the post and the doctor read it, with whoever was refused, and the post prints it for the patient. And the patient's consent: it is
// asked without a network, the doctor reads it, and it is withdrawn after the end, also without a network.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { seriousFaults } from '../world/axe.mjs';
import { expect, Visitor } from '../world/http.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { openLink } from '../world/link.mjs';
import { artifacts, binary } from '../world/paths.mjs';
import { meet, openDoctor, openKiosk, patient } from '../world/people.mjs';
import { printed } from '../world/printed.mjs';
import { scene } from '../world/scene.mjs';
import { until } from '../world/wait.mjs';

const TABLET = { width: 1024, height: 600 };
const PHONE = { width: 360, height: 640 };

const lines = (person) => person.at('seen-line').allInnerTexts();

/** Looks at a screen on a tablet and on a phone. */
async function fits(person, name) {
    for (const size of [PHONE, TABLET]) {
        await resize(person.page, size);
        assert.deepEqual(await layoutFaults(person.page), [], `${name} at ${size.width}`);
        await person.page.screenshot({ path: join(artifacts('screens'), `${name}-${size.width}.png`) });
    }
    assert.deepEqual(await seriousFaults(person.page, name), []);
}

test('the patient learns who has seen the record and who was refused, on the screen and on paper', (t) =>
    scene('who-has-seen', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET }));
        const doctor = await s.enter(openDoctor(s.server));
        await kiosk.press('history');
        await kiosk.choosePin();
        await kiosk.press('back');
        await meet(kiosk, doctor);
        await doctor.advise('Repos et surveillance');
        await doctor.finish();
        await kiosk.at('closed').waitFor();

        await doctor.press('history');
        await doctor.press('history-open');
        await doctor.press('seen');
        await doctor.at('seen-line').first().waitFor();
        const id = await doctor.attribute('history-row', 'data-consultation');
        const before = await lines(doctor);
        assert.ok(before.some((line) => /pour répondre à l’appel/.test(line)), `the call: ${before}`);
        assert.ok(before.some((line) => /pour relire le dossier/.test(line)), `what the doctor just read: ${before}`);

        const stranger = new Visitor(s.server.url);
        const guest = s.server.access.guests[0];
        const { name } = await stranger.signIn(guest);
        expect(404, await stranger.get(`/api/consultations/${id}`));

        await kiosk.press('home');
        await kiosk.press('history');
        await kiosk.at('history-row').first().click();
        await kiosk.at('seen').first().waitFor();
        // A refusal is written down at a random time within a second.
        await until('the refusal to be in the list', async () => {
            await kiosk.press('seen');
            await kiosk.at('seen-line').first().waitFor();
            if (await kiosk.page.locator('[data-testid="seen-line"][data-refused="true"]').count()) return true;
            await kiosk.press('seen');
            return false;
        });
        const refused = await kiosk.page.locator('[data-testid="seen-line"][data-refused="true"]').innerText();
        assert.match(refused, /^REFUSÉ\s: .+ a demandé le dossier le .+, et rien ne lui a été montré/);
        assert.ok(refused.includes(name), `the stranger is named: ${refused}`);
        const all = (await lines(kiosk)).join('\n');
        assert.ok(!all.includes(patient.reason), 'the list tells nothing of the record');
        t.diagnostic(`figure: a call, its record read once and a stranger refused are ${(await lines(kiosk)).length} lines`);
        await fits(kiosk, 'seen');

        const head = await onPaper(kiosk, name);
        const verify = (kept) => execFileSync(binary, ['audit', 'verify', '--head', kept, '--data', s.server.data], { encoding: 'utf8', stdio: 'pipe' });
        assert.match(verify(head), /^\d+:[0-9a-f]{64}/, 'the log contains the head that the paper keeps');
        const [rows, hash] = head.split(':');
        const other = `${rows}:${hash.startsWith('0') ? '1' : '0'}${hash.slice(1)}`;
        assert.throws(() => verify(other), /tampered/, 'a paper with another head contradicts the log');
        assert.ok(!s.server.log.includes(name), 'no name is in the log');
    }));

/** Prints the list, and returns the head of the audit log that stands on it. */
async function onPaper(kiosk, name) {
    // Chromium has no dialog to show here.
    await kiosk.page.evaluate(() => (window.print = () => undefined));
    await kiosk.press('seen-print');
    await kiosk.at('seen-sheet').waitFor({ state: 'attached' });
    for (const format of ['A4', 'A5']) {
        const paper = await printed(kiosk.page, format);
        const all = paper.words.join(' ');
        assert.match(all, /Qui a vu ce dossier/, format);
        assert.match(all, /REFUSÉ/, format);
        for (const word of name.split(' ')) assert.ok(all.includes(word), `${format}: ${word}`);
        assert.ok(!all.includes(patient.reason), `${format} tells nothing medical`);
        assert.ok(paper.isBlackOnWhite, `${format}: black on white`);
    }
    const text = await kiosk.page.locator('[data-testid="seen-sheet"] .head').textContent();
    return /\d+:[0-9a-f]{64}/.exec(text)[0];
}

const answerIs = (person, standing) => person.page.locator(`[data-testid="consent-line"][data-standing="${standing}"]`).first().waitFor({ timeout: 30_000 });

/** The tablet without a network, with its pages and the sentences on the device. */
async function readyWithoutNetwork(kiosk, link) {
    await kiosk.settle();
    const has = () => kiosk.page.evaluate(async () => !!(await caches.match('/api/spoken/share/fr/1')));
    await until('the sentence to be on the tablet', has, { within: 60_000 });
    link.cut();
    await kiosk.page.reload();
    await kiosk.home();
}

/** Asks in Pulaar, which nobody has recorded, so the French sentence is played, and a guardian agrees. */
async function agree(kiosk) {
    await kiosk.at('consent-read').click();
    await kiosk.at('consent-language-ff').check({ force: true });
    const sentence = kiosk.page.locator('[data-testid="consent"] [data-testid="spoken-line"]');
    assert.equal(await sentence.getAttribute('data-state'), 'missing', 'nobody has translated it');
    const play = sentence.getByTestId('spoken-play');
    await play.click();
    await until('the sentence to play', async () => (await play.getAttribute('data-state')) === 'playing');
    await kiosk.at('consent-giver-guardian').check({ force: true });
    await kiosk.press('consent-yes');
    assert.equal(await kiosk.attribute('consent', 'data-given'), 'true');
}

test('a patient agrees without a network, the doctor reads it at once, and it is withdrawn after the end', () =>
    scene('consent', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET, link }));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await readyWithoutNetwork(kiosk, link);
        await kiosk.fillForm();
        await agree(kiosk);
        await fits(kiosk, 'consent');
        await kiosk.call();
        link.join();
        await until('the request to ring', async () => (await doctor.at('claim').count()) > 0, { within: 40_000 });
        await doctor.claim();
        await doctor.inCall();
        await answerIs(doctor, 'given');
        const told = await doctor.at('consent-line').first().innerText();
        assert.match(told, /Accord donné.*parent ou tuteur.*Pulaar/s);
        await doctor.advise('Repos');
        await doctor.finish();
        await kiosk.at('closed').waitFor();

        await kiosk.press('home');
        await kiosk.press('history');
        await kiosk.at('history-row').first().click();
        await kiosk.press('consent-of');
        await answerIs(kiosk, 'given');
        await fits(kiosk, 'consent-past');
        await kiosk.press('consent-withdraw');
        await kiosk.page.locator('[data-testid="remains"][data-remains="nothing"]').waitFor();
        await kiosk.press('consent-keep');
        await answerIs(kiosk, 'given');
        link.cut();
        await kiosk.press('consent-withdraw');
        await kiosk.press('consent-confirm');
        await kiosk.at('consent-kept').filter({ hasText: 'Jusque-là' }).waitFor();
        link.join();
        await answerIs(kiosk, 'withdrawn');

        await doctor.press('history');
        await doctor.press('history-open');
        await answerIs(doctor, 'withdrawn');
        const id = await doctor.attribute('history-row', 'data-consultation');
        const log = execFileSync(binary, ['audit', id, '--data', s.server.data], { encoding: 'utf8' });
        assert.match(log, /consented[\s\S]*consent withdrawn/, 'both stand in the audit log');
        assert.equal(await kiosk.at('outgoing-item').count(), 0);
    }));
