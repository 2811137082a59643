// Firefox and Chromium without a part that the pages would like to have: WebCodecs, a camera, light in front of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothHear } from '../world/hearing.mjs';
import { openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { until } from '../world/wait.mjs';

/** Runs in the page: takes away what `setting` names, and puts limits in place under which pictures travel on the data channel. */
function without({ webCodecs, cameraFault, thin, videoFirst }) {
    if (webCodecs) for (const name of ['VideoEncoder', 'VideoDecoder', 'MediaStreamTrackProcessor']) delete window[name];
    const devices = navigator.mediaDevices;
    const ask = devices.getUserMedia.bind(devices);
    const camera = () => {
        if (cameraFault === 'missing') throw new DOMException('no camera', 'NotFoundError');
        const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
        const pen = canvas.getContext('2d');
        setInterval(() => pen.fillRect(0, 0, 640, 480), 50);
        return canvas.captureStream(20).getVideoTracks();
    };
    if (cameraFault)
        devices.getUserMedia = async ({ audio, video }) => {
            const tracks = video ? camera() : [];
            const sound = audio ? (await ask({ audio })).getTracks() : [];
            return new MediaStream([...sound, ...tracks]);
        };
    if (videoFirst) {
        const Native = window.RTCPeerConnection;
        window.RTCPeerConnection = class extends Native {
            constructor(...args) {
                super(...args);
                const line = this.addTransceiver('video', { direction: 'sendonly' });
                const codecs = RTCRtpReceiver.getCapabilities('video').codecs;
                line.setCodecPreferences(codecs.filter(({ mimeType }) => /vp9/i.test(mimeType)));
            }
        };
    }
    if (!thin) return;
    const slot = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage');
    Object.defineProperty(WebSocket.prototype, 'onmessage', {
        ...slot,
        set(listener) {
            slot.set.call(this, (event) => {
                const message = typeof event.data === 'string' && event.data.includes('"caps"') ? JSON.parse(event.data) : null;
                if (message?.type !== 'caps') return listener?.call(this, event);
                const data = JSON.stringify({ ...message, video_bps: null, pictures_bps: 20_000, rung: 'pictures' });
                listener?.call(this, new MessageEvent('message', { data }));
            });
        },
    });
}

const lacking = (setting) => ({ scripts: [{ run: without, setting }] });
const FIREFOX = { engine: 'firefox' };

/** Goes from the form to a call in which both hear each other. */
async function callEachOther(kiosk, doctor) {
    await doctor.available();
    await kiosk.fillForm();
    await kiosk.call();
    await doctor.claim();
    await doctor.inCall();
    await bothHear([kiosk, doctor]);
}

for (const [name, kioskEngine, doctorEngine] of [
    ['Firefox', FIREFOX, {}],
    ['Chromium', {}, FIREFOX],
]) {
    test(`${name} without WebCodecs: pictures travel as stills behind the voice`, () =>
        scene('without-webcodecs', async (s) => {
            const kiosk = await s.enter(openKiosk(s.server, { ...kioskEngine, ...lacking({ webCodecs: true, thin: true }) }));
            const doctor = await s.enter(openDoctor(s.server, { ...doctorEngine, ...lacking({ thin: true }) }));
            await callEachOther(kiosk, doctor);
            for (const person of [kiosk, doctor]) await person.at('slow-picture').first().waitFor({ timeout: 30_000 });
            assert.equal((await kiosk.page.evaluate(() => 'VideoEncoder' in window)), false);
        }, { everywhere: true }));

    test(`${name} with a camera that gives black, and one without a camera: both are told, and the voices flow`, () =>
        scene('camera-faults', async (s) => {
            const kiosk = await s.enter(openKiosk(s.server, { ...kioskEngine, ...lacking({ cameraFault: 'black' }) }));
            const doctor = await s.enter(openDoctor(s.server, { ...doctorEngine, ...lacking({ cameraFault: 'missing' }) }));
            await callEachOther(kiosk, doctor);
            await kiosk.at('camera-black').waitFor({ timeout: 30_000 });
            assert.equal(await doctor.at('camera-black').count(), 0);
            assert.equal((await kiosk.received('video')).frames, 0);
        }, { everywhere: true }));
}

// Chromium with `max-bundle` cannot apply any answer that rejects its first section ("Failed to setup RTCP mux").
test('Firefox offers a camera of an unknown codec before the voice: it is refused alone, and the transport comes up', () =>
    scene('refused-first', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server, { ...FIREFOX, ...lacking({ videoFirst: true }) }));
        await kiosk.fillForm();
        const state = () => kiosk.page.evaluate(() => window.world.pcs.at(-1)?.connectionState);
        await until('the transport', async () => (await state()) === 'connected');
        const answer = await kiosk.page.evaluate(() => window.world.pcs.at(-1).remoteDescription.sdp);
        assert.match(answer, /^m=video 0 /m);
    }, { everywhere: true }));
