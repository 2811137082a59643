// A prescription is dispensed: a part by the post without a network, the rest by a pharmacy that types the code of the paper, and a second pharmacy that comes
// a moment later is told what was given, when and where.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { seriousFaults } from '../world/axe.mjs';
import { openBrowser } from '../world/browser.mjs';
import { voices } from '../world/fixtures.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { openLink } from '../world/link.mjs';
import { artifacts } from '../world/paths.mjs';
import { meet, openDoctor, openKiosk, Person } from '../world/people.mjs';
import { codeOnPaper, draftLine, sign } from '../world/prescribing.mjs';
import { scene } from '../world/scene.mjs';
import { until } from '../world/wait.mjs';

const TABLET = { width: 1024, height: 600 };
const PHONE = { width: 360, height: 640 };

/** Takes a picture of a screen at some sizes, and looks for faults. */
async function fits(person, name, sizes, vital) {
    for (const [size, window] of Object.entries(sizes)) {
        await resize(person.page, window);
        await person.page.screenshot({ path: join(artifacts('screens'), `dispensing-${name}-${size}.png`), fullPage: true });
        assert.deepEqual(await layoutFaults(person.page, vital), [], `${name}, ${size}`);
        assert.deepEqual(await seriousFaults(person.page, name), [], `${name}, ${size}`);
    }
}

test('the post gives a part without a network, a pharmacy the rest, and a second pharmacy is refused', (t) =>
    scene('dispensing', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { viewport: TABLET, link }));
        const account = s.server.doctor('obstetrics');
        const doctor = await s.enter(openDoctor(s.server, {}, account));
        await kiosk.settle();
        await meet(kiosk, doctor);
        const code = await prescribed(kiosk, doctor, account.password);
        t.diagnostic(`code ${code}`);

        await atThePost(kiosk, link);
        await dispensedAtTheDesk(doctor, 'part', /Poste de santé de Nabadji Civol/);

        const first = await atACounter(s, code);
        const second = await atACounter(s, code);
        await fill(first, 'Pharmacie du Fleuve', 'Awa Sow', '10');
        await fits(first, 'form', { phone: PHONE }, []);
        await fill(second, 'Pharmacie Keur Massar', 'Modou Ba', '10');
        await first.press('give-save');
        await first.at('give-saved').waitFor();
        await until('nothing is left', async () => (await first.attribute('verdict', 'data-verdict')) === 'dispensed');
        await fits(first, 'saved', { phone: PHONE }, []);
        await second.press('give-save');
        await second.at('give-refused').waitFor();
        assert.match(await second.at('give-refused').innerText(), /déjà|délivré entre-temps/);
        assert.match(await second.at('given').innerText(), /Pharmacie du Fleuve/);
        assert.equal(await second.at('give-saved').count(), 0);
        await fits(second, 'refused', { phone: PHONE }, []);

        await dispensedAtTheDesk(doctor, 'whole', /Pharmacie du Fleuve \(Awa Sow\)/);
        await kiosk.page.reload();
        await kiosk.press('history');
        await kiosk.enterPin();
        await kiosk.at('history-row').first().locator('summary').click();
        await until('the post sees that all is given', async () => (await kiosk.attribute('rx-left', 'data-left').catch(() => '')) === '0');
        assert.equal(await kiosk.at('rx-give').count(), 0);
        await readWithThePaper(kiosk);
        await consentBesideIt(kiosk);
    }));

/** The pharmacies typed the code, which is a reading of the patient's data. */
async function readWithThePaper(kiosk) {
    await kiosk.press('seen');
    const line = kiosk.page.locator('[data-testid="seen-line"][data-occasion="prescription"][data-refused="false"]').first();
    await line.filter({ hasText: 'Quelqu’un qui avait l’ordonnance sur papier ou son code a lu l’ordonnance' }).waitFor();
    const refused = kiosk.page.locator('[data-testid="seen-line"][data-occasion="prescription"][data-refused="true"]');
    assert.equal(await refused.count(), 0, 'the second pharmacy has read it, whatever became of its act');
    await kiosk.press('seen');
}

/** The history with an opened prescription, the question of the consent below it, and the dialog over it. */
async function consentBesideIt(kiosk) {
    await kiosk.press('consent-of');
    await kiosk.at('consent-yes').waitFor();
    await fits(kiosk, 'consent', { phone: PHONE, tablet: TABLET }, []);
    await kiosk.press('consent-yes');
    await kiosk.press('consent-withdraw');
    await kiosk.at('remains').waitFor();
    await fits(kiosk, 'withdraw', { phone: PHONE, tablet: TABLET }, ['consent-confirm']);
    await kiosk.press('consent-keep');
}

/** Fifteen capsules are prescribed and signed in the call, and the call ends. Returns the code on the paper. */
async function prescribed(kiosk, doctor, password) {
    await doctor.press('prescribe');
    await draftLine(doctor, { search: 'amoxicilline 500', dose: '1', perDay: '3', days: '5' });
    await doctor.at('rx-allergies').fill('aucune connue');
    await sign(doctor, password);
    await kiosk.page.locator('[data-testid="rx-item"][data-state="in_force"]').waitFor();
    const code = await codeOnPaper(kiosk);
    await doctor.finish('prescription');
    await kiosk.at('closed').waitFor();
    return code;
}

/** The post gives five of fifteen without a network; that survives a reload, and is told once when the network is back. */
async function atThePost(kiosk, link) {
    link.cut();
    await kiosk.page.reload();
    await kiosk.press('history');
    await kiosk.enterPin();
    await kiosk.at('rx-give').first().waitFor();
    await kiosk.press('rx-give');
    assert.equal(await kiosk.at('rx-give-quantity').inputValue(), '15');
    await kiosk.at('rx-give-quantity').fill('16');
    assert.match(await kiosk.at('rx-give-dialog').innerText(), /plus qu’il ne reste/);
    await fits(kiosk, 'dialog', { phone: PHONE, tablet: TABLET }, ['rx-give-save']);
    await kiosk.at('rx-give-quantity').fill('5');
    await kiosk.press('rx-give-save');
    await kiosk.page.locator('[data-testid="rx-given"][data-at="tablet"]').waitFor();
    await kiosk.page.reload();
    await kiosk.press('history');
    await kiosk.enterPin();
    await kiosk.page.locator('[data-testid="rx-given"][data-at="tablet"]').waitFor();
    assert.equal(await kiosk.attribute('rx-left', 'data-left'), '10');
    await fits(kiosk, 'sheet', { phone: PHONE, tablet: TABLET }, []);
    const sent = [];
    kiosk.page.on('request', (request) => request.url().endsWith('/dispensings') && sent.push(request));
    link.join();
    // The list of consultations has come with the network, and its rows are closed.
    await kiosk.page.locator('[data-testid="rx-given"][data-at="post"]').waitFor({ timeout: 30_000, state: 'attached' });
    assert.equal(await kiosk.page.locator('[data-testid="rx-given"][data-at="tablet"]').count(), 0);
    assert.equal(sent.length, 1);
}

/** The doctor reads in the list of past consultations how much was dispensed, and where. */
async function dispensedAtTheDesk(doctor, extent, where) {
    await doctor.page.reload();
    await doctor.press('history');
    await doctor.press('history-open');
    const told = doctor.page.locator(`[data-testid="rx-dispensed"][data-extent="${extent}"]`);
    await told.waitFor();
    assert.match(await told.innerText(), where);
    await told.scrollIntoViewIfNeeded();
    await doctor.page.screenshot({ path: join(artifacts('screens'), `dispensing-desk-${extent}.png`) });
}

/** Somebody at a pharmacy types the code of the paper, and sees that the post has given a part. */
async function atACounter(s, code) {
    const browser = await openBrowser({ url: s.server.url, voice: voices.other, viewport: PHONE });
    const pharmacist = new Person(browser, await browser.page('/verifier'));
    s.people.push(pharmacist);
    await until('the list of keys', async () => (await pharmacist.attribute('list', 'data-age').catch(() => '')) === 'fresh');
    await pharmacist.press('type');
    await pharmacist.at('code').fill(code);
    await pharmacist.press('code-go');
    await until('an authentic prescription', async () => (await pharmacist.attribute('verdict', 'data-verdict').catch(() => '')) === 'authentic');
    await pharmacist.at('given').waitFor();
    assert.match(await pharmacist.at('given').innerText(), /Poste de santé de Nabadji Civol.*5\s+gélules/s);
    return pharmacist;
}

/** Opens the form, in which all that is left stands, and fills in the names. */
async function fill(pharmacist, pharmacy, person, left) {
    await pharmacist.press('give-open');
    assert.equal(await pharmacist.at('give-quantity').inputValue(), left);
    await pharmacist.press('give-save');
    assert.match(await pharmacist.at('give-form').innerText(), /Écrivez ce nom/, 'nobody gives without a name');
    await pharmacist.at('give-pharmacy').fill(pharmacy);
    await pharmacist.at('give-person').fill(person);
}
