// Whether Chromium's encoder keeps to the rate that it is told, where each packet carries an earlier one, too (RED).
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from '../world/browser.mjs';
import { root } from '../world/paths.mjs';
import { until } from '../world/wait.mjs';

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

/** Two connections of one page; the first speaks. It sends no microphone until `speak`. */
const connect = async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
    const gathered = async (connection) => {
        await connection.setLocalDescription();
        while (connection.iceGatheringState !== 'complete') await new Promise((done) => setTimeout(done, 50));
        return connection.localDescription;
    };
    const { sender } = near.addTransceiver('audio', { sendEncodings: [{ maxBitrate: 12_000 }] });
    window.voice = {
        isUp: () => near.connectionState === 'connected',
        /** As the pages do: the rate to the sender, then the answer as it is tuned for it. Our server numbers no voice for feedback. */
        async obey(voice, bps) {
            const parameters = sender.getParameters();
            parameters.encodings[0].maxBitrate = bps;
            await sender.setParameters(parameters);
            await far.setRemoteDescription(await gathered(near));
            const { sdp } = await gathered(far);
            const lines = sdp.split('\r\n').filter((line) => !/transport-(wide-)?cc/.test(line));
            await near.setRemoteDescription({ type: 'answer', sdp: window.tuning.tuneAnswer(lines.join('\r\n'), voice) });
        },
        speak: () => sender.replaceTrack(stream.getAudioTracks()[0]),
        async rate() {
            const stats = [...(await near.getStats()).values()];
            return stats.find(({ type, packetsSent }) => type === 'outbound-rtp' && packetsSent > 0)?.targetBitrate;
        },
    };
};

test('a rate that changes before the first word and in the middle of a sentence is the one that is sent', async () => {
    const page = await browser.page('/');
    const entry = join(root, 'web', 'client', 'voice.ts');
    const [bundle] = buildSync({ entryPoints: [entry], bundle: true, write: false, format: 'iife', globalName: 'tuning' }).outputFiles;
    await page.addScriptTag({ content: bundle.text });
    await page.evaluate(connect);
    const obey = (bps) => page.evaluate((rate) => window.voice.obey({ ptime_ms: 120, red_bps: rate }, rate), bps);
    const runsAt = (bps) => until(`the encoder to run at ${bps}`, async () => (await page.evaluate(() => window.voice.rate())) === bps);
    await obey(9_000);
    await until('the connection', () => page.evaluate(() => window.voice.isUp()));
    await obey(8_200);
    await page.evaluate(() => window.voice.speak());
    await runsAt(8_200);
    for (const bps of [7_000, 8_900]) {
        await obey(bps);
        await runsAt(bps);
    }
    assert.deepEqual(browser.console, []);
});
