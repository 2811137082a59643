// A tablet that runs short of space, and then has none: the nurse is told before it bites, what the server has too goes first, and nothing that was typed is lost.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { layoutFaults, resize } from '../world/layout.mjs';
import { openLink } from '../world/link.mjs';
import { artifacts, root, scratch } from '../world/paths.mjs';
import { openKiosk, patient } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { until } from '../world/wait.mjs';

const DOCUMENT = join(root, 'tests', 'fixtures', 'documents', 'twelve-pages.pdf');
/** Runs in the page: counts how often the browser is asked to keep the data. */
function countPersist() {
    const { persist } = StorageManager.prototype;
    StorageManager.prototype.persist = function () {
        globalThis.persistAsked = (globalThis.persistAsked ?? 0) + 1;
        return persist.call(this);
    };
}

/** The browser agrees to keep the data, as it does for a page that was installed. */
async function installed(kiosk) {
    const session = await kiosk.browser.context.newCDPSession(kiosk.page);
    await session.send('Browser.grantPermissions', { origin: new URL(kiosk.page.url()).origin, permissions: ['durableStorage'] });
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
    const fill = () => {
        const { bavail, bsize } = statfsSync(disk);
        try {
            appendFileSync(ballast, Buffer.alloc(bavail * bsize));
        } catch (error) {
            // The browser was faster.
            if (error.code !== 'ENOSPC') throw error;
        }
    };
    const free = () => {
        clearInterval(timer);
        rmSync(ballast, { force: true });
    };
    s.atEnd(() => (free(), spawnSync('umount', ['-l', disk])));
    return { profile: join(disk, 'profile'), free, fill: () => (fill(), (timer = setInterval(fill, 20))) };
}

const sentences = (kiosk) => kiosk.page.evaluate(async () => ((await caches.has('teranga-spoken')) ? (await (await caches.open('teranga-spoken')).keys()).length : 0));
const stateOf = (kiosk) => kiosk.attribute('storage', 'data-state').catch(() => null);

test('a shortage of space is told before it bites, and a full tablet loses nothing that was typed', { skip: process.getuid?.() !== 0 && 'needs root for a small file system' }, (t) =>
    scene('full-tablet', async (s) => {
        const disk = smallDisk(s);
        const { profile } = disk;
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { profile, link, scripts: [{ run: countPersist }] }));
        await until('the sentences for patients', async () => (await sentences(kiosk)) > 5, { within: 40_000 });

        // 30 MB are left: the sentences go, the person is told, and the browser is asked to keep the rest.
        const used = await allow(kiosk, 30_000_000);
        await kiosk.page.evaluate(() => (globalThis.persistAsked = 0));
        await until('the shortage to be told', async () => (await stateOf(kiosk)) === 'low', { within: 45_000 });
        assert.match(await kiosk.at('storage').innerText(), /presque plus de place.*n’est pas envoyé restent gardés.*Effacez/s);
        assert.equal(await sentences(kiosk), 0, 'what the server has, too, goes first');
        assert.ok(await kiosk.page.evaluate(() => globalThis.persistAsked > 0), 'the browser is asked again to keep the data');
        await installed(kiosk);
        await until('the browser to agree', () => kiosk.page.evaluate(() => navigator.storage.persisted()), { within: 45_000 });
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
        assert.deepEqual(list.map((one) => one.reason.slice(0, 30)), [reason.slice(0, 30)], 'as it was typed, once');
        t.diagnostic(`figure: told with 30 MB left; ${(used / 1e6).toFixed(1)} MB used by the page`);
    }));
