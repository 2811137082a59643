// The sound files of a call: what the microphones of both sides hear, and what there was to understand of it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { made, ORDERS, RATE, said, speech, wav } from '../speech.mjs';
import { inScene, speakerOf } from './scene.mjs';
import { sentencesOf, SPEAKERS } from './speakers.mjs';

/**
 * The files of both sides. `clean` names the file without noise, in the folder, of each side that does not simply speak in a quiet room.
 * @param {string[]} speakers - at the post, and at the specialist, as of `speakerOf`; one alone is both
 * @param {{folder: string, seed: number}} how
 * @returns {{post: string, specialist: string, clean: Record<string, string>}}
 */
export function audioOf([post, specialist = post], { folder, seed }) {
    const audio = { post: '', specialist: '', clean: {} };
    for (const [side, words] of Object.entries({ post, specialist })) {
        const { name, scene } = speakerOf(words);
        if (scene === 'quiet') audio[side] = voiceFile(name, side);
        else Object.assign(audio, { [side]: join(folder, `${side}-said.wav`) }).clean[side] = sceneFiles(words, side, folder, seed);
    }
    return audio;
}

/** What a speaker says in a quiet room. @param {string} name @param {'post' | 'specialist'} side */
function voiceFile(name, side) {
    const { voice, pitch, pace } = SPEAKERS[name];
    if (!voice) return speech(side);
    // Another voice or pitch is another file.
    return made(`speech-${name}-${voice}-${pitch}-${pace}-${side}.wav`, () => said(sentencesOf(name, side), ORDERS[side]));
}

/** Writes both files of a scene, and returns the name of the clean one. */
function sceneFiles(words, side, folder, seed) {
    const sounds = inScene(words, side, seed);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${side}-said.wav`), wav(sounds.said, RATE));
    writeFileSync(join(folder, `${side}-clean.wav`), wav(sounds.clean, RATE));
    return `${side}-clean.wav`;
}
