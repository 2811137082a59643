// Firefox at one end and Chromium at the other, both ways round: voice, camera, mute, photo, advice, a lost path, reload and end. Then
// each of them without a part that the pages would like to have.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLink } from '../world/link.mjs';
import { openDoctor, openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { now, pause, until } from '../world/wait.mjs';

const ADVICE = 'Voie veineuse, Ringer 500 ml, évacuer vers Ourossogui';
const isFirefox = (person) => person.browser.options.engine === 'firefox';

/** The energy of what a person has received and decoded, by its browser's own account. */
async function energy(person) {
    const voices = (await person.stats(['inbound-rtp'])).filter(({ kind }) => kind === 'audio');
    return voices.reduce((sum, { totalAudioEnergy }) => sum + (totalAudioEnergy ?? 0), 0);
}

/** True if a person hears the other now. Firefox plays nothing where there is no sound card, but tells what it decodes. */
async function hears(person, other) {
    if (!isFirefox(person)) return (await person.hears(other)) > 0.7;
    const before = await energy(person);
    await pause(500);
    return (await energy(person)) > before + 1e-4;
}

const bothHear = async (people, within = 15_000) => {
    for (const [one, other] of [people, [...people].reverse()])
        await until(`${one.voice.name} to hear ${other.voice.name}`, () => hears(one, other), { within });
};

const bothSee = (people) =>
    until('moving pictures both ways', async () => {
        const before = await Promise.all(people.map((person) => person.received('video')));
        await pause(1_000);
        const after = await Promise.all(people.map((person) => person.received('video')));
        return after.every(({ frames }, i) => frames - before[i].frames > 5);
    }, { within: 20_000 });

/** One is muted, and the other sees it and hears nothing. */
async function mutes(one, other) {
    await one.press('mute');
    await other.page.locator('[data-testid="far-voice"][data-voice="muted"]').waitFor();
    await until('silence', async () => !(await hears(other, one)));
    await one.press('mute');
    await other.at('far-voice').waitFor({ state: 'detached' });
    await until('the voice again', () => hears(other, one));
}

async function photo(kiosk, doctor) {
    await doctor.press('ask-photo');
    await kiosk.at('photo-request').waitFor();
    await kiosk.press('photo-take');
    await kiosk.press('photo-shoot');
    await kiosk.at('photo-still').waitFor();
    await kiosk.press('photo-send');
    await doctor.page.locator('[data-testid="photo"][data-state="whole"]').waitFor({ timeout: 60_000 });
}

for (const [at, engines] of [
    ["the doctor's", { doctor: { engine: 'firefox' }, kiosk: {} }],
    ['the post', { doctor: {}, kiosk: { engine: 'firefox' } }],
])
    test(`Firefox at ${at} holds a whole consultation with Chromium`, (t) =>
        scene('firefox', async (s) => {
            const link = await openLink(s.server.url);
            s.atEnd(() => link.close());
            const kiosk = await s.enter(openKiosk(s.server, { ...engines.kiosk, ...(engines.kiosk.engine && { link }) }));
            const doctor = await s.enter(openDoctor(s.server, { ...engines.doctor, ...(engines.doctor.engine && { link }) }));
            const people = [kiosk, doctor];
            await doctor.available();
            await kiosk.fillForm();
            await kiosk.call();
            await doctor.claim();
            await doctor.inCall();
            await bothHear(people);
            await bothSee(people);
            await mutes(doctor, kiosk);
            await mutes(kiosk, doctor);
            await photo(kiosk, doctor);
            await doctor.advise(ADVICE);
            await kiosk.at('advice-item').filter({ hasText: 'Ringer' }).first().waitFor();

            link.cut();
            await pause(8_000);
            link.join();
            const joined = now();
            await bothHear(people);
            t.diagnostic(`figure: voice both ways ${(now() - joined).toFixed(0)} ms after 8 s without media`);

            for (const person of people) {
                await person.page.reload();
                await bothHear(people);
            }
            await doctor.finish();
            await kiosk.at('closed').first().waitFor();
            await kiosk.at('advice-item').filter({ hasText: 'Ringer' }).first().waitFor();
            const faults = people.flatMap(({ browser }) => browser.console).filter((line) => /^pageerror/.test(line) && !/ICE failed/.test(line));
            assert.deepEqual(faults, []);
        }));

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
        }));

    test(`${name} with a camera that gives black, and one without a camera: both are told, and the voices flow`, () =>
        scene('camera-faults', async (s) => {
            const kiosk = await s.enter(openKiosk(s.server, { ...kioskEngine, ...lacking({ cameraFault: 'black' }) }));
            const doctor = await s.enter(openDoctor(s.server, { ...doctorEngine, ...lacking({ cameraFault: 'missing' }) }));
            await callEachOther(kiosk, doctor);
            await kiosk.at('camera-black').waitFor({ timeout: 30_000 });
            assert.equal(await doctor.at('camera-black').count(), 0);
            assert.equal((await kiosk.received('video')).frames, 0);
        }));
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
    }));
