// The stock of a post: counted on the tablet without a network, kept through a reload, sent once when the network is back, and read by the doctor who
// prescribes, with what the post has in place of what it has not. A whole count goes product by product, with few touches.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { seriousFaults } from '../world/axe.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { openLink } from '../world/link.mjs';
import { artifacts } from '../world/paths.mjs';
import { meet, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { until } from '../world/wait.mjs';

const TABLET = { width: 1024, height: 600 };
const PHONE = { width: 360, height: 640 };
const TABLETS_OF_AMOXICILLIN = 'amoxicilline-250-cd';
const CAPSULES_OF_AMOXICILLIN = 'amoxicilline-500-gel';
const PARACETAMOL = 'paracetamol-500-cp';

const row = (kiosk, product) => kiosk.page.locator(`[data-testid="stock-row"][data-product="${product}"]`);
const alerts = (kiosk, product) => row(kiosk, product).locator('[data-testid="stock-alert"]').evaluateAll((all) => all.map((one) => one.dataset.alert));

/** Presses a number on the figures of the dialog that is open. */
async function figures(kiosk, number) {
    for (const figure of String(number)) await kiosk.press(`stock-figure-${figure}`);
}

/** Opens the count of a product, and presses the number. */
async function open(kiosk, product, number) {
    await row(kiosk, product).click();
    await figures(kiosk, number);
}

/** Looks at a screen on a tablet and on a phone. */
async function fits(person, name, vital) {
    for (const [size, window] of Object.entries({ tablet: TABLET, phone: PHONE })) {
        await resize(person.page, window);
        await person.page.screenshot({ path: join(artifacts('screens'), `stock-${name}-${size}.png`) });
        assert.deepEqual(await layoutFaults(person.page, vital), [], `${name}, ${size}`);
        assert.deepEqual(await seriousFaults(person.page, name), [], `${name}, ${size}`);
    }
    await resize(person.page, TABLET);
}

test('a post counts without a network, the counts are sent once, and the doctor sees what is there and what could be taken instead', (t) =>
    scene('stock', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET, link }));
        const doctor = await s.enter(openDoctor(s.server));
        await kiosk.press('history');
        await kiosk.choosePin();
        await kiosk.press('back');
        await kiosk.at('stock').waitFor({ timeout: 30_000 });
        await fits(kiosk, 'home', ['urgent-obstetrics']);
        await kiosk.press('stock');
        await row(kiosk, PARACETAMOL).waitFor();
        await kiosk.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

        link.cut();
        await countWithoutNetwork(kiosk);
        await kiosk.page.reload();
        await kiosk.at('stock').waitFor({ timeout: 30_000 });
        await kiosk.press('stock');
        await kiosk.at('stock-waiting').waitFor();
        assert.match(await row(kiosk, CAPSULES_OF_AMOXICILLIN).innerText(), /40\s+gélules/, 'the count survived the reload');
        assert.match(await row(kiosk, CAPSULES_OF_AMOXICILLIN).innerText(), /pas encore envoyé/);
        await fits(kiosk, 'list', ['back']);

        const sent = await sentOnce(kiosk, link);
        t.diagnostic(`figure: three counts are sent in ${sent.length} request of ${sent[0].postData()?.length} bytes`);
        await kiosk.press('back');
        await atTheDesk(kiosk, doctor);
    }));

test('a whole count takes one touch for each product of which there is as much as before, and goes on after a power cut', (t) =>
    scene('stock-round', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET, link }));
        await kiosk.settle();
        await kiosk.at('stock').waitFor({ timeout: 30_000 });
        await kiosk.press('stock');
        await kiosk.at('stock-row').first().waitFor();
        const shelf = await kiosk.at('stock-row').evaluateAll((all) => all.map((one) => one.dataset.product));
        const twenty = shelf.slice(0, 20);
        await countedBefore(kiosk, twenty);
        await kiosk.page.reload();
        await kiosk.at('stock-door-alerts').waitFor({ timeout: 60_000 });
        assert.equal(await kiosk.at('stock-door-alerts').innerText(), '2 produits manquent, 1 périme dans le mois');
        await fits(kiosk, 'door', ['urgent-obstetrics']);
        link.cut();
        await kiosk.press('stock');

        await kiosk.page.evaluate(() => {
            window.touches = 0;
            addEventListener('pointerdown', () => (window.touches += 1), true);
        });
        await kiosk.press('stock-round-start');
        await kiosk.at('stock-same').waitFor();
        await fits(kiosk, 'round', ['stock-same', 'stock-zero']);
        const onTablet = ['stock-same', 'stock-zero', 'stock-less', 'stock-more', 'stock-round-next'];
        assert.deepEqual(await layoutFaults(kiosk.page, onTablet), [], 'no product needs scrolling on a tablet');
        await kiosk.page.waitForTimeout(350);
        for (const product of twenty) {
            const shown = kiosk.page.locator(`[data-testid="stock-round"][data-product="${product}"]`);
            await shown.waitFor();
            // A finger is slower than this; a second touch that is quicker counts nothing.
            await kiosk.page.waitForTimeout(350);
            await kiosk.at('stock-same').click();
        }
        await kiosk.page.locator(`[data-testid="stock-round"][data-product="${shelf[20]}"]`).waitFor();
        const touches = await kiosk.page.evaluate(() => window.touches);
        t.diagnostic(`figure: ${touches} touches count 20 products of which nothing has changed`);
        assert.equal(touches, 21);
        // One that was never counted has no number of before: it is typed, or there are none.
        assert.equal(await kiosk.at('stock-same').count(), 0);
        await figures(kiosk, 35);
        await kiosk.page.waitForTimeout(350);
        await kiosk.press('stock-round-next');
        await kiosk.page.locator(`[data-testid="stock-round"][data-product="${shelf[21]}"]`).waitFor();

        await kiosk.page.reload();
        await kiosk.at('stock').waitFor({ timeout: 30_000 });
        await kiosk.press('stock');
        await kiosk.at('stock-waiting').waitFor();
        assert.match(await kiosk.at('stock-progress').innerText(), new RegExp(`21 sur ${shelf.length}`), 'the power cut lost none');
        await kiosk.press('stock-round-start');
        await kiosk.page.locator(`[data-testid="stock-round"][data-product="${shelf[21]}"]`).waitFor();
        assert.match(await kiosk.at('stock-round-progress').innerText(), new RegExp(`Produit 22 sur ${shelf.length}`));
        await kiosk.press('stock-round-stop');
        link.join();
        await kiosk.at('stock-waiting').waitFor({ state: 'detached', timeout: 30_000 });
    }));

/** The server has counts of the day before yesterday: two of nothing, and one of boxes that expire this month. */
async function countedBefore(kiosk, products) {
    const at = Date.now() - 2 * 86_400_000;
    const month = new Date().toISOString().slice(0, 7);
    const counts = products.map((product, i) => ({ product, quantity: i < 2 ? 0 : 100 + i, counted_at: at, ...(i === 2 && { expires: month }) }));
    const status = await kiosk.page.evaluate(async (body) => {
        const headers = { 'content-type': 'application/json', 'staff-proof': '' };
        return (await fetch('/api/stock', { method: 'PUT', headers, body })).status;
    }, JSON.stringify({ counts }));
    assert.equal(status, 200);
}

/** Nothing that cannot be is kept; what can be is kept at once. */
async function countWithoutNetwork(kiosk) {
    await open(kiosk, PARACETAMOL, 9);
    await kiosk.at('stock-number').fill('-3');
    assert.match(await kiosk.at('stock-count').innerText(), /jamais en dessous de zéro/);
    await kiosk.press('stock-save');
    await kiosk.at('stock-count').waitFor();
    await kiosk.at('stock-number').fill('99999999');
    assert.match(await kiosk.at('stock-count').innerText(), /plus qu’un poste ne peut avoir/);
    await fits(kiosk, 'count', ['stock-less', 'stock-more']);
    await kiosk.at('stock-number').fill('-12');
    await kiosk.press('stock-proposal');
    assert.equal(await kiosk.at('stock-number').inputValue(), '12');
    const soon = new Date(Date.now() + 20 * 86_400_000);
    await kiosk.at('stock-month').selectOption(String(soon.getUTCMonth() + 1).padStart(2, '0'));
    await kiosk.at('stock-year').selectOption(String(soon.getUTCFullYear()));
    await kiosk.press('stock-save');
    await until('the alerts of few that expire soon', async () => (await alerts(kiosk, PARACETAMOL)).join() === 'few,soon');

    await open(kiosk, TABLETS_OF_AMOXICILLIN, 0);
    await kiosk.press('stock-save');
    await until('the alert of an empty shelf', async () => (await alerts(kiosk, TABLETS_OF_AMOXICILLIN)).join() === 'out');
    await open(kiosk, CAPSULES_OF_AMOXICILLIN, 40);
    await kiosk.press('stock-save');
    await kiosk.at('stock-count').waitFor({ state: 'detached' });
    await kiosk.press('stock-alerts');
    assert.equal(await kiosk.at('stock-row').count(), 2);
    await kiosk.press('stock-all');
}

/** The network comes back: the counts go out in one request, and no second one follows. */
async function sentOnce(kiosk, link) {
    const sent = [];
    kiosk.page.on('request', (request) => request.method() === 'PUT' && request.url().endsWith('/api/stock') && sent.push(request));
    link.join();
    await kiosk.at('stock-waiting').waitFor({ state: 'detached', timeout: 30_000 });
    await kiosk.page.waitForTimeout(3_000);
    assert.equal(sent.length, 1);
    const told = await row(kiosk, CAPSULES_OF_AMOXICILLIN).innerText();
    assert.match(told, /compté aujourd’hui/);
    assert.doesNotMatch(told, /refusé|envoyé/);
    return sent;
}

/** The doctor of the call sees what the post has, and takes what is there with one touch. */
async function atTheDesk(kiosk, doctor) {
    await meet(kiosk, doctor);
    await doctor.press('prescribe');
    await doctor.at('rx-search').fill('paracetamol 500');
    const badge = (of) => of.locator('[data-testid="rx-stock"]').first().getAttribute('data-state');
    await until('few at the post', async () => (await badge(doctor.page.locator(`[data-product="${PARACETAMOL}"]`))) === 'few');
    await doctor.at('rx-search').fill('amoxicilin');
    await doctor.page.locator(`[data-testid="rx-result"][data-product="${TABLETS_OF_AMOXICILLIN}"]`).click();
    const line = doctor.at('rx-line');
    await until('none at the post', async () => (await badge(line)) === 'out');
    await resize(doctor.page, { width: 1366, height: 768 });
    await doctor.at('rx-alternative').first().scrollIntoViewIfNeeded();
    await doctor.page.screenshot({ path: join(artifacts('screens'), 'stock-desk.png') });
    assert.match(await doctor.at('rx-alternative').first().innerText(), /gélule.*même substance.*40\s+gélules/s);
    await doctor.press('rx-alternative');
    await until('the alternative in the line', async () => (await badge(line)) === 'there');
    assert.equal(await doctor.at('rx-alternative').count(), 0);
    assert.equal(await doctor.at('rx-dose').inputValue(), '');
}
