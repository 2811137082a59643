// A ring reaches a doctor outside of the page: a notification whose "Prendre" is pressed as the desktop does it, while the page is hidden, an app's
// window, closed or signed out; and a computer that slept.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser } from '../world/browser.mjs';
import { voices } from '../world/fixtures.mjs';
import { lacking, NotificationService } from '../world/notifications.mjs';
import { allHear, Doctor, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { now, pause, until } from '../world/wait.mjs';

const TAKE = 'Prendre';

/** The desk in the window of an app, as an installed page has it: without tabs and without an address. */
async function openApp(server) {
    const args = [`--app=${new URL('/medecin', server.url).href}`];
    const browser = await openBrowser({ url: server.url, voice: voices.doctor, args });
    const [page] = browser.context.pages();
    await browser.context.grantPermissions(['notifications'], { origin: server.url });
    await (await browser.awaitPage(), page.reload());
    const doctor = new Doctor(browser, page);
    await doctor.signIn(server.doctor('obstetrics'));
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    return doctor;
}

/** Tells the page that it is hidden: a driven browser shows all pages at once. A page that is hidden hears nothing of it when it is closed. */
const hide = (page) =>
    page.evaluate(() => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
        addEventListener('visibilitychange', (event) => event.isTrusted && event.stopImmediatePropagation(), true);
        document.dispatchEvent(new Event('visibilitychange'));
    });

/** A request of the post, until the doctor's browser has shown its notification. */
async function ringHidden(kiosk, doctor, service) {
    await hide(doctor.page);
    await kiosk.fillForm();
    await kiosk.call();
    await until('the notification', () => [...service.shown.values()].some(({ actions }) => actions.has(TAKE)));
}

/** Presses "Prendre" while no page is open, and gives the page that the browser opens. */
async function pressClosed(doctor, service) {
    // The browser itself goes on, as it does while another site is open.
    if (doctor.browser.context.pages().length < 2) await doctor.browser.context.newPage();
    await doctor.page.close();
    const opened = await doctor.browser.awaitPage();
    await service.press(TAKE);
    doctor.page = await opened();
    await doctor.page.waitForURL('**/medecin*');
    assert.equal(new URL(doctor.page.url()).search, '', 'the address carries nothing');
}

async function end(kiosk, doctor) {
    await doctor.finish();
    await kiosk.at('closed').waitFor();
    await kiosk.press('home');
    await kiosk.home();
}

test('"Prendre" on a notification takes the call: from an app’s window that is hidden, with the page closed, signed out, and of a request that is over', { skip: lacking }, (t) =>
    scene('ring-outside', async (s) => {
        const service = await NotificationService.start();
        s.atEnd(() => service.stop());
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openApp(s.server));
        assert.ok(await doctor.page.evaluate(() => matchMedia('(display-mode: standalone)').matches), 'the window is an app’s');
        await doctor.available();

        await ringHidden(kiosk, doctor, service);
        const [{ title, text }] = service.shown.values();
        assert.match(title, /^Urgence vitale/);
        assert.doesNotMatch(title + text, /Ndeyefatou/, 'it tells nothing about the patient');
        await service.press(TAKE);
        await doctor.inCall();
        await allHear([kiosk, doctor]);
        assert.equal(service.shown.size, 0, 'the notification is gone');
        await end(kiosk, doctor);

        await ringHidden(kiosk, doctor, service);
        const pressed = now();
        await pressClosed(doctor, service);
        await doctor.inCall();
        t.diagnostic(`figure: with the page closed, the call was on the screen ${((now() - pressed) / 1_000).toFixed(1)} s after "Prendre" was pressed`);
        await allHear([kiosk, doctor]);
        await doctor.page.reload();
        await doctor.inCall();
        await end(kiosk, doctor);

        // A page that is still loading hears no message of the service worker: it finds its note.
        await doctor.page.addInitScript(() => (navigator.serviceWorker.addEventListener = () => undefined));
        await doctor.page.reload();
        await doctor.at('queue').waitFor();
        await ringHidden(kiosk, doctor, service);
        await service.press(TAKE);
        await until('the note', () => doctor.page.evaluate(async () => Boolean(await caches.match('/pressed'))));
        await doctor.page.reload();
        await doctor.inCall();
        await allHear([kiosk, doctor]);
        await end(kiosk, doctor);

        await ringHidden(kiosk, doctor, service);
        await doctor.browser.context.clearCookies();
        await pressClosed(doctor, service);
        await doctor.signIn(s.server.doctor('obstetrics'));
        await doctor.inCall();
        await allHear([kiosk, doctor]);
        await end(kiosk, doctor);

        await ringHidden(kiosk, doctor, service);
        await doctor.page.close();
        await kiosk.press('cancel');
        await kiosk.press('cancel-yes');
        await kiosk.home();
        await pressClosed(doctor, service);
        await doctor.at('notice').filter({ hasText: 'n’attend plus' }).waitFor();
        assert.equal(service.shown.size, 0);

        // What a page that was closed has left on the screen is gone when the page is there again.
        await ringHidden(kiosk, doctor, service);
        await doctor.page.close();
        await kiosk.press('cancel');
        await kiosk.press('cancel-yes');
        await kiosk.home();
        assert.equal(service.shown.size, 1);
        doctor.page = await doctor.browser.page('/medecin');
        await until('the notification to be gone', () => service.shown.size === 0);

        // A link is no touch: whoever opens it sees the request, and takes nothing.
        await kiosk.fillForm();
        await kiosk.call();
        const id = await doctor.page.getByTestId('queue-row').first().getAttribute('data-consultation');
        await doctor.page.goto(new URL(`/medecin?claim=${id}`, s.server.url).href);
        await doctor.at('claim').first().waitFor();
        await pause(500);
        assert.equal(await doctor.at('call').count(), 0);
    }));

test('a computer that slept rings at once for what is open, and not for what has ended meanwhile', (t) =>
    scene('ring-after-sleep', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const other = await s.enter(openKiosk(s.server, { voice: voices.other }, 1));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await kiosk.fillForm();
        await kiosk.call();
        await doctor.page.locator('.row.ringing').waitFor();
        const over = await doctor.attribute('queue-row', 'data-consultation');
        // Each ring flashes the title with the name of the post.
        await doctor.page.evaluate(() => {
            window.titles = [];
            new MutationObserver(() => window.titles.push({ at: performance.timeOrigin + performance.now(), title: document.title })).observe(document.querySelector('title'), { childList: true });
        });
        const place = await doctor.page.locator('.row .place bdi').first().innerText();

        const signal = (name) => doctor.browser.pids().forEach((pid) => process.kill(pid, name));
        let woken;
        signal('SIGSTOP');
        try {
            await kiosk.press('cancel');
            await kiosk.press('cancel-yes');
            await kiosk.home();
            await until('the server to miss the doctor', async () => (await kiosk.attribute('presence', 'data-available')) === '0', { within: 45_000 });
            await other.fillForm();
            await other.call();
            await until('the request to wait', async () => (await other.requestState()) === 'waiting');
        } finally {
            // A browser that stands still could be neither looked at nor closed.
            woken = now();
            signal('SIGCONT');
        }
        await doctor.page.locator(`[data-testid="queue-row"].ringing:not([data-consultation="${over}"])`).waitFor({ timeout: 10_000 });
        t.diagnostic(`figure: a doctor’s computer rang ${((now() - woken) / 1_000).toFixed(1)} s after it woke`);
        assert.equal(await doctor.page.locator(`[data-consultation="${over}"]`).count(), 0);
        const titles = await doctor.page.evaluate(() => window.titles);
        const late = titles.filter(({ at, title }) => at > woken && title.includes(place) && title.startsWith('🔔'));
        assert.deepEqual(late, [], 'nothing rang for a request that was over');
        await doctor.claim();
        await allHear([other, doctor]);
    }));
