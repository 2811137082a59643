// Where somebody speaks: alone in a quiet room, in a noisy ward, softly, or with another person at the same microphone. Everything is made from
// the voices of espeak-ng and from tones, and a seed makes the same noise again.
import { numbersOf } from '../../world/chance.mjs';
import { ORDERS, RATE, said } from '../speech.mjs';
import { sentencesOf, SPEAKERS } from './speakers.mjs';

/** Decibels by which a scene may be noisy or soft. */
const MOST_DB = 40;
/** The voices of a ward, and what share of the noise's power each source has. */
const BABBLE = ['fr-man', 'en-woman', 'fr-child', 'en-man', 'fr-woman'];
const SHARES = { babble: 0.6, hum: 0.25, beeps: 0.15 };
/** The second voice at a microphone is 3 dB softer, and begins a third of a second later. */
const SECOND_GAIN = 10 ** (-3 / 20);
const SECOND_LATE_S = 0.3;

/**
 * A speaker in a scene, as `fr-woman`, `fr-woman+ward10` (a ward's noise 10 dB below the speech), `fr-woman+soft20` (20 dB softer) or
 * `fr-woman+two` (two people at once at one microphone).
 * @param {string} words @returns {{words: string, name: string, scene: 'quiet' | 'ward' | 'soft' | 'two', db: number}}
 */
export function speakerOf(words) {
    const [, name, scene = 'quiet', db = '0'] = words.match(/^([a-z-]+?)(?:\+(ward|soft|two)(\d+)?)?$/) ?? [];
    const measured = scene === 'ward' || scene === 'soft';
    if (!SPEAKERS[name] || measured !== /\d$/.test(words) || Number(db) > MOST_DB) {
        throw new Error(`no such voice: ${words} (${Object.keys(SPEAKERS).join(', ')}; after it nothing, +ward10, +soft20 or +two)`);
    }
    return { words, name, scene, db: Number(db) };
}

/**
 * What reaches the microphone, and the same without noise and at its full level, which tells what there was to understand.
 * @param {string} words - as of `speakerOf` @param {'post' | 'specialist'} side @param {number} seed
 * @returns {{said: Int16Array, clean: Int16Array}}
 */
export function inScene(words, side, seed) {
    const { name, scene, db } = speakerOf(words);
    const sentences = sentencesOf(name, side);
    const clean = said(scene === 'two' ? pairs(sentences, sentencesOf(companionOf(name), side)) : sentences, ORDERS[side]);
    if (scene === 'soft') return { clean, said: clean.map((sample) => Math.round(sample * 10 ** (-db / 20))) };
    if (scene === 'ward') return { clean, said: mixed(clean, ward(clean.length, seed), db) };
    return { clean, said: clean };
}

/** Who speaks at the same time: a man beside a woman or a child, a woman beside a man. @param {string} name */
function companionOf(name) {
    const { language, who } = SPEAKERS[name];
    return `${language}-${who === 'man' ? 'woman' : 'man'}`;
}

/** Each sentence with another one of the second person under it, which ends with it at the latest. @param {Float32Array[]} ones @param {Float32Array[]} others */
export function pairs(ones, others) {
    const late = SECOND_LATE_S * RATE;
    return ones.map((one, i) => {
        const other = others[(i + 2) % others.length];
        const gain = (SECOND_GAIN * peak(one)) / peak(other);
        return one.map((sample, n) => sample + (n >= late && n - late < other.length ? gain * other[n - late] : 0));
    });
}

/** Speech with noise so many decibels below it, as loud as a sample can be at most. @param {Int16Array} speech @param {Float32Array} noise @param {number} db */
export function mixed(speech, noise, db) {
    const gain = (activeLevel(speech) / level(noise)) * 10 ** (-db / 20);
    return speech.map((sample, n) => Math.max(-32_768, Math.min(32_767, Math.round(sample + gain * noise[n]))));
}

/** The noise of a ward: people who talk, a fan with the hum of the mains, a monitor that beeps. It goes round, so that its end fits its beginning. */
export function ward(length, seed, voices = BABBLE.flatMap((name) => [said(sentencesOf(name, 'specialist'), ORDERS.post)])) {
    const chance = numbersOf(seed);
    const sources = { babble: babble(length, chance, voices), hum: hum(length, chance), beeps: beeps(length, chance) };
    const whole = new Float32Array(length);
    for (const [name, samples] of Object.entries(sources)) {
        const gain = Math.sqrt(SHARES[name]) / level(samples);
        samples.forEach((sample, n) => (whole[n] += gain * sample));
    }
    return whole;
}

/** Each voice from a drawn place of its own on, and up to 6 dB softer. */
function babble(length, chance, voices) {
    const whole = new Float32Array(length);
    for (const voice of voices) {
        const from = Math.floor(chance() * voice.length);
        const gain = 10 ** ((-6 * chance()) / 20);
        for (let n = 0; n < length; n += 1) whole[n] += gain * voice[(from + n) % voice.length];
    }
    return whole;
}

/** The mains' 50 Hz with its overtones, and the rush of a fan: noise below some 500 Hz. */
function hum(length, chance) {
    const overtones = [1, 2, 3, 4, 6].map((nth) => ({ nth, phase: 2 * Math.PI * chance() }));
    // Whole turns of the mains, so that the end fits the beginning.
    const turns = Math.round((50 * length) / RATE);
    let rush = 0;
    return Float32Array.from({ length }, (_, n) => {
        rush += 0.065 * (2 * chance() - 1 - rush);
        const tones = overtones.reduce((sum, { nth, phase }) => sum + Math.sin((2 * Math.PI * turns * nth * n) / length + phase) / nth, 0);
        return tones / 8 + rush * 2;
    });
}

/** A monitor's tone of 960 Hz for a tenth of a second with each heartbeat, 75 to 110 a minute. */
function beeps(length, chance) {
    const every = Math.round((RATE * 60) / (75 + 35 * chance()));
    const [long, ramp] = [RATE / 10, RATE / 200];
    return Float32Array.from({ length }, (_, n) => {
        const at = n % every;
        if (at >= long) return 0;
        return Math.min(1, at / ramp, (long - at) / ramp) * Math.sin((2 * Math.PI * 960 * at) / RATE);
    });
}

const peak = (samples) => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
const level = (samples) => Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

/** The level of what is spoken, without the pauses: of the 20 ms that are within 30 dB of the loudest. @param {Int16Array} samples */
export function activeLevel(samples) {
    const FRAME = RATE / 50;
    const levels = Array.from({ length: Math.floor(samples.length / FRAME) }, (_, i) => level(samples.subarray(i * FRAME, (i + 1) * FRAME)));
    const least = Math.max(...levels) * 10 ** (-30 / 20);
    return Math.sqrt(levels.filter((one) => one >= least).reduce((sum, one, _, { length }) => sum + (one * one) / length, 0));
}
