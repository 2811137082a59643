// Noise suppression of a voice in a loud ward: Chromium's own, RNNoise in WebAssembly, and none.
// Sentences over a ward's noise pass a real Chromium's getUserMedia (its fake microphone reads a file; everything after the device is
// the real processing). Each setting records its output, and the same after our Opus settings.
//
//   npm install --prefix DIR @jitsi/rnnoise-wasm          for the comparison only: no page carries it
//   node benches/noise.mjs --python VENV/bin/python --rnnoise DIR/node_modules/@jitsi/rnnoise-wasm [--keep FOLDER]
//
// VENV has tests/thinlink/requirements.txt. Prints PESQ and STOI against the clean sentences, and the level of silence:
// the figures of docs/adr/0007-noise-suppression.md and web/client/quality/mic-silence.ts.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { openBrowser } from '../tests/world/browser.mjs';
import { root, scratch } from '../tests/world/paths.mjs';

const { values: options } = parseArgs({
    options: { python: { type: 'string', default: 'python3' }, rnnoise: { type: 'string' }, keep: { type: 'string' } },
});
const folder = options.keep ?? scratch('noise');
mkdirSync(folder, { recursive: true });
const python = (...args) => {
    const run = spawnSync(options.python, [join(root, 'benches/noise.py'), ...args], { stdio: 'inherit' });
    if (run.status !== 0) throw new Error(`noise.py ${args[0]} failed`);
};

/** Constraints of each setting; `page` has those of web/client/platform/devices.ts. */
const off = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 };
const SETTINGS = {
    raw: off,
    suppressed: { ...off, noiseSuppression: true },
    bare: { ...off, echoCancellation: true, autoGainControl: true },
    page: { ...off, echoCancellation: true, autoGainControl: true, noiseSuppression: true },
};
const SPOKEN = { names: ['still', 'snr10', 'snr5'], seconds: 44 };
const QUIET = { names: ['zeros', 'lsb', 'room80', 'room70', 'room60'], seconds: 14 };

python('make', folder);
for (const name of SPOKEN.names) await recordAll(name, Object.keys(SETTINGS), SPOKEN.seconds);
for (const name of QUIET.names) await recordAll(name, ['raw', 'page'], QUIET.seconds);
if (options.rnnoise) await cleanWithRnnoise();
python('score', folder);

/**
 * One browser a file, for the fake microphone is chosen on the command line; and one a setting: within a browser Chromium
 * gives a second listener the processing that the first has asked for.
 */
function recordAll(name, kinds, seconds) {
    return Promise.all(kinds.map((kind) => record(name, kind, seconds)));
}

async function record(name, kind, seconds) {
    const tapes = createServer((request, response) => {
        const parts = [];
        request.on('data', (part) => parts.push(part));
        request.on('end', () => {
            if (request.method === 'POST') writeFileSync(join(folder, `${name}-${request.url.slice(1)}.f32`), Buffer.concat(parts));
            response.end('<!doctype html><meta charset=utf-8>');
        });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => tapes.once('listening', resolve));
    const browser = await openBrowser({ url: `http://127.0.0.1:${tapes.address().port}`, audio: join(folder, `${name}.wav`) });
    try {
        const page = await browser.page('/');
        await page.mouse.click(10, 10);
        const levels = await page.evaluate(studio, { kind, audio: SETTINGS[kind], seconds });
        for (const [what, wanted] of Object.entries(SETTINGS[kind]))
            if (typeof wanted === 'boolean' && levels.applied[what] !== wanted) throw new Error(`${kind}: ${what} was not applied`);
        writeFileSync(join(folder, `${name}-${kind}-levels.json`), JSON.stringify(levels));
    } finally {
        await browser.close();
        tapes.close();
    }
}

/** Runs in the page: records a setting, the same through Opus, and the levels of getStats. */
async function studio({ kind, audio, seconds }) {
    const recorder = `registerProcessor('tapes', class extends AudioWorkletProcessor {
        process(inputs) {
            this.port.postMessage(inputs.map((input) => input[0]?.slice() ?? new Float32Array(128)));
            return true;
        }
    });`;
    const context = new AudioContext({ sampleRate: 48_000 });
    await context.resume();
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([recorder], { type: 'text/javascript' })));

    /** Limits of the server on a thin link: 12 kbit/s, 60 ms, no packets in silence. */
    async function throughOpus(stream) {
        const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
        const gathered = (peer) =>
            new Promise((resolve) => {
                peer.onicecandidate = ({ candidate }) => candidate || resolve();
            });
        const heard = new Promise((resolve) => (far.ontrack = ({ track }) => resolve(new MediaStream([track]))));
        near.addTransceiver(stream.getAudioTracks()[0], { direction: 'sendonly', sendEncodings: [{ maxBitrate: 12_000 }] });
        await Promise.all([gathered(near), near.setLocalDescription()]);
        await far.setRemoteDescription(near.localDescription);
        await Promise.all([gathered(far), far.setLocalDescription()]);
        const sdp = far.localDescription.sdp.replace(/useinbandfec=1/, 'useinbandfec=1;usedtx=1').concat('a=ptime:60\r\na=maxptime:60\r\n');
        await near.setRemoteDescription({ type: 'answer', sdp });
        const speaker = new Audio();
        speaker.muted = true;
        speaker.srcObject = await heard;
        void speaker.play();
        return { near, far, stream: await heard };
    }

    const microphone = await navigator.mediaDevices.getUserMedia({ audio });
    const applied = microphone.getAudioTracks()[0].getSettings();
    const line = await throughOpus(microphone);
    const tapes = { [kind]: microphone, [`${kind}-opus`]: line.stream };
    const names = Object.keys(tapes);
    const node = new AudioWorkletNode(context, 'tapes', { numberOfInputs: names.length, numberOfOutputs: 0 });
    const blocks = names.map(() => []);
    node.port.onmessage = ({ data }) => data.forEach((block, i) => blocks[i].push(block));
    names.forEach((name, i) => context.createMediaStreamSource(tapes[name]).connect(node, 0, i));

    const sources = [];
    const sent = [];
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        for (const told of (await line.near.getStats()).values()) {
            if (told.type === 'media-source') sources.push([told.audioLevel, told.totalAudioEnergy, told.totalSamplesDuration]);
            if (told.type === 'outbound-rtp') sent.push([told.packetsSent, told.bytesSent]);
        }
    }
    for (const [i, name] of names.entries()) {
        await fetch(`/${name}`, { method: 'POST', body: new Blob(blocks[i]) });
    }
    return { applied, sources, sent };
}

/** Runs RNNoise in WebAssembly, in the same engine as a page, and times it. A page would run it in an AudioWorklet. */
async function cleanWithRnnoise() {
    const { default: create } = await import(pathToFileURL(join(options.rnnoise, 'dist/rnnoise-sync.js')).href).catch(() => ({}));
    const rnnoise = await create();
    const FRAME = 480;
    const at = rnnoise._malloc(FRAME * 4);
    let spent_ms = 0;
    let frames = 0;
    for (const name of SPOKEN.names)
        for (const from of ['raw', 'bare']) {
            const bytes = readFileSync(join(folder, `${name}-${from}.f32`));
            const samples = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
            const state = rnnoise._rnnoise_create();
            for (let i = 0; i + FRAME <= samples.length; i += FRAME, frames += 1) {
                const frame = rnnoise.HEAPF32.subarray(at >> 2, (at >> 2) + FRAME);
                for (let n = 0; n < FRAME; n += 1) frame[n] = samples[i + n] * 32_768;
                const since = performance.now();
                rnnoise._rnnoise_process_frame(state, at, at);
                spent_ms += performance.now() - since;
                for (let n = 0; n < FRAME; n += 1) samples[i + n] = frame[n] / 32_768;
            }
            rnnoise._rnnoise_destroy(state);
            writeFileSync(join(folder, `${name}-${from}-rnnoise.f32`), Buffer.from(samples.buffer));
        }
    console.log(`RNNoise: ${((100 * spent_ms) / (frames * 10)).toFixed(2)} % of a core`);
}
