// The kiosk's form: nothing that is typed disappears.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { artifacts } from '../world/paths.mjs';
import { openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { now, pause } from '../world/wait.mjs';

/** A burst of keystrokes is written 300 ms after the first; a busy machine needs longer. */
const WRITTEN_MS = 1_500;
const TABLET = { width: 1024, height: 600 };

/** Presses a door, and types into a field in the same moment in which the field appears. */
const typeAtOnce = (page, door, field, value) =>
    page.evaluate(
        ([opens, wanted, text]) =>
            new Promise((resolve) => {
                const find = (name) => document.querySelector(`[data-testid="${name}"]`);
                const type = () => {
                    const input = find(wanted);
                    if (!input) return;
                    watch.disconnect();
                    input.value = text;
                    input.dispatchEvent(new Event('input', { bubbles: true }));
                    resolve();
                };
                const watch = new MutationObserver(type);
                watch.observe(document.body, { childList: true, subtree: true });
                find(opens).click();
            }),
        [door, field, value],
    );

test('what is typed in the first moment stays, with and without a draft', () =>
    scene('form-first-moment', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        await typeAtOnce(kiosk.page, 'urgent-obstetrics', 'field-age', '24');
        await pause(WRITTEN_MS);
        assert.equal(await kiosk.at('field-age').inputValue(), '24');
        await kiosk.press('back');
        await kiosk.page.reload();
        await kiosk.home();
        await typeAtOnce(kiosk.page, 'urgent-obstetrics', 'field-term', '34');
        await pause(WRITTEN_MS);
        assert.equal(await kiosk.at('field-term').inputValue(), '34');
        assert.equal(await kiosk.at('field-age').inputValue(), '24', 'the draft is still there');
    }));

test('the shortest way from the first screen to a ringing doctor has at most 6 taps and takes at most 20 s', (t) =>
    scene('form-shortest', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await kiosk.page.evaluate(() => {
            window.taps = 0;
            addEventListener('pointerdown', () => window.taps++, true);
        });
        await doctor.watchFor('rings', '.ringing');
        const began = now();
        await kiosk.press('urgent-obstetrics');
        await kiosk.at('field-bleeding-heavy').check({ force: true });
        await kiosk.press('call');
        const rang = (await doctor.shown('rings', 20_000)) - began;
        const taps = await kiosk.page.evaluate(() => window.taps);
        t.diagnostic(`figure: ${taps} taps, ringing after ${rang.toFixed(0)} ms`);
        assert.ok(taps >= 2 && taps <= 6, `${taps} taps`);
        assert.ok(rang <= 20_000, `rang after ${rang} ms`);
    }));

test('whoever waits has something to do: the post first measures, the doctor a ring to try and the last consultations', () =>
    scene('form-wait', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.press('try-ring');
        assert.equal(await doctor.at('last-consultation').count(), 0);
        await kiosk.press('urgent-obstetrics');
        await kiosk.at('field-bleeding-heavy').check({ force: true });
        await kiosk.press('call');
        await kiosk.at('measure').first().waitFor();
        const measures = await kiosk.at('measure').evaluateAll((all) => all.map((one) => one.dataset.measure));
        assert.deepEqual(measures, ['legs', 'vein', 'repeat', 'ready']);
        assert.match(await kiosk.at('vitals').innerText(), /Beaucoup/);
        await doctor.available();
        await doctor.claim();
        await doctor.inCall();
        await doctor.finish();
        await doctor.at('last-consultation').first().waitFor();
        assert.equal(await doctor.at('last-consultation').count(), 1);
        await doctor.press('all-consultations');
        await doctor.at('history-row').first().waitFor();
    }));

test('the doctor sees what was measured, the dangers first; nothing typed is lost and nothing unasked is shown', () =>
    scene('form-to-doctor', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET }));
        const doctor = await s.enter(openDoctor(s.server, {}, s.server.doctor('paediatrics')));
        await doctor.available();
        await kiosk.press('urgent-child');
        await kiosk.at('field-name').fill('A. Nd.');
        await kiosk.at('unit-age').selectOption('days');
        await kiosk.at('field-age').fill('12');
        await kiosk.at('field-breathing').fill('64');
        await kiosk.at('field-temperature').fill('396');
        assert.match(await kiosk.at('propose-temperature').innerText(), /39,6/);
        await kiosk.press('more');
        await kiosk.at('field-spo2').fill('88');
        await kiosk.at('field-pulse').fill('1800000');
        await kiosk.press('unmeasurable-glucose');
        assert.ok(await kiosk.at('field-glucose').isDisabled());

        await pause(WRITTEN_MS);
        await kiosk.page.reload();
        await kiosk.home();
        await kiosk.press('urgent-child');
        assert.equal(await kiosk.at('field-temperature').inputValue(), '396', 'the draft stays');
        assert.equal(await kiosk.at('field-spo2').inputValue(), '88', 'also what stands behind "Autres mesures"');
        await kiosk.press('propose-temperature');
        assert.equal(await kiosk.at('field-temperature').inputValue(), '39,6');

        await kiosk.press('call');
        await kiosk.at('check-values').waitFor();
        await kiosk.page.screenshot({ path: join(artifacts('screens'), 'kiosk-form-check.png') });
        await kiosk.press('call');
        const row = doctor.at('queue-row').first();
        await row.waitFor();
        await row.getByTestId('vitals').waitFor();
        assert.equal(await row.getByTestId('danger').count(), 3);
        await doctor.claim();
        await doctor.inCall();
        const vitals = doctor.at('vitals').first();
        await vitals.waitFor();
        const shown = await vitals.innerText();
        for (const said of ['12 jours', '64', '39,6 °C', '88 %', '1800000', 'Non mesurable'])
            assert.ok(shown.includes(said), `${said} in ${shown}`);
        assert.ok(!/–/.test(shown), shown);
        const order = await vitals.locator('> div').evaluateAll((all) => all.map((one) => one.dataset.severity ?? ''));
        assert.deepEqual(order.slice(0, 3), ['danger', 'danger', 'danger']);
        assert.match(await doctor.at('record').first().innerText(), /A\. Nd\./);
        await doctor.page.screenshot({ path: join(artifacts('screens'), 'doctor-vitals.png') });
    }));

test('a form with every value impossible is asked about once, and arrives as it was typed', () =>
    scene('form-impossible', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await kiosk.press('urgent-obstetrics');
        await kiosk.press('more');
        const fields = kiosk.page.locator('.number input');
        const many = await fields.count();
        for (let nth = 0; nth < many; nth++) await fields.nth(nth).fill('9999999');
        await kiosk.press('call');
        await kiosk.at('check-values').waitFor();
        await kiosk.press('call');
        await doctor.claim();
        await doctor.inCall();
        const vitals = doctor.at('vitals').first();
        await vitals.waitFor();
        assert.equal((await vitals.innerText()).split('9999999').length - 1, many);
    }));

test('every control of the form is on the screen, at every size, by keyboard too', () =>
    scene('form-sizes', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        const wrong = [];
        const sizes = { tablet: TABLET, phone: { width: 360, height: 640 }, zoomed: { width: 512, height: 300 } };
        for (const [size, viewport] of Object.entries(sizes)) {
            await kiosk.page.setViewportSize(viewport);
            for (const door of ['urgent-obstetrics', 'urgent-child', 'consultation']) {
                await kiosk.press(door);
                if (door === 'consultation') await kiosk.press('speciality-general');
                await kiosk.at('call').waitFor();
                await kiosk.page.screenshot({ path: join(artifacts('screens'), `form-${door}-${size}.png`) });
                if (!(await kiosk.at('field-spo2').count())) await kiosk.press('more');
                await kiosk.at('field-temperature').fill('396');
                await kiosk.page.screenshot({ path: join(artifacts('screens'), `form-${door}-${size}-more.png`), fullPage: true });
                const faults = await kiosk.page.evaluate(outside);
                wrong.push(...faults.map((fault) => `${door}, ${size}: ${fault}`));
                await kiosk.press('back');
                await kiosk.home();
            }
        }
        assert.deepEqual(wrong, []);
    }));

/** Controls that are cut at the side, covered by the foot when they have the focus, or that Tab does not reach. */
function outside() {
    const name = (element) => element.dataset.testid ?? element.textContent.trim().slice(0, 30);
    const faults = [];
    if (document.documentElement.scrollWidth > innerWidth) faults.push('wider than the screen');
    const controls = [...document.querySelectorAll('main :is(button, input, select, textarea):not(:disabled)')];
    const foot = document.querySelector('.foot');
    // In a low window the foot scrolls with the page.
    const sticky = getComputedStyle(foot).position === 'sticky';
    for (const control of controls) {
        const { left, right } = control.getBoundingClientRect();
        if (left < -1 || right > innerWidth + 1) faults.push(`${name(control)} is cut`);
        if (control.tabIndex < 0) faults.push(`${name(control)} has no tab stop`);
        control.focus();
        control.scrollIntoView({ block: 'nearest' });
        const box = control.getBoundingClientRect();
        const hidden = sticky && !foot.contains(control) && box.bottom > foot.getBoundingClientRect().top + 1;
        if (hidden || box.top < -1) faults.push(`${name(control)} is covered`);
    }
    const button = document.querySelector('[data-testid="call"]');
    if (!sticky) button.focus();
    const call = button.getBoundingClientRect();
    if (call.bottom > innerHeight + 1 || call.top < 0) faults.push('the call button is not on the screen');
    return faults;
}
