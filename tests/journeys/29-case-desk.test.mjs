// A deferred case at a doctor's desk: taken from the list, read, asked, discussed with a colleague, answered, closed with a question for news, and
// told; a case that was given away is not answered twice; a case becomes a call and a case again; and a coordinator hears of a deadline.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Device, expect, Visitor } from '../world/http.mjs';
import { artifacts, root } from '../world/paths.mjs';
import { voices } from '../world/fixtures.mjs';
import { openCoordinator, openDoctor } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { dial, request } from '../world/socket.mjs';
import { until } from '../world/wait.mjs';

const OLD_LAPTOP = { width: 1366, height: 768 };
const PHONE = { width: 360, height: 640 };

/** A post without a page, which has said hello. */
async function openPost(s) {
    const device = new Device(s.server.url);
    await device.enroll(s.server.access.kiosk[0].code);
    await device.enter();
    const wire = await dial(device);
    s.atEnd(() => wire.end());
    await wire.hello();
    return { device, wire };
}

/** A doctor without a page. */
async function openColleague(s, account) {
    const visitor = new Visitor(s.server.url);
    const who = await visitor.signIn(account);
    const wire = await dial(visitor);
    s.atEnd(() => wire.end());
    await wire.hello();
    return { visitor, wire, party: who.party, name: who.name };
}

/** The party of the doctor whose page is opened, to whom the cases are addressed. */
const partyOf = async (s, account) => (await new Visitor(s.server.url).signIn(account)).party;

async function file(wire, to, more = {}) {
    const id = randomUUID();
    wire.say(request(id, { urgency: 'urgent', defer_to: to, ...more }));
    await until('the post to have the case in its list', () => wire.heard.some((row) => row.type === 'case' && row.consultation === id));
    return id;
}

/** Adds a voice note to a case, as a page does. Its path. */
async function addNote(device, id) {
    const path = `/api/consultations/${id}/attachments/${randomUUID()}`;
    const bytes = readFileSync(join(root, 'media', 'tests', 'voices', 'chromium.webm'));
    const sha256 = createHash('sha256').update(bytes).digest('base64url');
    expect(200, await device.post(path, { media_type: 'webm', bytes: bytes.length, sha256 }));
    const put = (at, raw) => device.ask('PUT', `${path}?offset=${at}`, { raw, headers: { 'content-type': 'application/octet-stream' } });
    for (let at = 0; at < bytes.length; at += 16_000) expect(200, await put(at, bytes.subarray(at, at + 16_000)));
    await until('the note to be part of the case', async () => (await put(bytes.length, Buffer.alloc(0))).json?.stored);
    return path;
}

const rowOf = (doctor, id) => doctor.page.locator(`[data-testid="case-row"][data-consultation="${id}"]`);
const toBe = (doctor, state) => doctor.page.locator(`[data-testid="case"][data-state="${state}"]`).waitFor();
const heard = (wire, id, state) => wire.next('case', (row) => row.consultation === id && row.state === state, 10_000);
const open = async (doctor, id) => {
    await rowOf(doctor, id).getByTestId('case-open').click();
    await doctor.at('case').waitFor();
};
const picture = (person, name) => person.page.screenshot({ path: join(artifacts('screens'), `${name}.png`) });

test('a doctor reads a case, asks the post and a colleague, answers, closes, and hears what became of the patient', () =>
    scene('case-desk', async (s) => {
        const doctor = await s.enter(openDoctor(s.server, { viewport: OLD_LAPTOP }));
        const { device, wire } = await openPost(s);
        const colleague = await openColleague(s, s.server.doctor('surgery') ?? s.server.doctor('paediatrics'));
        const to = { party: await partyOf(s, s.server.doctor('obstetrics')) };
        const id = await file(wire, to, { intake: { reason: 'Céphalées, vue trouble', systolic: 171, diastolic: 113 } });

        const row = rowOf(doctor, id);
        await row.locator('[data-testid="case-due"][data-word="before"]').waitFor();
        assert.match(await row.getByTestId('case-due').innerText(), /répondre avant .*\d\sh\s\d\d/);
        await until('the title to count the case', async () => (await doctor.page.title()).startsWith('(1)'));
        await picture(doctor, 'case-list');
        await open(doctor, id);
        await heard(wire, id, 'read');
        assert.match(await doctor.at('record').innerText(), /Céphalées/);
        assert.ok(await doctor.at('danger').count(), 'the dangerous pressure stands out');

        await doctor.at('case-message').fill('Albumine aux urines ?');
        await doctor.press('case-ask');
        await heard(wire, id, 'asked');
        await toBe(doctor, 'asked');
        assert.equal(await doctor.attribute('case-due', 'data-word'), 'asked');
        assert.equal(await doctor.at('case-message').inputValue(), '');
        wire.say({ type: 'write_chat', consultation: id, chat: randomUUID(), text: 'Deux croix' });
        await doctor.at('chat-line').filter({ hasText: 'Deux croix' }).waitFor();
        await toBe(doctor, 'read');

        const note = await addNote(device, id);
        await doctor.press('voice-load');
        await until('the note to be heard', async () => Number(await doctor.attribute('player', 'data-place')) > 0.2);
        assert.equal((await colleague.visitor.get(note)).status, 404, 'nobody has asked the colleague');

        await doctor.press('case-opinion-ask');
        await doctor.at('colleague').filter({ hasText: colleague.name }).click();
        await picture(doctor, 'case-colleagues');
        await doctor.press('colleague-send');
        await doctor.at('colleagues').waitFor({ state: 'detached' });
        const asked = await colleague.wire.next('case', (one) => one.consultation === id);
        assert.deepEqual([asked.mine, asked.reason], [false, 'Céphalées, vue trouble']);
        assert.equal((await colleague.visitor.get(note)).status, 200);
        colleague.wire.say({ type: 'write_chat', consultation: id, chat: randomUUID(), text: 'Je serais pour évacuer' });
        await doctor.at('chat-line').filter({ hasText: 'évacuer' }).waitFor();
        colleague.wire.say({ type: 'advise', consultation: id, revision: 1, text: 'Évacuer' });
        assert.equal((await colleague.wire.refusal('advise')).code, 'not_found', 'an opinion is no answer');

        await doctor.advise('Sulfate de magnésium, puis évacuer.');
        assert.match((await wire.next('advice')).text, /magnésium/);
        await doctor.at('advice-item').filter({ hasText: 'magnésium' }).waitFor();
        assert.equal(await doctor.at('advice').inputValue(), '');
        await toBe(doctor, 'answered');
        wire.say({ type: 'read_case', consultation: id });
        await toBe(doctor, 'answer_read');
        await picture(doctor, 'case-screen');
        await doctor.page.setViewportSize(PHONE);
        await picture(doctor, 'case-screen-phone');
        const wide = await doctor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${wide} px hang over the side of a phone`);
        await doctor.page.setViewportSize(OLD_LAPTOP);

        await doctor.refer(id);
        await doctor.press('case-close');
        await doctor.press('disposition-evacuation');
        assert.ok(await doctor.at('follow-up-24').isChecked(), 'whoever is evacuated is asked after');
        await picture(doctor, 'case-close');
        await doctor.press('follow-up-72');
        await doctor.press('close-confirm');
        await rowOf(doctor, id).waitFor();
        assert.equal(await rowOf(doctor, id).getAttribute('data-state'), 'follow_up');
        const awaited = await heard(wire, id, 'follow_up');
        assert.ok(Math.abs(awaited.due_in_ms - 72 * 3_600_000) < 60_000, `${awaited.due_in_ms} ms`);
        assert.ok(!(await doctor.page.title()).startsWith('('), 'nothing is due');

        wire.say({ type: 'tell_outcome', consultation: id, outcome: 'arrived', text: 'Opérée, va bien' });
        await rowOf(doctor, id).waitFor({ state: 'detached' });
        await doctor.press('history');
        await doctor.at('outcome').filter({ hasText: 'Opérée, va bien' }).waitFor();
        const view = await device.get(`/api/consultations/${id}`);
        assert.equal(view.json.record.advice.length, 1);
    }));

test('a case that was given to a colleague is not answered twice, and what was typed is not lost', () =>
    scene('case-given', async (s) => {
        const doctor = await s.enter(openDoctor(s.server));
        const { device, wire } = await openPost(s);
        const id = await file(wire, { party: await partyOf(s, s.server.doctor('obstetrics')) });
        await open(doctor, id);
        await doctor.at('advice').fill('Repos, à revoir');
        const colleague = await openColleague(s, s.server.doctor('paediatrics'));
        await doctor.press('case-give');
        await doctor.at('colleague').filter({ hasText: colleague.name }).click();
        await doctor.press('colleague-send');
        await colleague.wire.next('case', (row) => row.consultation === id && row.mine);
        await doctor.at('advice-sign').waitFor({ state: 'detached' });
        assert.match(await doctor.at('case-kept').innerText(), /Repos, à revoir/);
        for (const _ of [1, 2]) {
            colleague.wire.say({ type: 'advise', consultation: id, revision: 1, text: 'Surveiller' });
            await colleague.wire.next('saved', (saved) => saved.what === 'advice');
        }
        const { json: view } = await device.get(`/api/consultations/${id}`);
        assert.deepEqual(view.record.advice.map(({ text }) => text), ['Surveiller']);
    }));

test('a post that is away is told kindly; a case becomes a call, and the call a case again with everything in it', () =>
    scene('case-call', async (s) => {
        const doctor = await s.enter(openDoctor(s.server));
        const { device, wire } = await openPost(s);
        const id = await file(wire, { party: await partyOf(s, s.server.doctor('obstetrics')) }, { intake: { reason: 'Saigne peu' } });
        await open(doctor, id);
        wire.end();
        await until('the page to say that the post is away', async () => {
            await doctor.press('case-call');
            return /pas connecté/.test(await doctor.at('error').first().innerText());
        });
        const again = await dial(device);
        s.atEnd(() => again.end());
        await again.hello();
        await doctor.press('case-call');
        await doctor.inCall();
        assert.match(await doctor.at('record').innerText(), /Saigne peu/);
        await doctor.press('hangup');
        await doctor.press('defer');
        await doctor.press('became-case-open');
        await toBe(doctor, 'read');
        assert.match(await doctor.at('record').innerText(), /Saigne peu/);
    }));

/** Takes everybody off the duties of a speciality. */
async function emptyRota(s, account, speciality) {
    const coordinator = new Visitor(s.server.url);
    await coordinator.signIn(account);
    const days = { from: new Date().toISOString().slice(0, 10), days: 7 };
    let { json: rota } = await coordinator.get(`/api/rota?from=${days.from}&days=7`);
    for (const slot of rota.plan.template.filter((one) => one.speciality === speciality)) {
        const body = { version: rota.version, edit: { kind: 'remove_slot', id: slot.id }, confirmed: true, days };
        rota = expect(200, await coordinator.post('/api/rota', body)).json;
    }
}

test('a coordinator sees the cases that nobody answers for, without their patients, and gives one to a doctor', () =>
    scene('case-coordinator', async (s) => {
        const account = s.server.access.coordinators[0];
        await emptyRota(s, account, 'surgery');
        const { wire } = await openPost(s);
        const id = await file(wire, { speciality: 'surgery' }, { intake: { reason: 'Hernie étranglée' } });
        await heard(wire, id, 'unassigned');
        const coordinator = await s.enter(openCoordinator(s.server, { viewport: OLD_LAPTOP }));
        const row = coordinator.page.locator(`[data-testid="case-row"][data-consultation="${id}"]`);
        await row.waitFor();
        await picture(coordinator, 'case-coordinator');
        assert.ok(!/Hernie/.test(await coordinator.page.locator('body').innerText()), 'no patient');
        const surgeon = row.locator('option', { hasText: 'Chirurgie' }).first();
        await row.getByTestId('case-doctor').selectOption(await surgeon.getAttribute('value'));
        await row.getByTestId('case-give').click();
        await heard(wire, id, 'assigned');
        await coordinator.at('no-case').waitFor();
        await coordinator.page.getByTestId('outcomes').locator('summary').click();
        await coordinator.at('no-outcome').waitFor();
    }));

test('a coordinator is told that a deadline passed and who has the case since, until it is answered', () =>
    scene('case-overdue', async (s) => {
        await s.server.stop();
        await s.server.serve({ TERANGA_CASES__STAT_S: '5' });
        const coordinator = await s.enter(openCoordinator(s.server, { viewport: OLD_LAPTOP }));
        await coordinator.at('no-case').waitFor();
        const { wire } = await openPost(s);
        const colleague = await openColleague(s, s.server.doctor('obstetrics'));
        const id = await file(wire, { party: colleague.party }, { urgency: 'stat' });
        const row = coordinator.page.locator(`[data-testid="case-row"][data-consultation="${id}"]`);
        await row.getByTestId('case-owner').filter({ hasText: /échéance dépassée \d fois, maintenant chez Dr/ }).waitFor();
        await picture(coordinator, 'case-overdue');
        await row.getByTestId('case-doctor').selectOption(colleague.party);
        await row.getByTestId('case-give').click();
        await until('the case to be answered by whom the coordinator chose', async () => {
            colleague.wire.say({ type: 'advise', consultation: id, revision: 1, text: 'Évacuer sans attendre' });
            return wire.heard.some((said) => said.type === 'case' && said.consultation === id && said.state === 'answered');
        });
        await row.waitFor({ state: 'detached' });

        colleague.wire.say({ type: 'close', consultation: id, disposition: 'advice', follow_up_h: 1 });
        await heard(wire, id, 'follow_up');
        wire.say({ type: 'tell_outcome', consultation: id, outcome: 'arrived', text: 'Opérée' });
        await wire.next('case_gone', (gone) => gone.consultation === id);
        await coordinator.page.getByTestId('outcomes').locator('summary').click();
        const arrived = coordinator.page.locator('[data-testid="outcome-count"][data-outcome="arrived"]');
        await arrived.filter({ hasText: '1' }).waitFor();
        await picture(coordinator, 'outcomes');
    }));
