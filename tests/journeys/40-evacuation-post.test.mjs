// An evacuation as a post lives it: it is told in the call, the letter is read and printed without a network, the departure is kept through a power cut and reaches
// the server once, and the contre-référence is read.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { seriousFaults } from '../world/axe.mjs';
import { openBrowser } from '../world/browser.mjs';
import { voices } from '../world/fixtures.mjs';
import { expect, Visitor } from '../world/http.mjs';
import { layoutFaults, resize } from '../world/layout.mjs';
import { openLink } from '../world/link.mjs';
import { scratch } from '../world/paths.mjs';
import { Kiosk, meet, openDoctor, openKiosk } from '../world/people.mjs';
import { printed } from '../world/printed.mjs';
import { scene } from '../world/scene.mjs';
import { until } from '../world/wait.mjs';

const TABLET = { width: 1024, height: 600 };
const PHONE = { width: 360, height: 640 };
const LETTER = {
    patient: 'Ndeyefatou S., 27 ans, féminin, 61 kg',
    reason: 'Hémorragie à 37 semaines',
    findings: 'TA 171/113\nPouls 131',
    done: 'Voie veineuse, sulfate de magnésium 4 g',
    not_examined: 'Toucher vaginal',
    question: 'Césarienne en urgence ?',
};
const COUNTER = 'Césarienne faite, mère et enfant vont bien. Contrôle de la tension chaque jour.';

/** The evacuation as the server has it. */
const stored = (doctor, id) =>
    doctor.page.evaluate(async (of) => (await (await fetch(`/api/consultations/${of}`)).json()).record.referrals[0], id);

/** Looks at a screen at both sizes, and with axe. */
async function fits(kiosk, vital) {
    for (const size of [PHONE, TABLET]) {
        await resize(kiosk.page, size);
        assert.deepEqual(await layoutFaults(kiosk.page, vital), [], `${size.width} px`);
    }
    assert.deepEqual(await seriousFaults(kiosk.page, String(vital)), []);
}

const isIn = (kiosk, state) => kiosk.page.locator(`[data-testid="ev-item"][data-state="${state}"]`).first().waitFor({ timeout: 20_000 });
const told = (kiosk, word) => kiosk.page.locator(`[data-testid="ev-notice"][data-word="${word}"]`).waitFor({ timeout: 30_000 });

/** Types the PIN if the tablet asks for it: it closes when nobody has touched it for a while. */
async function opened(kiosk) {
    await kiosk.page.locator('[data-testid="pin"], [data-testid="ev-item"]').first().waitFor();
    if (await kiosk.at('pin').count()) await kiosk.enterPin();
    await kiosk.at('ev-item').first().waitFor();
}

/** Prints the letter without a network, and reads the paper. Resolves with its code. */
async function onPaper(t, kiosk) {
    // Chromium has no dialog to show here.
    await kiosk.page.evaluate(() => (window.print = () => undefined));
    await kiosk.press('ev-print');
    await kiosk.at('ev-qr').waitFor({ state: 'attached' });
    const paper = await printed(kiosk.page, 'A4');
    t.diagnostic(`figure: the letter of an evacuation is ${paper.pages} page of A4, its code is ${paper.code}`);
    const all = paper.words.join(' ');
    for (const part of ['Fiche de liaison', 'Centre de santé de Matam', LETTER.patient, LETTER.reason, 'Pouls 131', LETTER.question]) assert.ok(all.includes(part), part);
    assert.equal(paper.pages, 1);
    assert.ok(paper.isBlackOnWhite);
    const address = new URL(paper.code ?? '');
    assert.deepEqual([address.protocol, address.host, address.pathname], ['https:', new URL(kiosk.page.url()).host, '/accueil']);
    const code = address.hash.slice(1);
    assert.ok(all.includes(code), 'the code is printed in letters, too');
    return code;
}

/** The answer of the structure that is asked, with the code of the letter. */
async function answer(s, code, event) {
    const receiver = new Visitor(s.server.url);
    const body = { code: code.toLowerCase(), act: randomUUID(), event, name: 'Dr Sy, sage-femme de garde' };
    expect(200, await receiver.post('/api/liaison/events', body));
}

test('a post follows an evacuation through an outage and a power cut until the contre-référence is read', (t) =>
    scene('evacuation-post', async (s) => {
        const profile = scratch('kept-profile');
        const link = await openLink(s.server.url);
        s.atEnd(() => (link.close(), rmSync(profile, { recursive: true, force: true, maxRetries: 3 })));
        const first = await s.enter(openKiosk(s.server, { viewport: TABLET, profile, link }));
        const doctor = await s.enter(openDoctor(s.server));
        await first.settle();
        await meet(first, doctor);

        await doctor.advise('Évacuer tout de suite. Voie veineuse, sulfate de magnésium.');
        const id = await doctor.page.evaluate(async () => (await (await fetch('/api/consultations')).json())[0].id);
        await doctor.refer(id, 'district-matam', { others: ['hopital-dakar'], needs: ['cesarean', 'transfusion'], letter: LETTER });
        await told(first, 'under_way');
        await isIn(first, 'requested');
        await fits(first, ['ev-notice', 'hangup']);
        await doctor.finish('evacuation');
        await first.at('closed').waitFor();
        await opened(first);
        const code = (await first.at('ev-code').first().innerText()).match(/[0-9A-Z]{5}-[0-9A-Z]{5}/)[0];
        await answer(s, code, { event: 'accepted', text: 'Bloc prêt.' });
        await isIn(first, 'accepted');
        assert.match(await first.at('ev-item').first().innerText(), /Bloc prêt\./);
        await notYet(first);

        link.cut();
        assert.equal(await onPaper(t, first), code);
        await departs(first);
        await first.browser.kill();

        const browser = await openBrowser({ url: s.server.url, voice: voices.kiosk, viewport: TABLET, profile, link });
        const kiosk = await s.enter(Promise.resolve(new Kiosk(browser, await browser.page('/poste'))));
        await told(kiosk, 'under_way');
        await kiosk.at('outgoing').waitFor();
        assert.ok(!(await kiosk.page.locator('body').innerText()).includes('Ndeyefatou'), 'the first screen names no patient');
        await fits(kiosk, ['ev-notice']);
        await kiosk.press('ev-open');
        await opened(kiosk);
        await isIn(kiosk, 'en_route');
        await kiosk.at('ev-unchecked').waitFor();
        assert.match(await kiosk.at('ev-saved').innerText(), /Départ\s: pas encore envoyé/);
        await fits(kiosk, []);

        await arrivesOnce(kiosk, doctor, link, id);
        await counterReferral(s, kiosk, code);
    }));

/** Half an hour passes at the post, and nobody has noted a departure. */
async function notYet(kiosk) {
    await kiosk.page.evaluate(() => {
        const [now, time] = [Date.now, performance.now.bind(performance)];
        Date.now = () => now() + 31 * 60_000;
        performance.now = () => time() + 31 * 60_000;
    });
    // Nobody has touched the tablet since.
    await kiosk.at('pin').waitFor();
    await kiosk.enterPin();
    await kiosk.at('ev-departure-asked').waitFor();
    await fits(kiosk, []);
    await kiosk.press('ev-not-yet');
    await kiosk.at('ev-departure-asked').waitFor({ state: 'detached' });
    await isIn(kiosk, 'accepted');
}

/** The post says that the patient leaves in 45 minutes of road; it is on the tablet, and not sent. */
async function departs(kiosk) {
    await kiosk.press('ev-depart');
    await fits(kiosk, ['ev-depart-go']);
    await kiosk.page.locator('[data-transport="ambulance_of_district"]').click();
    await kiosk.page.locator('[data-eta="45"]').click();
    await kiosk.press('ev-depart-go');
    await kiosk.at('ev-saved').waitFor();
    await isIn(kiosk, 'en_route');
}

/** The network is back. The first answer of the server is lost, so the act is sent twice, and counts once. */
async function arrivesOnce(kiosk, doctor, link, id) {
    assert.equal((await stored(doctor, id)).state, 'accepted');
    const sent = [];
    await kiosk.browser.context.route(/\/referrals\/[^/]+\/events$/, async (route) => {
        sent.push(route.request().postDataJSON().act);
        if (sent.length > 1) return route.continue();
        // Another visitor with the tablet's session tells it, so that the answer does not reach the page.
        const other = new Visitor(kiosk.page.url());
        other.cookie = (await route.request().allHeaders()).cookie;
        expect(200, await other.post(new URL(route.request().url()).pathname, route.request().postDataJSON()));
        await route.abort();
    });
    link.join();
    await until('the departure to be sent', async () => (await kiosk.at('ev-saved').count()) === 0, { within: 60_000 });
    const { state, steps, departed } = await stored(doctor, id);
    const departures = steps.filter(({ event }) => event.event === 'departed');
    assert.deepEqual([state, departures.length, departed.transport, departed.eta_min], ['en_route', 1, 'ambulance_of_district', 45]);
    assert.equal(departures[0].actor, 'post');
    assert.ok(sent.length >= 2 && new Set(sent).size === 1, `sent as ${sent}`);
    await kiosk.at('ev-unchecked').waitFor({ state: 'detached' });
}

/** The post prints what the structure wrote back for the patient's file. */
async function counterOnPaper(kiosk) {
    // Chromium has no dialog to show here.
    await kiosk.page.evaluate(() => (window.print = () => undefined));
    await kiosk.press('ev-counter-print');
    await kiosk.at('ev-counter-sheet').waitFor({ state: 'attached' });
    for (const format of ['A4', 'A5']) {
        const paper = await printed(kiosk.page, format);
        const all = paper.words.join(' ');
        for (const part of ['Contre-référence', 'Centre de santé de Matam', LETTER.patient, COUNTER, 'Dr Sy']) assert.ok(all.includes(part), `${format}: ${part}`);
        assert.equal(paper.pages, 1, format);
        assert.ok(paper.isBlackOnWhite, format);
    }
}

/** The structure takes the patient and writes back; the post reads it, and says so. */
async function counterReferral(s, kiosk, code) {
    await kiosk.press('back');
    await answer(s, code, { event: 'in_care' });
    await kiosk.at('ev-notice').waitFor({ state: 'detached' });
    await answer(s, code, { event: 'counter_referral', text: COUNTER });
    await told(kiosk, 'counter');
    await fits(kiosk, ['ev-notice']);
    await kiosk.press('ev-open');
    await opened(kiosk);
    await isIn(kiosk, 'completed');
    assert.ok((await kiosk.at('ev-counter').innerText()).includes(COUNTER));
    await fits(kiosk, []);
    await kiosk.press('back');
    await told(kiosk, 'counter');
    await kiosk.press('ev-open');
    await opened(kiosk);
    await counterOnPaper(kiosk);
    await kiosk.press('ev-read');
    await kiosk.press('back');
    await kiosk.at('ev-notice').waitFor({ state: 'detached' });
    await kiosk.page.reload();
    await kiosk.home();
    assert.equal(await kiosk.at('ev-notice').count(), 0);
}
