// Speech of both sides: recorded sentences with silences between them, each side in an order of its own, repeated without end.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, target } from '../world/paths.mjs';

/** Samples per second of what both sides say. */
export const RATE = 48_000;
const SENTENCES = [
    'tests/assets/speech-long.wav',
    'tests/assets/speech-short.wav',
    'tests/thinlink/assets/speech-0890.wav',
    'tests/thinlink/assets/speech-0920.wav',
    'tests/thinlink/assets/speech-0930.wav',
];
/** Neither side ever says what the other says at the same time for long: other sentences, other silences. */
export const ORDERS = {
    post: { order: [0, 4, 2, 1, 3], silences: [1.3, 1.0, 1.9, 1.2, 1.6] },
    specialist: { order: [3, 2, 1, 0, 4], silences: [1.0, 1.7, 1.4, 2.0, 1.1] },
    // Two who take turns: each speaks for 45 % of the time.
    asking: { order: [0, 4, 2, 1, 3], silences: [0.6, 9.5, 1.2, 10, 9] },
    answering: { order: [3, 2, 1, 0, 4], silences: [10, 0.8, 10, 1.2, 8.5] },
    // Two on one side give each other time: most sentences of theirs stand alone.
    first: { order: [3, 2, 1, 0, 4], silences: [8, 9.5, 7, 10, 8.5] },
    second: { order: [1, 4, 0, 3, 2], silences: [9, 7.5, 10.5, 8, 9.5] },
};

/** A file for `--use-file-for-fake-audio-capture`, which plays it again and again. @param {keyof typeof ORDERS} side */
export function speech(side) {
    return made(`speech-${side}.wav`, () => said(recorded(), ORDERS[side]));
}

/** The recorded sentences at `RATE`. */
export const recorded = () => SENTENCES.map((name) => upsampled(read(join(root, name))));

/** The file of this name, made once. @param {string} name @param {() => Int16Array} make - what is said in it */
export function made(name, make) {
    const path = join(target, 'thinlink', name);
    if (!existsSync(path)) {
        mkdirSync(join(target, 'thinlink'), { recursive: true });
        writeFileSync(`${path}.${process.pid}`, wav(make(), RATE));
        renameSync(`${path}.${process.pid}`, path);
    }
    return path;
}

/** A mono 16-bit WAV file. @param {Int16Array} samples @param {number} rate */
export function wav(samples, rate) {
    const head = Buffer.alloc(44);
    head.write('RIFF', 0);
    head.writeUInt32LE(36 + samples.byteLength, 4);
    head.write('WAVEfmt ', 8);
    head.writeUInt32LE(16, 16);
    head.writeUInt16LE(1, 20);
    head.writeUInt16LE(1, 22);
    head.writeUInt32LE(rate, 24);
    head.writeUInt32LE(rate * 2, 28);
    head.writeUInt16LE(2, 32);
    head.writeUInt16LE(16, 34);
    head.write('data', 36);
    head.writeUInt32LE(samples.byteLength, 40);
    return Buffer.concat([head, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]);
}

/** Sentences in an order, with a silence after each. @param {Float32Array[]} sentences @param {{order: number[], silences: number[]}} how */
export function said(sentences, { order, silences }) {
    const parts = order.flatMap((which, i) => [loud(sentences[which]), new Float32Array(silences[i] * RATE)]);
    const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
        whole.set(part.map((sample) => Math.round(sample * 32_767)), at);
        at += part.length;
    }
    return whole;
}

/** Samples of a 16-bit mono WAV whose header has 44 bytes. @param {string} path */
export function read(path) {
    const bytes = readFileSync(path).subarray(44);
    return Float32Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(i * 2) / 32_768);
}

/** Three times the rate, by a windowed sinc: zeros put in between, what mirrors above 8 kHz taken out. */
function upsampled(samples) {
    const HALF = 24;
    const kernel = Array.from({ length: 2 * HALF * 3 + 1 }, (_, i) => {
        const x = (i - HALF * 3) / 3;
        const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
        return sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / (HALF + 1)));
    });
    return Float32Array.from({ length: samples.length * 3 }, (_, n) => {
        let sum = 0;
        for (let k = Math.max(0, Math.ceil(n / 3 - HALF)); k <= Math.min(samples.length - 1, Math.floor(n / 3 + HALF)); k += 1) {
            sum += samples[k] * kernel[n - 3 * k + HALF * 3];
        }
        return sum;
    });
}

/** Every sentence as loud as the others. */
function loud(samples) {
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    return samples.map((sample) => (sample * 0.5) / peak);
}
