// Chromium's encoder with redundancy (RED) must keep to its rate and send no pauses.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from '../world/browser.mjs';
import { root } from '../world/paths.mjs';
import { pause, until } from '../world/wait.mjs';

const { buildSync } = createRequire(join(root, 'web', 'package.json'))('esbuild');

let site;
let browser;
before(async () => {
    site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>bare</title>'));
    await new Promise((done) => site.listen(0, '127.0.0.1', () => done()));
    browser = await openBrowser({ url: `http://localhost:${site.address().port}` });
});
after(async () => {
    await browser.close();
    site.close();
});

/** Makes two connections of one page, of which the first one speaks. It sends no microphone until `speak`. */
const connect = async (script) => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
    const gathered = async (connection) => {
        await connection.setLocalDescription();
        while (connection.iceGatheringState !== 'complete') await new Promise((done) => setTimeout(done, 50));
        return connection.localDescription;
    };
    const worker = new Worker(URL.createObjectURL(new Blob([script])));
    await new Promise((done) => (worker.onmessage = done));
    const { sender } = near.addTransceiver('audio', { sendEncodings: [{ maxBitrate: 12_000 }] });
    sender.transform = new RTCRtpScriptTransform(worker);
    window.voice = {
        isUp: () => near.connectionState === 'connected',
        /** Sets the rate as the pages do: first on the sender, then in the answer. The server asks for no transport feedback on voice. */
        async obey(voice, bps) {
            const parameters = sender.getParameters();
            parameters.encodings[0].maxBitrate = bps;
            await sender.setParameters(parameters);
            await far.setRemoteDescription(await gathered(near));
            const { sdp } = await gathered(far);
            const lines = sdp.split('\r\n').filter((line) => !/transport-(wide-)?cc/.test(line));
            await near.setRemoteDescription({ type: 'answer', sdp: window.tuning.tuneAnswer(lines.join('\r\n'), voice) });
        },
        copy: (back) => worker.postMessage(back),
        speak: () => sender.replaceTrack(stream.getAudioTracks()[0]),
        fallSilent: () => (sender.track.enabled = false),
        async sent() {
            const stats = [...(await near.getStats()).values()];
            return stats.find(({ type, packetsSent }) => type === 'outbound-rtp' && packetsSent > 0);
        },
    };
};

/** Opens a page that speaks when it is told to. */
async function speaker() {
    const page = await browser.page('/');
    const entry = join(root, 'web', 'client', 'webrtc', 'sdp.ts');
    const [bundle] = buildSync({ entryPoints: [entry], bundle: true, write: false, format: 'iife', globalName: 'tuning' }).outputFiles;
    await page.addScriptTag({ content: bundle.text });
    await page.evaluate(connect, readFileSync(join(root, 'web', 'client', 'webrtc', 'voice-transform.worker.js'), 'utf8'));
    const obey = (bps) => page.evaluate((rate) => window.voice.obey({ ptime_ms: 120, red_bps: rate }, rate), bps);
    await obey(9_000);
    await until('the connection', () => page.evaluate(() => window.voice.isUp()));
    return { page, obey, sent: () => page.evaluate(() => window.voice.sent()) };
}

test('a rate that changes before the first word and in the middle of a sentence is the one that is sent', async () => {
    const { page, obey, sent } = await speaker();
    const runsAt = (bps) => until(`the encoder to run at ${bps}`, async () => (await sent())?.targetBitrate === bps);
    await obey(8_200);
    await page.evaluate(() => window.voice.speak());
    await runsAt(8_200);
    for (const bps of [7_000, 8_900]) {
        await obey(bps);
        await runsAt(bps);
    }
    assert.deepEqual(browser.console, []);
});

test('a pause is hardly sent, wherever the copies come from', async () => {
    const { page, obey, sent } = await speaker();
    await obey(8_200);
    await page.evaluate(() => window.voice.speak());
    await until('the voice', async () => (await sent())?.packetsSent > 10);
    await page.evaluate(() => window.voice.fallSilent());
    for (const back of [1, 2]) {
        await page.evaluate((packets) => window.voice.copy(packets), back);
        await pause(1_000);
        const before = await sent();
        await pause(4_000);
        const packets = (await sent()).packetsSent - before.packetsSent;
        assert.ok(packets >= 8 && packets <= 16, `${packets} packets in 4 s, of 33 of speech`);
    }
    assert.deepEqual(browser.console, []);
});
