// Faults that other projects' users have reported, each played in a real browser: storage that is refused or breaks, a device in
// another time zone, a telephone call that takes the microphone, an update in the middle of a call, and a sheet that is printed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { openBrowser } from '../world/browser.mjs';
import { voices } from '../world/fixtures.mjs';
import { allHear, Doctor, Kiosk, meet, openDoctor, patient } from '../world/people.mjs';
import { binary } from '../world/paths.mjs';
import { missingFrom, printed } from '../world/printed.mjs';
import { scene } from '../world/scene.mjs';
import { openFront } from '../world/updated-pages.mjs';
import { now, pause, until } from '../world/wait.mjs';

/** The browser keeps nothing for this page, as with its cookies blocked. */
function refuseStorage() {
    const refuse = () => {
        throw new DOMException('refused by the test', 'SecurityError');
    };
    for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get: refuse });
    IDBFactory.prototype.open = refuse;
}

/** The device lost its power while values were written. */
function halfWrite() {
    for (const [name, value] of Object.entries({ busy: 'tru', place: '{"name":', fallback: '7', checked: '', time_zone: '"Afri' }))
        localStorage.setItem(name, value);
}

/** Lets the test close the databases under the page, and take the microphone as a telephone call does. */
function breakable() {
    const opened = [];
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (...how) {
        const request = open.apply(this, how);
        request.addEventListener('success', () => opened.push(request.result));
        return request;
    };
    window.closeDatabases = () => opened.splice(0).map((database) => database.close()).length;
    window.print = () => {};
    const devices = navigator.mediaDevices;
    const ask = devices.getUserMedia.bind(devices);
    window.telephone = (rings) => {
        devices.getUserMedia = rings ? () => Promise.reject(new DOMException('taken', 'NotReadableError')) : ask;
        if (!rings) return;
        for (const track of window.world.sent.flatMap((stream) => stream.getAudioTracks())) {
            track.stop();
            track.dispatchEvent(new Event('ended'));
        }
    };
}

test('a browser that keeps nothing: post and doctor are told once, and speak', () =>
    scene('no-storage', async (s) => {
        const scripts = [{ run: refuseStorage }];
        const browser = await openBrowser({ url: s.server.url, voice: voices.kiosk, scripts });
        const kiosk = await s.enter(Promise.resolve(new Kiosk(browser, await browser.page('/poste'))));
        await kiosk.enroll(s.server.access.kiosk[0].code);
        assert.equal(await kiosk.at('storage').count(), 1, 'one sentence');
        const doctor = await s.enter(openDoctor(s.server, { scripts }));
        assert.equal(await doctor.at('storage').count(), 1, 'one sentence');
        await meet(kiosk, doctor);
        const ops = await doctor.browser.page('/exploitation');
        await ops.getByTestId('login').waitFor();
    }));

test('half-written values are ignored', () =>
    scene('half-written', async (s) => {
        const browser = await openBrowser({ url: s.server.url, voice: voices.kiosk, scripts: [{ run: halfWrite }] });
        const kiosk = await s.enter(Promise.resolve(new Kiosk(browser, await browser.page('/poste'))));
        await kiosk.enroll(s.server.access.kiosk[0].code);
        await kiosk.page.reload();
        await kiosk.home();
        await kiosk.page.waitForFunction(() => document.querySelector('[data-testid="place"]')?.textContent);
    }));

test('a tablet whose database is closed, whose disk is full, whose microphone is taken and whose zone is Paris', (t) =>
    scene('one-bad-tablet', async (s) => {
        const how = { url: s.server.url, voice: voices.kiosk, timezone: 'Europe/Paris', scripts: [{ run: breakable }] };
        const browser = await openBrowser(how);
        const kiosk = await s.enter(Promise.resolve(new Kiosk(browser, await browser.page('/poste'))));
        await kiosk.enroll(s.server.access.kiosk[0].code);
        await closedDatabase(kiosk);
        await fullDisk(kiosk);
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await doctor.claim();
        await doctor.inCall();
        await allHear([kiosk, doctor]);
        await takenMicrophone(t, kiosk, doctor);
        await sheet(t, s, kiosk, doctor);
    }));

/** What is typed after the browser has closed the database is on the tablet, and the tablet is still enrolled. */
async function closedDatabase(kiosk) {
    await kiosk.press('urgent-obstetrics');
    await kiosk.at('field-reason').fill('avant');
    await pause(500);
    assert.ok((await kiosk.page.evaluate(() => window.closeDatabases())) > 0);
    await kiosk.at('field-reason').fill('après la fermeture');
    await pause(800);
    await kiosk.page.reload();
    await kiosk.press('urgent-obstetrics');
    assert.equal(await kiosk.at('field-reason').inputValue(), 'après la fermeture');
    assert.equal(await kiosk.at('enrolment').count(), 0);
}

/** The disk takes nothing more: the request is sent all the same, and nothing says that it was not. */
async function fullDisk(kiosk) {
    const session = await kiosk.browser.context.newCDPSession(kiosk.page);
    const { origin } = new URL(kiosk.page.url());
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 0 });
    await kiosk.at('field-reason').fill(patient.reason.padEnd(290, ' .'));
    await kiosk.call();
    await until('the request to be with the server', async () => (await kiosk.requestState()) === 'waiting');
    assert.equal(await kiosk.at('error').count(), 0);
    await session.send('Storage.overrideQuotaForOrigin', { origin });
}

/** A telephone call takes the microphone for some seconds. */
async function takenMicrophone(t, kiosk, doctor) {
    await kiosk.page.evaluate(() => window.telephone(true));
    await kiosk.at('mic-state').getByText(/pris par un appel/).waitFor({ timeout: 5_000 });
    await until('the post to be silent', async () => (await doctor.hears(kiosk, 500)) < 0.1);
    await pause(4_000);
    await kiosk.page.evaluate(() => window.telephone(false));
    const free = now();
    await until('the voice to come back by itself', async () => (await doctor.hears(kiosk, 500)) > 0.5, { within: 10_000 });
    t.diagnostic(`figure: the voice is back ${(now() - free).toFixed(0)} ms after the telephone gave the microphone back`);
    await kiosk.at('mic-state').waitFor({ state: 'detached' });
}

/** The longest advice is printed on A4 and on A5, and read back; then it is corrected. */
async function sheet(t, s, kiosk, doctor) {
    const points = Array.from({ length: 200 }, (_, i) => `Point ${i + 1} : surveiller la tension.`);
    const text = points.join('\n').slice(0, 3_990).trimEnd();
    await doctor.advise(text);
    await kiosk.at('advice-item').first().waitFor();
    const said = await kiosk.at('advice-item').first().innerText();
    const dated = /(\p{L}+ \d{1,2}(?:er)? \p{L}+ \d{4} à (\d\d):(\d\d))/u.exec(said);
    const utc = new Date();
    assert.ok(dated, `no date with a year in: ${said.slice(-120)}`);
    const apart = (Number(dated[2]) * 60 + Number(dated[3]) - utc.getUTCHours() * 60 - utc.getUTCMinutes() + 1440) % 1440;
    assert.ok(apart === 0 || apart === 1439, `${dated[1]} is not the time of Dakar`);
    await kiosk.press('print');
    await kiosk.page.locator('.paper svg').waitFor({ state: 'attached' });
    const consultation = await doctor.attribute('call', 'data-consultation');
    const hash = createHash('sha256').update(text).digest('base64url');
    for (const format of ['A4', 'A5']) {
        const paper = await printed(kiosk.page, format);
        t.diagnostic(`figure: 4,000 characters of advice are ${paper.pages} pages of ${format}`);
        assert.equal(missingFrom(paper.words, text), '', `${format}: cut`);
        const all = paper.words.join(' ');
        assert.ok(all.includes(dated[1]), `${format}: the date`);
        assert.ok(all.includes(`${s.server.doctor('obstetrics').name} (n° DEMO-1437 à l’ordre)`), `${format}: the signer`);
        assert.ok(all.includes(`n° ${consultation.slice(0, 4)}-${consultation.slice(4, 8)}`.toUpperCase().replace('N°', 'n°')), `${format}: the number`);
        assert.match(all, /33 000 00/, `${format}: the telephone`);
        for (let page = 1; page <= paper.pages; page += 1) assert.ok(all.includes(`Page ${page}/${paper.pages}`), `${format}: page ${page}`);
        assert.ok(all.includes(patient.reason), `${format}: the reason`);
        assert.ok(!all.includes('Terminer'), `${format}: a button is on the paper`);
        assert.ok(paper.isBlackOnWhite, `${format}: black on white`);
        const [form, number, , sealed] = (paper.code ?? '').split('\n');
        assert.deepEqual([form, number, sealed], ['TERANGA1', `n=${consultation}`, `sha256=${hash}`], `${format}: the code`);
    }
    await corrected(kiosk, doctor, dated[2] + ':' + dated[3]);
}

/** The sheet of a correction holds the text that stands, and warns of the sheet with the former one. */
async function corrected(kiosk, doctor, former) {
    const text = 'Sulfate de magnésium 4 g, et non 14 g';
    await doctor.press('advice-correct');
    await doctor.advise(text);
    await kiosk.page.locator('[data-testid="advice-item"][data-corrected="true"]').waitFor();
    assert.match(await kiosk.page.locator('[data-corrected="true"] del').innerText(), /Point 1 :/, 'the screen keeps both');
    await kiosk.press('print');
    await kiosk.page.locator('.paper .replaces').waitFor({ state: 'attached' });
    for (const format of ['A4', 'A5']) {
        const paper = await printed(kiosk.page, format);
        const all = paper.words.join(' ');
        assert.ok(paper.pages < 3, `${format}: the former text takes no page`);
        assert.ok(all.includes(text), `${format}: the correction`);
        assert.ok(!all.includes('Point 1 :'), `${format}: the former text`);
        assert.ok(all.includes(`remplace celui de ${former}, qui ne doit plus être suivi`), `${format}: ${all}`);
        const hash = createHash('sha256').update(text).digest('base64url');
        assert.equal((paper.code ?? '').split('\n')[3], `sha256=${hash}`, `${format}: the code`);
    }
}

test('an update while one of two tabs is in a call removes nothing, and takes over when no tab is', (t) =>
    scene('update-two-tabs', async (s) => {
        const front = await openFront(s.server);
        s.atEnd(() => front.close());
        const browser = await openBrowser({ url: front.url, voice: voices.doctor });
        const doctor = await s.enter(Promise.resolve(new Doctor(browser, await browser.page('/medecin'))));
        await doctor.signIn(s.server.doctor('obstetrics'));
        await doctor.page.evaluate(() => navigator.serviceWorker.ready);
        const post = await openBrowser({ url: s.server.url, voice: voices.kiosk });
        const kiosk = await s.enter(Promise.resolve(new Kiosk(post, await post.page('/poste'))));
        await kiosk.enroll(s.server.access.kiosk[0].code);
        await meet(kiosk, doctor);

        const idle = await browser.page('/medecin');
        await idle.evaluate(() => navigator.serviceWorker.ready);
        const late = await idle.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('teranga-medecin-')));
        front.update({
            worker: (text) => text.replace(/("\/medecin",version:)"\w+"|("page":"\/medecin","version":)"\w+"/, '$1$2"feedbeef"').replace(/"\/a\/DeviceDialog\.\w+\.js",?/g, ''),
            gone: (path) => path.startsWith('/a/DeviceDialog.'),
        });
        await idle.evaluate(async () => (await navigator.serviceWorker.getRegistration('/medecin')).update());
        const waiting = () => idle.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration('/medecin')).waiting));
        await until('the new version to wait', waiting, { within: 15_000 });
        await pause(7_000);
        assert.equal(await waiting(), true, 'it still waits');
        const kept = await idle.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('teranga-medecin-')));
        for (const name of late) assert.ok(kept.includes(name), `${name} was removed`);
        await doctor.press('devices');
        await doctor.at('check-mic').waitFor({ timeout: 5_000 });
        await doctor.page.keyboard.press('Escape');
        await allHear([kiosk, doctor]);

        const ended = now();
        await doctor.finish();
        await doctor.at('closed').getByRole('button').click();
        const left = () => doctor.page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('teranga-medecin-')).join());
        await until('the new version to be alone', async () => (await left().catch(() => '')) === 'teranga-medecin-feedbeef', { within: 25_000 });
        t.diagnostic(`figure: the new version was alone ${(now() - ended).toFixed(0)} ms after the call had ended`);
    }));

/** Lets the test put the wall clock forward, as a tablet finds it after it slept. */
function sleepable() {
    const wall = Date.now;
    let slept_ms = 0;
    Date.now = () => wall() + slept_ms;
    window.sleepFor = (ms) => (slept_ms += ms);
}

/** A one-time code for the post's tablet, as operations make it. */
function operatorsCode(server) {
    const said = execFileSync(binary, ['enroll', 'poste-nabadji', '--data', server.data], { encoding: 'utf8' });
    return /^code:\s+(\S+)/m.exec(said)[1];
}

test('a shared tablet tells nothing to passers-by, and a post without a link reads its advice with its PIN', (t) =>
    scene('shared-tablet', async (s) => {
        const browser = await openBrowser({ url: s.server.url, voice: voices.kiosk, scripts: [{ run: sleepable }] });
        const kiosk = await s.enter(Promise.resolve(new Kiosk(browser, await browser.page('/poste'))));
        await kiosk.enroll(operatorsCode(s.server));
        await deviceCheck(kiosk);
        await kiosk.fillForm();
        await kiosk.call();
        await until('the request to be with the server', async () => (await kiosk.requestState()) === 'waiting');
        await bytesToNobody(t, kiosk);
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await doctor.claim();
        await doctor.inCall();
        await allHear([kiosk, doctor]);
        await doctor.advise('Sulfate de magnésium, puis évacuer');
        await kiosk.at('advice-item').first().waitFor();
        await doctor.finish();
        await kiosk.choosePin('4711');
        // The slow hash takes a moment; the form goes when the PIN is kept.
        await kiosk.at('pin-new').waitFor({ state: 'detached' });
        await kiosk.press('home');
        await kiosk.home();
        await lockedTexts(s, kiosk);
    }));

/** The check passes only when every part has passed, and stays passed after a reload. */
async function deviceCheck(kiosk) {
    await kiosk.press('check');
    await kiosk.at('check-open').waitFor();
    assert.equal(await kiosk.at('check-done').count(), 0, 'nothing has passed yet');
    await kiosk.page.locator('[data-testid="check-mic"][data-tone="good"]').waitFor();
    assert.equal(await kiosk.at('check-done').count(), 0, 'nobody has heard the tone');
    await kiosk.press('heard');
    await kiosk.press('check-done');
    await kiosk.page.reload();
    assert.match(await kiosk.at('check').innerText(), /\d{4}/, 'the date of the check');
}

/** While there is no doctor to be rung, what is sent only keeps the transport. */
async function bytesToNobody(t, kiosk) {
    const sent = async () => (await kiosk.stats(['transport'])).reduce((sum, { bytesSent }) => sum + bytesSent, 0);
    await until('a transport', async () => (await sent()) > 0);
    await pause(3_000);
    const before = await sent();
    await pause(6_000);
    const minute = (await sent()) - before;
    t.diagnostic(`figure: ${minute * 10} bytes a minute are sent while nobody can be rung`);
    assert.ok(minute * 10 < 30_000, `${minute * 10} bytes a minute`);
    assert.equal((await kiosk.stats(['outbound-rtp'])).filter(({ kind, bytesSent }) => kind === 'video' && bytesSent > 0).length, 0, 'no camera');
}

/** Nothing about a patient is on the screen before the PIN, with and without a link, and all of it after. */
async function lockedTexts(s, kiosk) {
    const shows = async () => /magnésium|Ndeyefatou/.test(await kiosk.page.locator('body').innerText());
    assert.equal(await shows(), false, 'the first screen');
    await kiosk.page.reload();
    await kiosk.press('history');
    await kiosk.enterPin('0000');
    await kiosk.page.getByText('Ce n’est pas le code').waitFor();
    assert.equal(await shows(), false, 'a wrong PIN');
    await forgottenPin(s, kiosk, shows);
    await kiosk.page.evaluate(() => navigator.serviceWorker.ready);
    await s.server.kill();
    await kiosk.browser.context.setOffline(true);
    await kiosk.page.reload();
    await kiosk.at('without-link').waitFor({ timeout: 15_000 });
    assert.match(await kiosk.at('phone').innerText(), /33 000 00/);
    assert.equal(await shows(), false, 'the first screen without a link');
    await kiosk.press('read-advice');
    await kiosk.enterPin('2580');
    await kiosk.at('advice-item').filter({ hasText: 'magnésium' }).first().waitFor();
}

/** Only an operator's code replaces a PIN; then two minutes without a touch close the texts, and a touch before prolongs them. */
async function forgottenPin(s, kiosk, shows) {
    await kiosk.press('pin-forgotten');
    await kiosk.at('pin-code').fill(s.server.access.kiosk[1].code.replace(/./, (first) => (first === 'A' ? 'B' : 'A')));
    await kiosk.press('pin-code-go');
    await kiosk.page.locator('.pin [role="alert"], .pin .fault').first().waitFor();
    assert.equal(await kiosk.at('pin-new').count(), 0, 'a wrong code');
    await kiosk.at('pin-code').fill(operatorsCode(s.server));
    await kiosk.press('pin-code-go');
    await kiosk.at('pin-new').waitFor();
    assert.equal(await shows(), false, 'before the new PIN');
    await kiosk.choosePin('2580');
    // The list shows no text of a consultation until it is opened.
    await kiosk.at('history-row').first().click();
    await until('the texts after the new PIN', shows);
    for (let touch = 0; touch < 2; touch += 1) {
        await kiosk.page.evaluate(() => window.sleepFor(90_000));
        await kiosk.page.locator('h1').click();
        await pause(1_500);
        assert.equal(await shows(), true, 'touched in time');
    }
    await kiosk.page.evaluate(() => window.sleepFor(125_000));
    await kiosk.at('pin').waitFor({ timeout: 3_000 });
    assert.equal(await shows(), false, 'left alone for two minutes');
}
