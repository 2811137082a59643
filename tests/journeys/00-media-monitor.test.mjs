// Test of the media monitor itself: it hears and sees what is sent, and nothing else.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { openBrowser } from '../world/browser.mjs';
import { voices } from '../world/fixtures.mjs';
import { until } from '../world/wait.mjs';

let site;
let browsers = [];
before(async () => {
    site = createServer((_, response) => {
        response.setHeader('content-type', 'text/html');
        response.end('<!doctype html><title>bare</title><video id="far" autoplay playsinline></video>');
    });
    await new Promise((done) => site.listen(0, '127.0.0.1', () => done()));
});
after(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    site.close();
});

const offer = async () => {
    const pc = new RTCPeerConnection();
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    for (const track of stream.getTracks()) pc.addTrack(track, stream);
    pc.ontrack = ({ streams }) => (document.querySelector('#far').srcObject = streams[0]);
    await pc.setLocalDescription();
    await new Promise((done) => (pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && done()));
    return pc.localDescription.sdp;
};
const answer = async (sdp) => {
    const pc = new RTCPeerConnection();
    pc.ontrack = ({ streams }) => (document.querySelector('#far').srcObject = streams[0]);
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    await pc.setRemoteDescription({ type: 'offer', sdp });
    for (const track of stream.getTracks()) pc.addTrack(track, stream);
    await pc.setLocalDescription();
    await new Promise((done) => (pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && done()));
    return pc.localDescription.sdp;
};

test('two bare pages hear and see each other, and the monitor tells whom', async () => {
    const url = `http://localhost:${site.address().port}`;
    browsers = await Promise.all(['kiosk', 'doctor'].map((name) => openBrowser({ url, voice: voices[name] })));
    const [kiosk, doctor] = await Promise.all(browsers.map((browser) => browser.page('/')));
    await Promise.all([kiosk, doctor].map((page) => page.locator('body').click()));
    const back = await doctor.evaluate(answer, await kiosk.evaluate(offer));
    await kiosk.evaluate((sdp) => window.world.pcs[0].setRemoteDescription({ type: 'answer', sdp }), back);

    const hears = (page, tone) => page.evaluate((t) => window.world.heard(t, 1_000), tone);
    await until('the kiosk to be heard', async () => (await hears(doctor, voices.kiosk.tone)) > 0.8);
    await until('the doctor to be heard', async () => (await hears(kiosk, voices.doctor.tone)) > 0.8);
    assert.ok((await hears(doctor, voices.doctor.tone)) < 0.05, 'nobody hears themself');
    assert.ok((await hears(kiosk, voices.guest.tone)) < 0.05, 'nobody hears who is not there');

    const [colour] = await until('a picture', async () => {
        const seen = await doctor.evaluate(() => window.world.colours());
        return seen.length > 0 && seen;
    });
    voices.kiosk.colour.forEach((want, i) => assert.ok(Math.abs(colour[i] - want) < 45, `colour ${colour}`));
    assert.ok(await doctor.evaluate(() => window.world.audible()), 'the loudspeaker plays');

    await kiosk.evaluate(() => window.world.sent[0].getAudioTracks().forEach((track) => (track.enabled = false)));
    await until('silence', async () => (await hears(doctor, voices.kiosk.tone)) < 0.05);
});
