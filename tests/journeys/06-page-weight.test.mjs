// Weight of the pages on the wire: 40 kbit/s is 5 KB a second. A later visit loads no asset at all.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from '../world/browser.mjs';
import { openLink } from '../world/link.mjs';
import { Doctor, Kiosk } from '../world/people.mjs';
import { scratch } from '../world/paths.mjs';
import { Scene } from '../world/scene.mjs';
import { startServer } from '../world/server.mjs';
import { pause, until } from '../world/wait.mjs';

const KB = 1_000;
const scene = new Scene('weight');
let server;
before(async () => (server = scene.server = await startServer({ name: 'weight' })));
after(() => scene.close());

/** Sums the bytes of the page's own requests on the wire, headers and bodies. */
async function meter(page) {
    const cdp = await page.context().newCDPSession(page);
    const seen = new Map();
    await cdp.send('Network.enable');
    cdp.on('Network.responseReceived', ({ requestId, response }) => {
        const local = response.fromDiskCache || response.fromServiceWorker || response.fromPrefetchCache;
        const path = new URL(response.url).pathname;
        seen.set(requestId, { path, local, encoding: response.headers['content-encoding'] ?? '', status: response.status, bytes: 0 });
    });
    cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        const one = seen.get(requestId);
        if (one && !one.local) one.bytes = encodedDataLength;
    });
    return () => [...seen.values()].filter(({ path }) => !path.startsWith('/api/') && path !== '/ws');
}

const total = (responses) => responses.reduce((sum, { bytes }) => sum + bytes, 0);

/** Opens `path` in a page whose traffic is measured from its first byte. */
async function visit(browser, path) {
    const page = await browser.context.newPage();
    const assets = await meter(page);
    await page.goto(new URL(path, server.url).href);
    return { page, assets };
}

async function quiet(page) {
    await page.waitForLoadState('networkidle').catch(() => {});
    await pause(1_500);
}

/** Measures a first visit to `path` with the steps of `use`, and then a second visit with the same profile. */
async function twoVisits(path, use, ready) {
    const profile = scratch('weight');
    const first = await openBrowser({ url: server.url, profile });
    const one = await visit(first, path);
    await use(one.page, first);
    await quiet(one.page);
    const firstAssets = one.assets();
    // Operations have a good network and no service worker, so the browser's own cache is tested there.
    const worker = () => one.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated');
    if (path !== '/exploitation') await until('a service worker', worker);
    await quiet(one.page);
    await first.close();

    const link = await openLink(server.url);
    const second = await openBrowser({ url: server.url, profile, link });
    const two = await visit(second, path);
    await ready(two.page, second);
    await quiet(two.page);
    const result = { first: firstAssets, second: two.assets(), wire: { ...link.bytes } };
    await second.close();
    link.close();
    return result;
}

function judge(t, name, { first, second, wire }, budget) {
    const line = first.map(({ path, bytes, encoding }) => `${path} ${bytes}${encoding === 'br' ? '' : ` (${encoding || 'plain'})`}`).join(', ');
    t.diagnostic(`figure: ${name}: ${total(first)} bytes on the first visit: ${line}`);
    const again = second.filter(({ bytes, path }) => bytes > 0 && path !== '/exploitation').map(({ path, bytes, status }) => `${status} ${path} ${bytes}`);
    t.diagnostic(`figure: ${name}: second visit ${total(second)} bytes of assets${again.length ? `: ${again.join(', ')}` : ''}; all TCP payload ${wire.down} down, ${wire.up} up, TLS included`);
    const failed = [...first, ...second].filter(({ status }) => status >= 400);
    assert.deepEqual(failed.map(({ path, status }) => `${status} ${path}`), [], 'nothing is asked for that is not there');
    assert.ok(first.length > 0 && total(first) > KB, 'something was measured');
    const texts = first.filter(({ path, bytes }) => bytes > 500 && !/\.(png|ico)$/.test(path));
    assert.deepEqual(texts.filter(({ encoding }) => encoding !== 'br').map(({ path }) => path), [], 'everything comes as brotli');
    assert.ok(total(first) <= budget, `${name} weighs ${total(first)}, budget ${budget}`);
    assert.deepEqual(again, [], 'a later visit loads no asset');
}

test('the kiosk: 25 KB, then nothing', async (t) => {
    const { code } = server.access.kiosk[0];
    const enrol = (page, browser) => new Kiosk(browser, page).enroll(code);
    const home = (page, browser) => new Kiosk(browser, page).home();
    judge(t, 'kiosk', await scene.watched(() => twoVisits('/poste', enrol, home)), 25 * KB);
});

test('the first offer and its answer: 1.2 kB each, while the form is still open', (t) =>
    scene.watched(async () => {
        const browser = await openBrowser({ url: server.url });
        const page = await browser.context.newPage();
        const sdp = {};
        const note = ({ payload }) => {
            const message = JSON.parse(String(payload));
            if (message.sdp) sdp[message.type] ??= message.sdp.length;
        };
        page.on('websocket', (socket) => socket.on('framesent', note).on('framereceived', note));
        await page.goto(new URL('/poste', server.url).href);
        const kiosk = new Kiosk(browser, page);
        await kiosk.enroll(server.access.kiosk[1].code);
        await kiosk.fillForm();
        await until('an answer', () => sdp.answer);
        await browser.close();
        t.diagnostic(`figure: offer ${sdp.join} bytes, answer ${sdp.answer}`);
        assert.ok(sdp.join <= 1_200 && sdp.answer <= 1_200, JSON.stringify(sdp));
    }));

test("the doctor's screens: 45 KB, then nothing", async (t) => {
    const account = server.doctor('obstetrics');
    const signIn = (page, browser) => new Doctor(browser, page).signIn(account);
    const desk = (page) => page.getByTestId('queue').waitFor();
    judge(t, 'doctor', await scene.watched(() => twoVisits('/medecin', signIn, desk)), 45 * KB);
});

test('operations: 90 KB, then nothing', async (t) => {
    const { login, password } = server.access.operators[0];
    const signIn = async (page) => {
        await page.getByTestId('login').fill(login);
        await page.getByTestId('password').fill(password);
        await page.getByTestId('signin').click();
        await page.getByTestId('health').first().waitFor();
    };
    const overview = (page) => page.getByTestId('health').first().waitFor();
    judge(t, 'operations', await scene.watched(() => twoVisits('/exploitation', signIn, overview)), 90 * KB);
});

test('the page of an ambulance: 35 KB on the only visit', (t) =>
    scene.watched(async () => {
        const browser = await openBrowser({ url: server.url });
        const { page, assets } = await visit(browser, '/ambulance');
        await page.getByTestId('amb-code').waitFor();
        await quiet(page);
        const first = assets();
        await browser.close();
        t.diagnostic(`figure: ambulance: ${total(first)} bytes on the first visit: ${first.map(({ path, bytes }) => `${path} ${bytes}`).join(', ')}`);
        assert.deepEqual(first.filter(({ status }) => status >= 400), [], 'nothing is asked for that is not there');
        assert.ok(total(first) > KB && total(first) <= 35 * KB, `${total(first)} bytes`);
    }));
