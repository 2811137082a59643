// A kiosk that is alone: without network, without power, with a thief, and with several people at one tablet.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openBrowser } from '../world/browser.mjs';
import { voices } from '../world/fixtures.mjs';
import { openLink } from '../world/link.mjs';
import { binary, root, scratch } from '../world/paths.mjs';
import { Kiosk, openDoctor, openKiosk, patient } from '../world/people.mjs';
import { foundIn } from '../world/profile.mjs';
import { scene } from '../world/scene.mjs';
import { pause, until } from '../world/wait.mjs';

/** Words that appear nowhere by themselves. */
const MARKERS = { form: 'Qxzfiche7', draft: 'Qxzbrouillon7', outbox: 'Qxzenvoi7', advice: 'Qxzconseil7', chat: 'Qxzmessage7' };
const pagesOfBefore = join(root, 'tests', 'fixtures', 'pages-v1');

/** A profile that is removed at the end of the scene. */
function profileOf(s) {
    const profile = scratch('kept-profile');
    s.atEnd(() => rmSync(profile, { recursive: true, force: true, maxRetries: 3 }));
    return profile;
}

/** Opens the browser of a tablet that is enrolled, as after a power cut. */
async function bootKiosk(s, options) {
    const browser = await openBrowser({ url: s.server.url, voice: voices.kiosk, ...options });
    return s.enter(Promise.resolve(new Kiosk(browser, await browser.page('/poste'))));
}

test('the files of the profile hold nothing that was typed, sent or received', (t) =>
    scene('profile', async (s) => {
        const profile = profileOf(s);
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { profile, link }));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        // A draft of another kind of form stays on the tablet.
        await kiosk.press('urgent-child');
        await kiosk.at('field-reason').fill(`fièvre ${MARKERS.draft}`);
        await kiosk.at('field-name').fill(MARKERS.draft);
        await kiosk.press('back');
        await kiosk.fillForm({ ...patient, reason: `saigne ${MARKERS.form}` });
        await kiosk.call();
        await doctor.claim();
        await doctor.inCall();
        await doctor.advise(`Position latérale ${MARKERS.advice}`);
        await kiosk.at('advice-item').filter({ hasText: MARKERS.advice }).waitFor();
        await kiosk.press('chat');
        await kiosk.at('chat-field').fill(`on n'entend plus ${MARKERS.chat}`);
        await kiosk.press('chat-send');
        await doctor.finish();
        await kiosk.at('closed').waitFor();
        await kiosk.press('home');
        // A request that does not leave the tablet.
        link.cut();
        await kiosk.fillForm({ ...patient, reason: `seconde ${MARKERS.outbox}` });
        await kiosk.press('call');
        await until('the request is kept', async () => (await kiosk.requestState()) === 'saved');
        await kiosk.browser.close();
        const { found, bytes } = foundIn(profile, Object.values(MARKERS));
        t.diagnostic(`figure: ${(bytes / 1e6).toFixed(1)} MB of profile read`);
        assert.ok(bytes > 1e6, 'the profile was read');
        assert.deepEqual(found, []);

        // It is all there for the page that has the key.
        link.join();
        const again = await bootKiosk(s, { profile, link });
        await until('the request is sent', async () => (await again.requestState()) === 'waiting');
    }));

test('what the pages of before left in clear text is sealed by the pages of today, and gone from the files', () =>
    scene('profile-of-before', async (s) => {
        const profile = profileOf(s);
        const before = await s.enter(openKiosk(s.server, { profile, pages: pagesOfBefore }));
        await before.press('urgent-obstetrics');
        await before.at('field-reason').fill(`saigne ${MARKERS.draft}`);
        await pause(1_000);
        await before.press('back');
        await before.browser.close();
        assert.ok(foundIn(profile, [MARKERS.draft]).found.some((file) => file.includes('IndexedDB')), 'clear text would be found');

        const kiosk = await bootKiosk(s, { profile });
        await kiosk.press('urgent-obstetrics');
        await until('the draft is there', async () => (await kiosk.at('field-reason').inputValue()).includes(MARKERS.draft));
        // The browser itself keeps the fields of its last two sessions, and drops them with the next ones.
        const clear = () => foundIn(join(profile, 'Default', 'IndexedDB'), [MARKERS.draft]).found;
        await until('the old records are gone from the files', () => clear().length === 0, { within: 20_000 });
        await kiosk.browser.close();
        assert.deepEqual(clear(), []);
    }));

/** Chooses one's name and types the PIN. */
async function comesTo(kiosk, name, pin) {
    if (await kiosk.at('staff-other').count()) await kiosk.press('staff-other');
    await kiosk.at('staff-pick').filter({ hasText: name }).click();
    await kiosk.enterPin(pin);
}

async function addsToTeam(kiosk, name, title, pin) {
    await kiosk.at('team-name').fill(name);
    await kiosk.at('team-title').fill(title);
    await kiosk.at('team-pin').fill(pin);
    await kiosk.press('team-add');
    await kiosk.at('team-member').filter({ hasText: name }).waitFor();
}

test('several people at one tablet: PINs, hand-over, who did what, an emergency without a PIN, and all of it without a network', (t) =>
    scene('staff', async (s) => {
        const profile = profileOf(s);
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { profile, link }));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await kiosk.press('history');
        await kiosk.choosePin('4711');
        await kiosk.press('team');
        await addsToTeam(kiosk, 'Awa Ba', 'ICP', '1234');
        await kiosk.at('staff-here').filter({ hasText: 'Awa Ba' }).waitFor();
        await addsToTeam(kiosk, 'Demba Sow', 'sage-femme', '567890');

        // The responsible person corrects a name and appoints a second one; the log of the post says who did so.
        const demba = kiosk.at('team-member').filter({ hasText: 'Demba Sow' });
        await demba.getByTestId('team-change').click();
        await kiosk.at('team-form').getByTestId('team-name').fill('Demba Sy');
        await kiosk.press('team-responsible');
        await kiosk.press('team-save');
        await kiosk.at('team-member').filter({ hasText: /Demba Sy.*responsable/ }).waitFor();
        const changes = execFileSync(binary, ['staff', 'log', 'poste-nabadji', '--data', s.server.data], { encoding: 'utf8' });
        assert.match(changes, /^\d+\tstaff-\w+\tstaff-\w+\trenamed appointed$/m);
        assert.ok(!/Demba|Awa/.test(changes), 'it names nobody but by identifiers');
        await kiosk.press('staff-lock');

        // A wrong PIN opens nothing, and the other person is told who was there.
        await comesTo(kiosk, 'Demba Sy', '0000');
        await kiosk.page.getByText('pas votre code').waitFor();
        await kiosk.enterPin('567890');
        await kiosk.at('hand-over').filter({ hasText: 'Awa Ba' }).waitFor();
        await kiosk.press('back');
        await kiosk.fillForm();
        await kiosk.call();
        await doctor.claim();
        await doctor.inCall();
        await doctor.advise('Position latérale gauche');
        await kiosk.at('advice-item').first().waitFor();
        await doctor.finish();
        await kiosk.at('closed').waitFor();
        await kiosk.press('home');

        // Whoever did it is named in the record that the doctor reads.
        const events = async (nth) => {
            const list = await (await fetchAs(doctor, '/api/consultations')).json();
            return (await fetchAs(doctor, `/api/consultations/${list[nth].id}`)).json();
        };
        const fetchAs = async (person, path) => ({ json: () => person.page.evaluate((at) => fetch(at).then((answer) => answer.json()), path) });
        const first = await events(0);
        const named = first.staff.find(({ id }) => id === first.events[0].staff);
        assert.equal(named?.name, 'Demba Sy', 'the request is noted as theirs');

        // The tablet is locked: an emergency needs no PIN, and is attributed afterwards.
        await kiosk.press('history');
        await kiosk.press('staff-lock');
        await kiosk.press('back');
        await kiosk.fillForm();
        await kiosk.call();
        await doctor.press('again').catch(() => {});
        await doctor.claim();
        await doctor.inCall();
        await doctor.finish();
        await kiosk.at('closed').waitFor();
        await kiosk.press('take-charge');
        await comesTo(kiosk, 'Awa Ba', '1234');
        await kiosk.at('in-charge').filter({ hasText: 'Awa Ba' }).waitFor();
        const second = await events(0);
        assert.equal(second.events[0].staff, undefined, 'nobody had typed a PIN');
        assert.equal(second.staff.find(({ id }) => id === second.in_charge)?.name, 'Awa Ba');
        await kiosk.press('home');

        // So is a case that is filed without a network: who took charge leaves the tablet after the case.
        await kiosk.press('history');
        await kiosk.press('staff-lock');
        await kiosk.press('back');
        link.cut();
        await kiosk.fillForm({ ...patient, reason: 'Fièvre sans réseau' });
        await kiosk.press('file');
        await kiosk.press('file-send');
        await kiosk.at('unsent').waitFor();
        await kiosk.press('take-charge');
        await comesTo(kiosk, 'Demba Sy', '567890');
        await kiosk.at('in-charge').filter({ hasText: 'Demba Sy' }).waitFor();
        await kiosk.press('home');
        link.join();
        await kiosk.at('outgoing').waitFor({ state: 'detached', timeout: 60_000 });
        const id = await kiosk.page.evaluate(async () => (await (await fetch('/api/consultations')).json()).find(({ reason }) => reason === 'Fièvre sans réseau').id);
        const filed = await (await fetchAs(kiosk, `/api/consultations/${id}`)).json();
        assert.equal(filed.events[0].staff, undefined, 'nobody had typed a PIN');
        assert.equal(filed.staff.find(({ id: member }) => member === filed.in_charge)?.name, 'Demba Sy');

        // After a power cut and without a network the same PIN opens, and no other.
        await kiosk.browser.kill();
        link.cut();
        const back = await bootKiosk(s, { profile, link });
        await back.press('history');
        await comesTo(back, 'Demba Sy', '1111');
        await back.page.getByText('pas votre code').waitFor();
        await back.enterPin('567890');
        await back.at('staff-here').filter({ hasText: 'Demba Sy' }).waitFor();
        await back.browser.close();
        assert.deepEqual(foundIn(profile, ['Demba Sy', 'Awa Ba']).found, [], 'no name lies in the files');
    }));

test('a call that is pressed while the server is off, on a tablet whose power fails, leaves once', () =>
    scene('kept-call', async (s) => {
        const profile = profileOf(s);
        let kiosk = await s.enter(openKiosk(s.server, { profile }));
        await kiosk.fillForm();
        await s.server.kill();
        await kiosk.press('call');
        await until('the request is kept', async () => (await kiosk.requestState()) === 'saved');
        await kiosk.browser.kill();
        await s.server.start();
        kiosk = await bootKiosk(s, { profile });
        await until('the request is sent', async () => (await kiosk.requestState()) === 'waiting');
        const list = await kiosk.page.evaluate(() => fetch('/api/consultations').then((answer) => answer.json()));
        assert.equal(list.length, 1, 'sent exactly once');
        assert.ok(list[0].reason.length > 0);
    }));
