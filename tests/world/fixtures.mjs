// Fake microphones and cameras: each participant has a tone and a colour of its own, so that received media tells whose it is.
import { mkdirSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { target } from './paths.mjs';

/**
 * @typedef {{name: string, tone: number, colour: [number, number, number]}} Voice
 * Fundamental in Hz; red, green, blue.
 */

/** No fundamental is a harmonic of another. @type {Record<'kiosk'|'doctor'|'guest'|'other', Voice>} */
export const voices = {
    kiosk: { name: 'kiosk', tone: 440, colour: [200, 40, 40] },
    doctor: { name: 'doctor', tone: 620, colour: [40, 60, 200] },
    guest: { name: 'guest', tone: 830, colour: [40, 170, 60] },
    other: { name: 'other', tone: 1030, colour: [190, 180, 40] },
};

const RATE = 48_000;
const SECONDS = 4;
const SWITCHED_OFF_S = 14;
const SWITCHED_ON_S = 10;

/** A mono 16-bit WAV file of `samples` in -1..1. @param {Float32Array} samples @param {number} rate */
export function wav(samples, rate) {
    const bytes = Buffer.alloc(44 + samples.length * 2);
    bytes.write('RIFF', 0);
    bytes.writeUInt32LE(36 + samples.length * 2, 4);
    bytes.write('WAVEfmt ', 8);
    bytes.writeUInt32LE(16, 16);
    bytes.writeUInt16LE(1, 20);
    bytes.writeUInt16LE(1, 22);
    bytes.writeUInt32LE(rate, 24);
    bytes.writeUInt32LE(rate * 2, 28);
    bytes.writeUInt16LE(2, 32);
    bytes.writeUInt16LE(16, 34);
    bytes.write('data', 36);
    bytes.writeUInt32LE(samples.length * 2, 40);
    samples.forEach((sample, i) => bytes.writeInt16LE(Math.round(sample * 32_000), 44 + i * 2));
    return bytes;
}

/** A tone that a noise suppressor takes for speech: harmonics, and syllables four times a second. It is never silent. */
function syllables(tone) {
    return Float32Array.from({ length: RATE * SECONDS }, (_, i) => {
        const t = i / RATE;
        const loud = 0.3 + 0.7 * (0.5 - 0.5 * Math.cos(2 * Math.PI * 4 * t));
        const wave = (k, level) => level * Math.sin(2 * Math.PI * tone * k * t);
        return 0.4 * loud * (wave(1, 1) + wave(2, 0.25) + wave(3, 0.12));
    });
}

const CAMERA = { width: 640, height: 480, fps: 10, frames: 10 };

/** A plane of `colour` with a bar that moves, so that every frame differs. */
function y4m([r, g, b]) {
    const { width, height, fps, frames } = CAMERA;
    const luma = Math.round(16 + 0.257 * r + 0.504 * g + 0.098 * b);
    const cb = Math.round(128 - 0.148 * r - 0.291 * g + 0.439 * b);
    const cr = Math.round(128 + 0.439 * r - 0.368 * g - 0.071 * b);
    const parts = [Buffer.from(`YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C420jpeg\n`)];
    const chroma = (width / 2) * (height / 2);
    for (let n = 0; n < frames; n += 1) {
        const frame = Buffer.concat([
            Buffer.alloc(width * height, luma),
            Buffer.alloc(chroma, cb),
            Buffer.alloc(chroma, cr),
        ]);
        const top = Math.floor((n / frames) * (height - 16));
        frame.fill(235, top * width, (top + 16) * width);
        parts.push(Buffer.from('FRAME\n'), frame);
    }
    return Buffer.concat(parts);
}

function once(file, make) {
    const path = join(target, 'test-fixtures', file);
    if (!existsSync(path)) {
        mkdirSync(join(target, 'test-fixtures'), { recursive: true });
        writeFileSync(`${path}.${process.pid}`, make());
        renameSync(`${path}.${process.pid}`, path);
    }
    return path;
}

/** Digital silence, then the voice's tone: a microphone whose switch is moved, again and again. @param {Voice} voice */
export const switchedMicrophone = (voice) =>
    once(`switched-${voice.tone}.wav`, () => {
        const samples = new Float32Array(RATE * (SWITCHED_OFF_S + SWITCHED_ON_S));
        const said = syllables(voice.tone);
        for (let at = RATE * SWITCHED_OFF_S; at < samples.length; at += said.length) samples.set(said.subarray(0, samples.length - at), at);
        return wav(samples, RATE);
    });

/** @param {Voice} voice */
export const microphone = (voice) => once(`tone-${voice.tone}.wav`, () => wav(syllables(voice.tone), RATE));
/** @param {Voice} voice */
export const camera = (voice) => once(`colour-${CAMERA.fps}-${voice.colour.join('-')}.y4m`, () => y4m(voice.colour));
