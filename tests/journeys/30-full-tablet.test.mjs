// A tablet that runs short of space, and then has none: the nurse is told before it bites, what the server has too goes first, and nothing that was typed is lost.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openBrowser } from '../world/browser.mjs';
import { fillUp } from '../world/disk.mjs';
import { voices } from '../world/fixtures.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { openLink } from '../world/link.mjs';
import { artifacts, root, scratch } from '../world/paths.mjs';
import { Kiosk, openKiosk, patient } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { pause, until } from '../world/wait.mjs';

const DOCUMENT = join(root, 'tests', 'fixtures', 'documents', 'twelve-pages.pdf');
/**
 * Makes the profile of a browser on which the page was installed, so that the browser keeps its data. On a full disk Chromium deletes everything of the pages
 * whose data it was not asked to keep.
 */
function installApp(profile, url) {
    const exceptions = { durable_storage: { [`${new URL(url).origin},*`]: { setting: 1 } } };
    mkdirSync(join(profile, 'Default'), { recursive: true });
    writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify({ profile: { content_settings: { exceptions } } }));
}

/** Lets the browser give the page so many bytes more than it has used; as many as there are if it is null. */
async function allow(kiosk, bytes) {
    const session = await kiosk.browser.context.newCDPSession(kiosk.page);
    const { origin } = new URL(kiosk.page.url());
    const { usage } = await session.send('Storage.getUsageAndQuota', { origin });
    await session.send('Storage.overrideQuotaForOrigin', { origin, ...(bytes !== null && { quotaSize: usage + bytes }) });
    return usage;
}

/** A tablet's disk of 500 MB: a small file system, which a ballast keeps full, whatever the browser gives up. */
function smallDisk(s) {
    const disk = scratch('disk');
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=500m', 'tmpfs', disk]).status !== 0) throw new Error('no small file system');
    const ballast = join(disk, 'ballast');
    let timer;
    const fill = () => fillUp(disk, ballast);
    const free = () => {
        clearInterval(timer);
        rmSync(ballast, { force: true });
    };
    s.atEnd(() => (free(), spawnSync('umount', ['-l', disk])));
    return {
        profile: join(disk, 'profile'),
        free,
        /** The bytes that are free. */
        left: () => statfsSync(disk).bavail * statfsSync(disk).bsize,
        /** Takes what is left now. */
        fillOnce: () => (fill(), fill()),
        /** Takes what is left now, and all that the browser gives up later. */
        fill: () => (fill(), (timer = setInterval(fill, 20))),
    };
}

const sentences = (kiosk) => kiosk.page.evaluate(async () => ((await caches.has('teranga-spoken')) ? (await (await caches.open('teranga-spoken')).keys()).length : 0));
const stateOf = (kiosk) => kiosk.attribute('storage', 'data-state').catch(() => null);

test('a shortage of space is told before it bites, and a full tablet loses nothing that was typed', { skip: process.getuid?.() !== 0 && 'needs root for a small file system' }, (t) =>
    scene('full-tablet', async (s) => {
        const disk = smallDisk(s);
        const { profile } = disk;
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        installApp(profile, s.server.url);
        const kiosk = await s.enter(openKiosk(s.server, { profile, link }));
        await kiosk.press('history');
        await kiosk.choosePin();
        await kiosk.press('back');
        await until('the sentences for patients', async () => (await sentences(kiosk)) > 5, { within: 40_000 });

        // 30 MB are left: the sentences go, and the person is told.
        const used = await allow(kiosk, 30_000_000);
        await until('the shortage to be told', async () => (await stateOf(kiosk)) === 'low', { within: 45_000 });
        assert.match(await kiosk.at('storage').innerText(), /presque plus de place.*n’est pas envoyé restent gardés.*Effacez/s);
        // One that was on its way when the space went may still come, and goes, too.
        await until('what the server has, too, to be given up', async () => (await sentences(kiosk)) === 0, { within: 15_000 });
        for (const [width, height] of [[360, 640], [1280, 800]]) {
            await resize(kiosk.page, { width, height });
            assert.deepEqual(await layoutFaults(kiosk.page, width < 400 ? ['urgent-obstetrics'] : ['urgent-obstetrics', 'storage']), [], `${width}x${height}`);
            await kiosk.page.screenshot({ path: join(artifacts('screens'), `space-low-${width}.png`) });
        }

        // Nothing is left on the disk: whoever types is told, and goes on.
        await allow(kiosk, null);
        link.cut();
        disk.fill();
        const reason = `Saigne depuis ce matin. ${'Très fatiguée. '.repeat(25)}`;
        await kiosk.fillForm({ ...patient, reason });
        await until('the full tablet to be told beside the form', async () => (await stateOf(kiosk)) === 'failing', { within: 20_000 });
        assert.match(await kiosk.at('storage').innerText(), /Rien n’est perdu tant que cette page reste ouverte/);
        await kiosk.page.screenshot({ path: join(artifacts('screens'), 'space-none.png') });
        assert.equal(await kiosk.at('field-reason').inputValue(), reason);
        // A case that is filed now is not said to be kept, on no screen.
        await kiosk.press('file');
        await kiosk.press('file-send');
        await until('the case to be said not to be kept', async () => (await kiosk.attribute('receipts', 'data-state')) === 'unkept');
        await kiosk.press('home');
        await kiosk.press('outgoing');
        await until('the list of what waits to say that it is not kept', async () => (await kiosk.attribute('outgoing-item', 'data-state')) === 'unkept');
        assert.match(await kiosk.page.locator('.outgoing').innerText(), /ne la fermez pas/);
        await kiosk.page.screenshot({ path: join(artifacts('screens'), 'space-unkept.png') });
        await kiosk.press('cases');
        await until('the list to say that the case is not kept', async () => (await kiosk.attribute('receipts', 'data-state')) === 'unkept');
        await kiosk.press('back');
        await kiosk.fillForm({ ...patient, reason: 'Convulsions' });
        await kiosk.press('call');
        await until('the wait to say that the call is not kept', async () => (await kiosk.requestState()) === 'unkept');
        await kiosk.at('attach-file').setInputFiles(DOCUMENT);
        await kiosk.page.getByText('plus de place').last().waitFor();

        // There is space again: the call is kept without a touch, and leaves.
        disk.free();
        await until('the call to be kept', async () => (await kiosk.requestState()) === 'saved', { within: 20_000 });
        link.join();
        await until('the call to be sent', async () => (await kiosk.requestState()) === 'waiting', { within: 30_000 });
        const list = await kiosk.page.evaluate(() => fetch('/api/consultations').then((answer) => answer.json()));
        const sent = list.map((one) => one.reason.slice(0, 30)).sort();
        assert.deepEqual(sent, ['Convulsions', reason.slice(0, 30)], 'as they were typed, once');
        t.diagnostic(`figure: told with 30 MB left; ${(used / 1e6).toFixed(1)} MB used by the page`);
    }));

/** Takes the power of a tablet away, and starts its browser again. */
async function cutPower(s, kiosk, { profile, link }) {
    await kiosk.browser.kill();
    const browser = await openBrowser({ url: s.server.url, voice: voices.kiosk, profile, link });
    return s.enter(Promise.resolve(new Kiosk(browser, await browser.page('/poste'))));
}

/** The numbers of the logs to which the browser appends what it keeps in databases. */
const logs = (profile) =>
    readdirSync(join(profile, 'Default', 'IndexedDB'), { recursive: true })
        .filter((name) => name.endsWith('.log'))
        .sort()
        .join();

test('a tablet whose power fails while it is full loses nothing that it had said to keep', { skip: process.getuid?.() !== 0 && 'needs root for a small file system' }, (t) =>
    scene('full-and-cut', async (s) => {
        const disk = smallDisk(s);
        const { profile } = disk;
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        installApp(profile, s.server.url);
        let kiosk = await s.enter(openKiosk(s.server, { profile, link }));
        assert.equal(await kiosk.page.evaluate(() => navigator.storage.persist()), true);
        await kiosk.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
        await until('space to be set aside', () => kiosk.page.evaluate(async () => (await navigator.storage.estimate()).usage > 40_000_000), { within: 20_000 });
        await pause(1_000);
        link.cut();
        const isThere = async (reason) => (await kiosk.requestState()) === 'saved' && (await kiosk.at('wait').innerText()).includes(reason);
        const ask = async (reason) => {
            await kiosk.fillForm({ ...patient, reason });
            await kiosk.press('call');
            await until('the call to be kept', () => isThere(reason), { within: 20_000 });
        };

        // Others have filled the disk: what was set aside keeps the next words, and the person is told.
        disk.fillOnce();
        await kiosk.press('urgent-child');
        let day = 0;
        await until('what was set aside to be used', async () => {
            await kiosk.at('field-reason').fill(`Fièvre depuis ${++day} jours. ${'Ne mange plus. '.repeat(30)}`);
            return disk.left() > 5_000_000;
        });
        await kiosk.press('back');
        await until('the shortage to be told', async () => (await stateOf(kiosk)) === 'low', { within: 20_000 });
        await ask('Pas de sang depuis hier');
        for (let cut = 0; cut < 3; cut++) {
            kiosk = await cutPower(s, kiosk, { profile, link });
            await until('the call to be there', () => isThere('Pas de sang depuis hier'), { within: 30_000 });
        }

        // They fill it again. Now nothing is left, and the next words are said not to be kept; those of before are, whatever happens.
        disk.fill();
        await kiosk.at('attach-file').setInputFiles(DOCUMENT);
        await kiosk.page.getByText('plus de place').last().waitFor();
        kiosk = await cutPower(s, kiosk, { profile, link });
        const seen = async () => (await kiosk.requestState().catch(() => null)) ?? (await stateOf(kiosk));
        await until('the tablet to say what it can', async () => ['saved', 'unreadable'].includes(await seen()), { within: 20_000 });
        const atStart = await seen();
        const torn = logs(profile);
        disk.free();
        await until('the call to be there', () => isThere('Pas de sang depuis hier'), { within: 30_000 });
        await until('the log of the browser to be renewed', async () => logs(profile) !== torn, { within: 40_000 });
        for (let cut = 0; cut < 2; cut++) {
            kiosk = await cutPower(s, kiosk, { profile, link });
            await until('the call to be there', () => isThere('Pas de sang depuis hier'), { within: 30_000 });
        }
        link.join();
        await until('the call to be sent', async () => (await kiosk.requestState()) === 'waiting', { within: 60_000 });
        const list = await kiosk.page.evaluate(() => fetch('/api/consultations').then((answer) => answer.json()));
        assert.deepEqual(list.map((one) => one.reason), ['Pas de sang depuis hier'], 'as it was typed, once');
        t.diagnostic(`figure: twice full to the last byte, six power cuts, started on a full disk as "${atStart}": the call was there each time`);
    }));

/** Runs in the page: the browser cannot open its databases, as on a full disk, until `diskIsReadable` is true. */
function failToOpen() {
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function (...how) {
        if (!globalThis.diskIsReadable) throw new DOMException('Internal error opening backing store for indexedDB.open.', 'UnknownError');
        return open.apply(this, how);
    };
}

test('a tablet that cannot read what it keeps says so, names whom to telephone, and goes on by itself', () =>
    scene('unreadable', async (s) => {
        const profile = scratch('kept-profile');
        s.atEnd(() => rmSync(profile, { recursive: true, force: true, maxRetries: 3 }));
        const before = await openKiosk(s.server, { profile });
        await until('the number to be on the tablet', () => before.page.evaluate(() => localStorage.getItem('fallback')));
        await before.browser.close();
        const browser = await openBrowser({ url: s.server.url, voice: voices.kiosk, profile, scripts: [{ run: failToOpen }] });
        const kiosk = await s.enter(Promise.resolve(new Kiosk(browser, await browser.page('/poste'))));
        await until('the tablet to say that it cannot read', async () => (await stateOf(kiosk)) === 'unreadable', { within: 20_000 });
        assert.match(await kiosk.at('storage').innerText(), /Rien n’est perdu. Effacez des photos/);
        for (const [width, height] of [[360, 640], [1280, 800]]) {
            await resize(kiosk.page, { width, height });
            assert.deepEqual(await layoutFaults(kiosk.page, ['storage', 'phone']), [], `${width}x${height}`);
            await kiosk.page.screenshot({ path: join(artifacts('screens'), `space-unreadable-${width}.png`) });
        }
        await kiosk.page.evaluate(() => (globalThis.diskIsReadable = true));
        await kiosk.home();
        assert.equal(await kiosk.at('storage').count(), 0);
    }));
