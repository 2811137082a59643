// Pictures on the data channel, on a link that carries no camera. The test rewrites the server's `caps` in the pages to "no camera, so
// many bits for pictures", because nothing in the server makes a good link thin.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLink } from '../world/link.mjs';
import { untilNight } from '../world/night.mjs';
import { allHear, allSee, meet, openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { pause, until } from '../world/wait.mjs';

const BUDGET = 12_000;
/** Overhead of each message in bytes: IP, UDP, DTLS, SCTP. */
const HEADERS = 95;

/** Runs in the page: replaces `caps` by the test's limits until `thin.end()`. */
function thin({ bps }) {
    const { prototype } = WebSocket;
    const slot = Object.getOwnPropertyDescriptor(prototype, 'onmessage');
    let last = null;
    let active = true;
    Object.defineProperty(prototype, 'onmessage', {
        ...slot,
        set(listener) {
            slot.set.call(this, (event) => {
                const message = typeof event.data === 'string' && event.data.includes('"caps"') ? JSON.parse(event.data) : null;
                if (message?.type !== 'caps') return listener?.call(this, event);
                last = () => listener?.call(this, event);
                if (!active) return last();
                const data = JSON.stringify({ ...message, video_bps: null, pictures_bps: bps, rung: 'pictures' });
                listener?.call(this, new MessageEvent('message', { data }));
            });
        },
    });
    window.thin = {
        end() {
            active = false;
            last?.();
        },
    };
    /** Counts the changes of the canvas in `ms`. */
    window.changes = async (ms) => {
        const canvas = document.querySelector('[data-testid="slow-picture"] canvas');
        const pen = new OffscreenCanvas(32, 24).getContext('2d', { willReadFrequently: true });
        const until = performance.now() + ms;
        let [before, count] = ['', -1];
        while (performance.now() < until) {
            pen.drawImage(canvas, 0, 0, 32, 24);
            const now = pen.getImageData(0, 0, 32, 24).data.join();
            if (now !== before) count += 1;
            before = now;
            await new Promise((done) => setTimeout(done, 40));
        }
        return { changes: count, width: canvas.width, height: canvas.height };
    };
}

/** Returns the bytes that a page has sent on its channel, and all bytes that left it without the voice. */
async function sent(person) {
    const stats = await person.stats(['data-channel', 'transport', 'outbound-rtp']);
    const sum = (type, name) => stats.filter((one) => one.type === type).reduce((total, one) => total + (one[name] ?? 0), 0);
    const messages = sum('data-channel', 'messagesSent');
    const voice = sum('outbound-rtp', 'bytesSent') + sum('outbound-rtp', 'headerBytesSent') + 10 * sum('outbound-rtp', 'packetsSent');
    return {
        at: performance.now(),
        messages,
        wire: sum('data-channel', 'bytesSent') + messages * HEADERS,
        notVoice: sum('transport', 'bytesSent') + 28 * sum('transport', 'packetsSent') - voice - 28 * sum('outbound-rtp', 'packetsSent'),
        video: stats.filter(({ type, kind }) => type === 'outbound-rtp' && kind === 'video').reduce((total, { bytesSent }) => total + bytesSent, 0),
    };
}

const counters = (person) => person.page.evaluate(() => window.teranga.pictures);

test('pictures move behind the voice within their budget, stop when asked to, and give way to the camera', (t) =>
    scene('pictures', async (s) => {
        const scripts = [{ run: thin, setting: { bps: BUDGET } }];
        const kiosk = await s.enter(openKiosk(s.server, { scripts }));
        const doctor = await s.enter(openDoctor(s.server, { scripts }));
        const people = [kiosk, doctor];
        await meet(kiosk, doctor);
        for (const one of people) {
            await one.at('slow-picture').first().waitFor();
            assert.equal(await one.attribute('rung', 'data-rung'), 'pictures');
        }
        for (const one of people) await until('pictures to be decoded', async () => (await counters(one)).decoded > 5);

        const SPAN_MS = 20_000;
        const before = await Promise.all(people.map(sent));
        const decoded = (await Promise.all(people.map(counters))).map((one) => one.decoded);
        const seen = await Promise.all(people.map((one) => one.page.evaluate((ms) => window.changes(ms), SPAN_MS)));
        const after = await Promise.all(people.map(sent));
        const counted = await Promise.all(people.map(counters));
        for (const [i, one] of people.entries()) {
            const seconds = (after[i].at - before[i].at) / 1000;
            const rate = (name) => ((after[i][name] - before[i][name]) * 8) / seconds;
            const shown = (counted[i].decoded - decoded[i]) / seconds;
            t.diagnostic(
                `figure: ${one.voice.name} sees ${shown.toFixed(1)} pictures/s of ${seen[i].width}x${seen[i].height}, ` +
                    `${seen[i].changes} changes in ${SPAN_MS / 1000} s, lost ${counted[i].lost}, age ${counted[i].lastAgeMs} ms; ` +
                    `sends ${(rate('wire') / 1000).toFixed(1)} kbit/s of pictures, ${(rate('notVoice') / 1000).toFixed(1)} of all but voice`,
            );
            assert.deepEqual([seen[i].width, seen[i].height], [320, 240]);
            assert.ok(shown >= 3, `${shown} pictures a second`);
            // A busy machine does not see every change from outside.
            assert.ok(seen[i].changes >= 2 * (SPAN_MS / 1000), `${seen[i].changes} changes`);
            assert.ok(rate('wire') <= BUDGET * 1.1, `${rate('wire')} bit/s`);
            assert.equal(after[i].video, before[i].video, 'no camera on RTP');
            assert.equal(counted[i].bad, 0);
            assert.ok(counted[i].drawn > 0.6 * counted[i].decoded, `${counted[i].drawn} of ${counted[i].decoded} were on the screen`);
            assert.equal(await one.at('picture-age').count(), 0, 'it is of now');
        }
        await allHear(people);
        await lookCloser(kiosk, doctor);
        await hide(kiosk, doctor);

        await kiosk.press('stay-voice');
        await doctor.at('slow-picture').first().waitFor({ state: 'detached' });
        await kiosk.at('slow-picture').first().waitFor({ state: 'detached' });
        await pause(1_000);
        assert.equal(await kiosk.at('slow-picture').count(), 0, 'nor does any come back: the server holds them');
        await kiosk.press('stay-voice');
        for (const one of people) await one.at('slow-picture').first().waitFor();

        for (const one of people) await one.page.evaluate(() => window.thin.end());
        await allSee(people);
        for (const one of people) await one.at('slow-picture').first().waitFor({ state: 'detached' });
        await pause(500);
        await allHear(people);
    }));

/** The doctor asks for a part of the post's picture, by touch and by keyboard, and for the whole again. */
async function lookCloser(kiosk, doctor) {
    const colours = () => doctor.page.evaluate(() => {
        const pen = new OffscreenCanvas(4, 4).getContext('2d', { willReadFrequently: true });
        pen.drawImage(document.querySelector('[data-testid="slow-picture"] canvas'), 0, 0, 4, 4);
        return [...pen.getImageData(0, 0, 4, 4).data];
    });
    const shown = () => doctor.page.locator('[data-testid="closer-back"][data-state="shown"]').waitFor();
    const isWhole = () => doctor.page.locator('[data-testid="closer-look"][aria-pressed="false"]').waitFor();
    const whole = await colours();
    const { width, height } = await doctor.at('closer-look').boundingBox();
    await doctor.at('closer-look').click({ position: { x: width / 2 - height / 4, y: height / 4 } });
    await shown();
    const differs = async () => (await colours()).some((value, i) => Math.abs(value - whole[i]) > 8);
    await until('another part of the picture', differs);
    await doctor.press('closer-back');
    await isWhole();
    // The picture has the focus again.
    await doctor.page.keyboard.press('Enter');
    await shown();
    await doctor.page.keyboard.press('Escape');
    await isWhole();
    await allHear([kiosk, doctor]);
}

/** The doctor's page is hidden, and is sent nothing until it is shown again. */
async function hide(kiosk, doctor) {
    const turn = (hidden) => doctor.page.evaluate((is) => {
        Object.defineProperty(document, 'hidden', { value: is, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
    const received = async () => (await counters(doctor)).received;
    await turn(true);
    await pause(2_500);
    const before = await received();
    await pause(2_000);
    assert.equal(await received(), before, 'nobody sees pictures there');
    await allHear([kiosk, doctor]);
    await turn(false);
    await until('pictures again', async () => (await received()) > before, { within: 5_000 });
}

/** Loses datagrams in bursts in both directions, and delays the others. @param {import('../world/link.mjs').Link} link */
function spoil(link, { loss, burst_ms, delay_ms }) {
    for (const socket of [link.udp, link.upstream]) {
        const send = socket.send.bind(socket);
        let bad = false;
        const turn = () => {
            bad = !bad;
            setTimeout(turn, -Math.log(1 - Math.random()) * (bad ? burst_ms : (burst_ms * (1 - loss)) / loss)).unref();
        };
        bad = true;
        turn();
        socket.send = (...what) => {
            if (!bad) setTimeout(() => link.up && send(...what), delay_ms);
        };
    }
}

test('on a link that loses 5 % in bursts and takes 300 ms, pictures go on moving and voice is heard', { skip: untilNight }, (t) =>
    scene('pictures-lost', async (s) => {
        const scripts = [{ run: thin, setting: { bps: BUDGET } }];
        const link = await openLink(s.server.url);
        s.atEnd(() => {
            link.up = false; // What is delayed goes nowhere any more.
            return link.close();
        });
        const kiosk = await s.enter(openKiosk(s.server, { scripts, link }));
        const doctor = await s.enter(openDoctor(s.server, { scripts }));
        const people = [kiosk, doctor];
        await meet(kiosk, doctor);
        for (const one of people) await one.at('slow-picture').first().waitFor();
        spoil(link, { loss: 0.05, burst_ms: 80, delay_ms: 150 });
        await pause(2_000);
        const SPAN_S = 30;
        const before = await Promise.all(people.map(counters));
        await pause(SPAN_S * 1000);
        const after = await Promise.all(people.map(counters));
        for (const [i, one] of people.entries()) {
            const gained = (name) => after[i][name] - before[i][name];
            t.diagnostic(
                `figure: ${one.voice.name} sees ${(gained('decoded') / SPAN_S).toFixed(1)} pictures/s, ${gained('lost')} never, ` +
                    `asked ${gained('asked')} times, ${gained('starts')} of them for a new start`,
            );
            assert.ok(gained('decoded') / SPAN_S >= 1.5, `${gained('decoded')} pictures`);
        }
        await allHear(people, { share: 0.5 });
    }));

test('after an outage of 8 s pictures are back soon after the voice', { skip: untilNight }, (t) =>
    scene('pictures-outage', async (s) => {
        const scripts = [{ run: thin, setting: { bps: BUDGET } }];
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { scripts, link }));
        const doctor = await s.enter(openDoctor(s.server, { scripts }));
        const people = [kiosk, doctor];
        await meet(kiosk, doctor);
        for (const one of people) await one.at('slow-picture').first().waitFor();
        await pause(3_000);
        link.cut();
        await doctor.at('picture-age').first().waitFor();
        await pause(8_000);
        const before = (await Promise.all(people.map(counters))).map((one) => one.decoded);
        link.join();
        const since = performance.now();
        const moving = (one, i) => until(`${one.voice.name} to see pictures move again`, async () => (await counters(one)).decoded > before[i] + 1);
        await Promise.all(people.map(moving));
        const back = performance.now() - since;
        t.diagnostic(`figure: pictures move both ways ${back.toFixed(0)} ms after the link is back`);
        // The voice has the link for itself for four seconds after the return.
        assert.ok(back < 6_000, `after ${back} ms`);
        await allHear(people);
    }));
