// Deferred cases at a post: nobody there, the clock, the case, a specialist who answers in writing, and what became of the patient.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { seriousFaults } from '../world/axe.mjs';
import { Visitor } from '../world/http.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { openLink } from '../world/link.mjs';
import { openKiosk, patient } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { dial } from '../world/socket.mjs';
import { until } from '../world/wait.mjs';

/** Each step of the escalation is short, and a request becomes a case soon after the last one. */
const QUICK = { TERANGA_ESCALATION__STAT_S: '1', TERANGA_CASES__DEFER_S: '12' };
const TABLET = { width: 1024, height: 600 };
const PHONE = { width: 360, height: 640 };

/** A specialist without a page, who connects now. */
async function specialist(server) {
    const visitor = new Visitor(server.url);
    await visitor.signIn(server.doctor('obstetrics'));
    const wire = await dial(visitor);
    await wire.hello();
    return wire;
}

const hasState = (kiosk, testId, state, within = 10_000) =>
    until(`${testId} is ${state}`, async () => (await kiosk.attribute(testId, 'data-state').catch(() => '')) === state, { within });

/** Whatever a passer-by sees holds nothing of the patient. */
async function tellsNothing(kiosk) {
    const shown = await kiosk.page.locator('body').innerText();
    assert.ok(!shown.includes('Ndeyefatou') && !shown.includes(patient.dpp), 'a screen without a PIN names the patient');
}

/** Looks at a screen on a tablet and on a phone, and with axe. */
async function fits(kiosk, vital, onPhone = vital) {
    for (const size of [PHONE, TABLET]) {
        await resize(kiosk.page, size);
        assert.deepEqual(await layoutFaults(kiosk.page, size === PHONE ? onPhone : vital), [], `${size.width}x${size.height}`);
    }
    assert.deepEqual(await seriousFaults(kiosk.page, String(vital)), []);
}

test('a request that nobody takes becomes a case, which is read, discussed, answered and followed to its outcome', () =>
    scene('cases', async (s) => {
        await s.server.stop();
        await s.server.serve(QUICK);
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET }));
        await kiosk.fillForm();
        await kiosk.call();
        await kiosk.at('defers-in').waitFor({ timeout: 15_000 });
        await fits(kiosk, ['defer', 'defers-in', 'cancel'], ['defers-in', 'cancel']);
        assert.match(await kiosk.at('defers-in').innerText(), /0:\d\d.*personne ne sera oublié/);

        // Nobody presses anything: the clock does it.
        await kiosk.at('underway').waitFor({ timeout: 20_000 });
        const id = await kiosk.attribute('underway', 'data-consultation');
        await hasState(kiosk, 'receipts', 'sent');
        await tellsNothing(kiosk);
        await fits(kiosk, ['home']);
        await kiosk.press('home');
        await kiosk.at('cases').waitFor();
        await tellsNothing(kiosk);
        await fits(kiosk, ['urgent-obstetrics', 'cases']);

        const doctor = await specialist(s.server);
        s.atEnd(() => doctor.end());
        const mine = (message) => message.mine || message.cases?.some((one) => one.mine);
        await Promise.any([doctor.next('case', mine, 10_000), doctor.next('cases', mine, 10_000)]);
        doctor.say({ type: 'read_case', consultation: id });
        await doctor.next('recorded', ({ of }) => of === 'read_case');

        await kiosk.press('cases');
        await kiosk.at('pin-new').waitFor();
        await tellsNothing(kiosk);
        await kiosk.at('pin-new').fill('2468');
        await kiosk.press('pin-new-go');
        await hasState(kiosk, 'receipts', 'read');

        doctor.say({ type: 'write_chat', consultation: id, chat: randomUUID(), text: 'Saigne-t-elle encore ?', asks: true });
        await hasState(kiosk, 'case-row', 'asked');
        await fits(kiosk, ['case-row']);
        await kiosk.press('case-row');
        await kiosk.at('question').filter({ hasText: 'Saigne-t-elle encore' }).waitFor();
        await fits(kiosk, ['call-now', 'examine']);
        await kiosk.at('case-text').fill('Moins qu’hier.');
        await kiosk.press('case-send');
        await kiosk.at('chat-line').filter({ hasText: 'Moins qu’hier' }).waitFor();
        await doctor.next('case', ({ state, unread }) => state !== 'asked' && unread > 0);

        doctor.say({ type: 'advise', consultation: id, revision: 1, text: 'Sulfate de magnésium, puis évacuer.' });
        await kiosk.at('advice-item').filter({ hasText: 'Sulfate' }).waitFor();
        await kiosk.at('print').waitFor();
        await hasState(kiosk, 'receipts', 'answered');
        await doctor.next('case', ({ state }) => state === 'answer_read');

        doctor.say({ type: 'close', consultation: id, disposition: 'evacuation', follow_up_h: 1 });
        await kiosk.at('outcome').waitFor();
        await fits(kiosk, ['outcome-arrived'], []);
        await kiosk.press('outcome-arrived');
        await kiosk.at('outcome-text').fill('Opérée hier, va bien');
        await kiosk.press('outcome-send');
        await kiosk.at('case-over').waitFor();
        await doctor.next('case_gone');
    }));

test('a case is filed without a network, leaves the tablet by itself, gets new values, and becomes a call', () =>
    scene('cases-offline', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET, link }));
        await kiosk.press('history');
        await kiosk.at('pin-new').fill('2468');
        await kiosk.press('pin-new-go');
        await kiosk.press('back');
        await kiosk.fillForm();
        await kiosk.at('file').waitFor();
        await kiosk.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
        link.cut();
        await fits(kiosk, ['call', 'file']);
        await kiosk.press('file');
        await fits(kiosk, ['file-send'], []);
        await kiosk.press('file-to-surgery');
        await kiosk.press('file-send');
        await hasState(kiosk, 'receipts', 'saved');
        await kiosk.at('unsent').waitFor();
        // A power cut: the case is on the tablet.
        await kiosk.page.reload();
        await kiosk.at('cases').waitFor();
        await kiosk.press('cases');
        await kiosk.at('pin').waitFor();
        await tellsNothing(kiosk);
        await kiosk.at('pin').fill('2468');
        await kiosk.press('pin-go');
        await kiosk.at('case-unsent').waitFor();

        link.join();
        await kiosk.at('case-row').waitFor({ timeout: 20_000 });
        assert.equal(await kiosk.at('case-unsent').count(), 0);
        await hasState(kiosk, 'receipts', 'sent');
        await kiosk.press('case-row');
        await kiosk.press('examine');
        await kiosk.at('field-pulse').waitFor();
        assert.equal(await kiosk.at('field-pulse').inputValue(), patient.pulse);
        await fits(kiosk, ['examine-send']);
        await kiosk.at('field-pulse').fill('96');
        await kiosk.press('examine-send');
        await kiosk.at('vitals').filter({ hasText: '96' }).waitFor();
        await kiosk.press('call-now');
        await kiosk.at('wait').waitFor();
    }));
