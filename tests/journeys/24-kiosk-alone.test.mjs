// A kiosk that is alone: without network, without power, with a thief, and with several people at one tablet.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openBrowser } from '../world/browser.mjs';
import { voices } from '../world/fixtures.mjs';
import { openLink } from '../world/link.mjs';
import { root, scratch } from '../world/paths.mjs';
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
