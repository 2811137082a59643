// The chat of a call: both ways, with marks that do not lie; a text that was written during an outage arrives once and in order; a reload and a
// killed server lose nothing; what cannot be sent stays in the field; and what was written is read afterwards.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Visitor } from '../world/http.mjs';
import { openLink } from '../world/link.mjs';
import { meet, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { dial } from '../world/socket.mjs';
import { pause, until } from '../world/wait.mjs';

const HEARS_NOT = 'Je ne vous entends pas.';
/** Frame of a WebSocket, record of TLS 1.3, headers of TCP and IPv4. */
const OVERHEAD_BYTES = { up: 6 + 22 + 40, down: 2 + 22 + 40 };
const THIN_BPS = 24_000;

const texts = (person) => person.at('chat-line').locator('.said').allTextContents();
const marks = (person) => person.page.locator('[data-testid="chat-line"][data-mark]').evaluateAll((lines) => lines.map((line) => line.dataset.mark));
const lastMark = async (person) => (await marks(person)).at(-1);
const toRead = (person, text) => until(`${person.voice.name} to read "${text}"`, async () => (await texts(person)).includes(text));
const toMark = (person, mark) => until(`the last text of ${person.voice.name} to be ${mark}`, async () => (await lastMark(person)) === mark, { within: 15_000 });

async function openChat(person) {
    await person.at('chat').waitFor({ timeout: 20_000 });
    if (!(await person.at('chat-panel').count())) await person.press('chat');
    await person.at('chat-field').waitFor();
}

async function write(person, text) {
    await person.at('chat-field').fill(text);
    await person.at('chat-field').press('Enter');
}

test('texts go both ways, their marks tell the truth, and nothing is lost or doubled by an outage, a reload or a killed server', (t) =>
    scene('text', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { link }));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);

        await openChat(kiosk);
        await kiosk.at('chat-phrase').filter({ hasText: HEARS_NOT }).click();
        await doctor.at('chat-notice').filter({ hasText: HEARS_NOT }).waitFor({ timeout: 20_000 });
        assert.equal(await doctor.at('chat-unread').textContent(), '1');
        await toMark(kiosk, 'received');
        await pause(1_500);
        assert.equal(await lastMark(kiosk), 'received', 'a closed panel has read nothing');
        await doctor.press('chat-open');
        await toMark(kiosk, 'read');
        assert.equal(await doctor.at('chat-unread').count(), 0);
        for (const vital of ['mute', 'hangup', 'close']) await doctor.at(vital).click({ trial: true });
        for (const vital of ['mute', 'phone', 'hangup']) await kiosk.at(vital).first().click({ trial: true });

        await doctor.at('chat-field').fill('Pouls');
        await doctor.at('chat-field').press('Shift+Enter');
        await doctor.page.keyboard.type('et tension ?');
        await doctor.at('chat-field').press('Enter');
        await toRead(kiosk, 'Pouls\net tension ?');
        await toMark(doctor, 'read');
        await kiosk.at('chat-field').press('Escape');
        await kiosk.at('chat-panel').waitFor({ state: 'detached' });
        assert.ok(await kiosk.at('call-screen').count(), 'Escape leaves the panel, not the call');

        await openChat(kiosk);
        await kiosk.at('chat-field').fill('x'.repeat(10_000));
        await kiosk.at('chat-field').press('Enter');
        assert.equal(await kiosk.attribute('chat-problem', 'data-code'), 'too_large');
        assert.equal((await kiosk.at('chat-field').inputValue()).length, 10_000, 'nothing typed is lost');
        await kiosk.at('chat-field').fill('\u0301\u0302\u0303');
        await kiosk.press('chat-send');
        assert.equal(await kiosk.attribute('chat-problem', 'data-code'), 'malformed');
        assert.equal((await texts(doctor)).length, 2, 'nothing of it was sent');
        await kiosk.at('chat-field').fill('');

        link.cut();
        for (const text of ['écrit sans lien 1', 'écrit sans lien 2', 'écrit sans lien 3']) await write(kiosk, text);
        await kiosk.at('outage').first().waitFor();
        await write(doctor, 'Je vous attends');
        await toMark(doctor, 'sent');
        await pause(3_000);
        assert.equal(await lastMark(doctor), 'sent', 'nobody has it');
        assert.equal(await lastMark(kiosk), 'kept');
        link.join();
        await toRead(doctor, 'écrit sans lien 3');
        await toRead(kiosk, 'Je vous attends');
        await toMark(kiosk, 'read');
        const expected = [HEARS_NOT, 'Pouls\net tension ?', 'Je vous attends', 'écrit sans lien 1', 'écrit sans lien 2', 'écrit sans lien 3'];
        assert.deepEqual([...(await texts(doctor))].sort(), [...expected].sort(), 'each once');
        const written = (await texts(doctor)).filter((text) => text.startsWith('écrit'));
        assert.deepEqual(written, expected.slice(3), 'in order');
        assert.deepEqual(await texts(kiosk), await texts(doctor), 'both read the same');

        const frames = [];
        kiosk.page.on('websocket', (socket) => {
            for (const [event, way] of [['framesent', 'up'], ['framereceived', 'down']])
                socket.on(event, ({ payload }) => frames.push({ way, text: String(payload) }));
        });
        await kiosk.at('chat-field').fill('pas encore env');
        await pause(1_000);
        await kiosk.page.reload();
        await openChat(kiosk);
        await toRead(kiosk, 'écrit sans lien 3');
        await until('what was typed to be there', async () => (await kiosk.at('chat-field').inputValue()) === 'pas encore env');
        assert.deepEqual(await texts(kiosk), await texts(doctor));
        assert.equal(await kiosk.at('chat-unread').count(), 0, 'what was read is not new');
        assert.deepEqual(new Set(await marks(kiosk)), new Set(['read']));

        await figures(t, frames, kiosk, doctor);

        await s.server.kill();
        await kiosk.at('outage').first().waitFor();
        await write(doctor, 'écrit sans serveur');
        await write(kiosk, 'moi aussi');
        await s.server.start();
        await toRead(kiosk, 'écrit sans serveur');
        await toRead(doctor, 'moi aussi');
        await toMark(doctor, 'read');
        await toMark(kiosk, 'read');
        assert.deepEqual(new Set([...(await marks(kiosk)), ...(await marks(doctor))]), new Set(['read']), 'marks survive it');
        assert.deepEqual(await texts(kiosk), await texts(doctor));
        const all = await texts(doctor);
        assert.equal(new Set(all).size, all.length, 'nothing is doubled');

        await doctor.finish();
        await kiosk.at('closed').first().waitFor();
        await doctor.press('history');
        await doctor.press('history-open');
        await doctor.at('chat-record').waitFor();
        assert.deepEqual(await texts(doctor), all, 'the record has it');
        const [saved] = await Promise.all([doctor.page.waitForEvent('download'), doctor.press('record-file')]);
        assert.match(saved.suggestedFilename(), /^teranga-[0-9a-f-]{36}\.fhir\.json$/);
        const record = JSON.parse(readFileSync(await saved.path(), 'utf8'));
        assert.equal(record.entry[0].resource.resourceType, 'Composition');
        const told = record.entry[0].resource.section.map((section) => section.text.div).join('');
        assert.ok(all.every((text) => told.includes(text.replaceAll('\n', '<br/>'))), 'the file has it');
        const [copy] = await Promise.all([doctor.page.waitForEvent('download'), doctor.press('record-copy')]);
        assert.match(copy.suggestedFilename(), /^teranga-compte-rendu-[0-9a-f-]{36}\.pdf$/);
        assert.match(readFileSync(await copy.path(), 'latin1'), /^%PDF-1\.7[^]*<pdfaid:part>3</, 'the archive copy is PDF/A-3');
        await kiosk.press('home');
        await kiosk.home();
        await kiosk.press('history');
        await kiosk.choosePin('4711');
        await kiosk.at('history-row').first().click();
        await kiosk.at('chat-record').waitFor();
        assert.deepEqual(await texts(kiosk), all);
        assert.ok(!s.server.log.includes('sans lien') && !s.server.log.includes('entends'), 'no text is in the log');
    }));

test('where the link fails the call offers to write, and a doctor who is not in it neither writes nor reads', () =>
    scene('text-offer', async (s) => {
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { link }));
        const doctor = await s.enter(openDoctor(s.server));
        await meet(kiosk, doctor);
        const consultation = await doctor.attribute('call', 'data-consultation');
        await openChat(doctor);
        await write(doctor, 'Vous m’entendez ?');
        await kiosk.at('chat-notice').waitFor({ timeout: 20_000 });
        await kiosk.press('chat-open');
        await toMark(doctor, 'read');
        await kiosk.press('chat-close');
        link.cut();
        await kiosk.at('chat-offer').waitFor();
        await kiosk.press('chat-open');
        await kiosk.at('chat-phrase').first().click();
        assert.equal(await lastMark(kiosk), 'kept');
        link.join();
        await toRead(doctor, HEARS_NOT);

        const stranger = new Visitor(s.server.url);
        await stranger.signIn(s.server.access.doctors.find(({ login }) => login !== s.server.doctor('obstetrics').login));
        const wire = await dial(stranger);
        await wire.hello();
        const chat = '5d2f0c8e-7b1a-4c39-9e64-2f8a1b3c4d5e';
        const refused = (of) => until(`${of} to be refused`, () => wire.heard.find((message) => message.type === 'error' && message.of === of));
        wire.say({ type: 'write_chat', consultation, chat, text: 'Donnez 40 g' });
        assert.equal((await refused('write_chat')).code, 'not_found');
        wire.say({ type: 'see_chat', consultation, received: 0, read: 0 });
        assert.equal((await refused('see_chat')).code, 'not_found');
        wire.say({ type: 'write_chat', consultation, chat, text: 'x', by: 'Dr Awa Ndiaye' });
        await until('a forged author to be refused', () => wire.heard.some((message) => message.type === 'error' && message.code === 'malformed'));
        assert.equal((await stranger.get(`/api/consultations/${consultation}`)).status, 404);
        assert.ok(!wire.heard.some((message) => message.type === 'chat'));
        assert.equal((await texts(doctor)).length, 2, 'nothing came of it');
    }));

/** What a message of 60 characters costs the link of the post, which writes one and reads one. */
async function figures(t, frames, kiosk, doctor) {
    const SIXTY = 'La patiente saigne encore, la tension est à neuf sur cinq.__';
    const of = (way, type) => frames.filter((frame) => frame.way === way && frame.text.includes(`"type":"${type}"`));
    const history = of('down', 'chat').map(({ text }) => Buffer.byteLength(text));
    frames.length = 0;
    await write(kiosk, SIXTY);
    await toMark(kiosk, 'read');
    const cost = (way, type) => of(way, type).reduce((sum, { text }) => sum + Buffer.byteLength(text) + OVERHEAD_BYTES[way], 0);
    const wrote = { up: cost('up', 'write_chat') + cost('up', 'see_chat'), down: cost('down', 'chat') };
    frames.length = 0;
    const answer = [...SIXTY].reverse().join('');
    await write(doctor, answer);
    await toRead(kiosk, answer);
    await toMark(doctor, 'read');
    const read = { up: cost('up', 'see_chat'), down: cost('down', 'chat') };
    const ms = (bytes) => ((bytes * 8_000) / THIN_BPS).toFixed(0);
    t.diagnostic(
        `figure: a text of 60 characters costs its writer ${wrote.up} B up and ${wrote.down} B down (answer, received, read), its reader ${read.down} B down and ` +
            `${read.up} B up; ${ms(wrote.up)} and ${ms(read.down)} ms of a link of 24 kbit/s. After a reload the chat came in pieces of at most ${Math.max(...history)} B`,
    );
    assert.ok(Math.max(wrote.up, wrote.down, read.up, read.down) < 800, JSON.stringify({ wrote, read }));
    assert.ok(Math.max(...history) < 1_500, `${history}`);
}
