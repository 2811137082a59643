// A megabyte of photos over a link with five outages, beside a call: each arrives whole and once, and not a byte of them is sent while the voice needs the link.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLink } from '../world/link.mjs';
import { noise } from '../world/noise.mjs';
import { openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { pause, until } from '../world/wait.mjs';

const OUTAGES = process.env.TERANGA_NIGHT ? 5 : 2;
const OUTAGE_MS = 1_500;
/** How long the voice is thin, and the time in which what was on its way may still end. */
const THIN_MS = 15_000;
const ON_ITS_WAY_MS = 2_000;

/** Runs in the page: `caps` allows no camera and no picture for as long as `thinVoice` is true, and a camera otherwise, however busy this machine is. */
function thinCaps() {
    const slot = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage');
    let last;
    globalThis.thinVoice = false;
    globalThis.tellCaps = () => last?.();
    Object.defineProperty(WebSocket.prototype, 'onmessage', {
        ...slot,
        set(listener) {
            slot.set.call(this, (event) => {
                const message = typeof event.data === 'string' && event.data.includes('"caps"') ? JSON.parse(event.data) : null;
                if (message?.type !== 'caps') return listener?.call(this, event);
                const thin = { video_bps: null, pictures_bps: 0, rung: 'voice' };
                const wide = { video_bps: 1_500_000, pictures_bps: null, rung: 'video' };
                last = () => listener?.call(this, new MessageEvent('message', { data: JSON.stringify({ ...message, ...(globalThis.thinVoice ? thin : wide) }) }));
                last();
            });
        },
    });
}

const states = (kiosk) => kiosk.at('own-attachment').evaluateAll((all) => all.map(({ dataset }) => dataset.state));
const recordOf = (person, id) => person.page.evaluate(async (path) => (await (await fetch(path)).json()).record, `/api/consultations/${id}`);

/** The page makes a photo of it that fills its budget of 200 kB. */
const NOISE = { width: 1_280, height: 960 };

test('photos arrive whole through outages, and pause behind a voice that needs the link', (t) =>
    scene('thin-uploads', async (s) => {
        const count = Number(process.env.TERANGA_PHOTOS ?? (process.env.TERANGA_NIGHT ? 6 : 4));
        const link = await openLink(s.server.url);
        s.atEnd(() => link.close());
        const kiosk = await s.enter(openKiosk(s.server, { link, scripts: [{ run: thinCaps }] }));
        const doctor = await s.enter(openDoctor(s.server));
        await doctor.available();
        await kiosk.fillForm();
        await kiosk.call();
        await kiosk.at('add-attachment').waitFor();
        // A piece of 4 kB takes a moment, as on a link that is not the fastest.
        await kiosk.page.route('**/attachments/**', async (route) => {
            await pause(40);
            await route.continue().catch(() => undefined);
        });
        const pieces = [];
        kiosk.page.on('request', (request) => {
            if (request.method() === 'PUT' && request.url().includes('/attachments/')) pieces.push({ at: Date.now(), bytes: request.postDataBuffer()?.length ?? 0 });
        });
        const sentSince = (from) => pieces.filter(({ at }) => at >= from).length;
        for (let number = 0; number < count; number += 1) {
            await kiosk.at('attach-file').setInputFiles({ name: `photo-${number}.bmp`, mimeType: 'image/bmp', buffer: noise(NOISE) });
            await until('the photo on the tablet', async () => (await states(kiosk)).length === number + 1, { within: 30_000 });
        }
        for (let outage = 0; outage < OUTAGES; outage += 1) {
            await pause(1_000);
            link.cut();
            await pause(OUTAGE_MS);
            link.join();
        }
        await until('a third of the photos', async () => (await states(kiosk)).filter((state) => state === 'sent').length >= count / 3, { within: 60_000 });

        // The link has been wide until now, so that the files were sent while it rang.
        await kiosk.page.evaluate(() => ((globalThis.thinVoice = true), globalThis.tellCaps()));
        await doctor.claim();
        await doctor.inCall();
        await until('the voices', async () => (await kiosk.hears(doctor)) > 0.7 && (await doctor.hears(kiosk)) > 0.7, { within: 30_000 });
        await pause(ON_ITS_WAY_MS);
        const from = Date.now();
        const up = link.bytes.up;
        await pause(THIN_MS);
        const beside = sentSince(from);
        const kbits = ((link.bytes.up - up) * 8) / THIN_MS;
        assert.equal(beside, 0, `${beside} pieces were sent beside a voice that needs the link`);

        await kiosk.page.evaluate(() => ((globalThis.thinVoice = false), globalThis.tellCaps()));
        const id = await until('the call on the screen', () => doctor.attribute('call', 'data-consultation'));
        const all = async () => (await recordOf(doctor, id)).attachments ?? [];
        await until('all photos', async () => (await all()).length === count, { within: 90_000, every: 500 });
        // The server has compared each with the hash that the tablet announced.
        const files = (await all()).map(({ file }) => file);
        assert.equal(new Set(files.map(({ sha256 }) => sha256)).size, count, 'each once');
        await until('the voice after the photos', async () => (await kiosk.hears(doctor)) > 0.7, { within: 10_000 });
        const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
        assert.ok(bytes > count * 100_000, `${bytes} bytes`);
        t.diagnostic(`figure: ${(bytes / 1e6).toFixed(2)} MB in ${pieces.length} pieces through ${OUTAGES} outages, whole; 0 pieces in ${THIN_MS / 1_000} s of a thin voice, ${kbits.toFixed(1)} kbit/s up`);
    }));
