// Who speaks on a drawn link: the recorded English voice, and French voices of espeak-ng, a woman, a man and a child.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { made, ORDERS, RATE, read, recorded, said, speech } from '../speech.mjs';

/** espeak-ng writes this many samples per second. */
const ESPEAK_RATE = 22_050;

/**
 * The speakers by name. `voice`, `pitch` (0 to 99) and `pace` (words a minute) are espeak-ng's; without them the voice is the recorded one. The
 * voices speak at 200, 100 and 290 Hz. After `fr-fr` instead of `fr` espeak-ng 1.51 passes the variant over, and everybody is a man.
 * @type {Record<string, {language: 'fr' | 'en', voice?: string, pitch?: number, pace?: number}>}
 */
export const SPEAKERS = {
    'fr-woman': { language: 'fr', voice: 'fr+f2', pitch: 55, pace: 155 },
    'fr-man': { language: 'fr', voice: 'fr+m3', pitch: 48, pace: 160 },
    'fr-child': { language: 'fr', voice: 'fr+f5', pitch: 85, pace: 145 },
    'en-recorded': { language: 'en' },
};

/** Neither side ever says what the other says, so that nobody's voice is taken for the other's. */
const SENTENCES = {
    post: [
        'Bonjour docteur, je vous appelle du poste de santé de Nabadji.',
        'La patiente est enceinte de huit mois, et elle a mal à la tête depuis ce matin.',
        'Sa tension est à seize dix, et ses pieds sont très gonflés.',
        'Elle a vomi deux fois cette nuit.',
        'Nous n’avons plus de sulfate de magnésium ici.',
    ],
    specialist: [
        'Bonjour, je vous entends bien, montrez-moi la bandelette.',
        'Posez une voie veineuse et couchez-la sur le côté gauche.',
        'Il faut l’évacuer tout de suite vers l’hôpital de Matam.',
        'Reprenez la tension toutes les dix minutes.',
        'Est-ce que le bébé bouge encore, et quel est son rythme cardiaque ?',
    ],
};

/** Why there are no French voices here, in a sentence that says what to do; empty if there are. */
export const whyMute = () => (spawnSync('espeak-ng', ['--version']).status === 0 ? '' : 'there is no program espeak-ng: run  scripts/setup thinlink');

/** The file of what a speaker says on one side of a call. @param {string} speaker @param {'post' | 'specialist'} side */
export function voiceFile(speaker, side) {
    const how = SPEAKERS[speaker];
    if (!how) throw new Error(`no such voice: ${speaker} (${Object.keys(SPEAKERS).join(', ')})`);
    if (!how.voice) return speech(side);
    // Another voice or pitch is another file.
    const name = `speech-${speaker}-${how.voice}-${how.pitch}-${how.pace}-${side}.wav`;
    return made(name, () => said(spoken(how, SENTENCES[side]), ORDERS[side]));
}

/** The files of both sides of a call. @param {string[]} speakers - at the post, and at the specialist; one alone is both */
export function audioOf([post, specialist = post]) {
    return { post: voiceFile(post, 'post'), specialist: voiceFile(specialist, 'specialist') };
}

/** Sentences as espeak-ng says them. */
function spoken({ voice, pitch, pace }, sentences) {
    const folder = mkdtempSync(join(tmpdir(), 'teranga-voice-'));
    try {
        return sentences.map((text, i) => {
            const path = join(folder, `${i}.wav`);
            const { status, stderr } = spawnSync('espeak-ng', ['-v', voice, '-p', `${pitch}`, '-s', `${pace}`, '-w', path, text], { timeout: 20_000 });
            if (status !== 0) throw new Error(`espeak-ng did not speak: ${stderr}`);
            return resampled(trimmed(read(path)), ESPEAK_RATE, RATE);
        });
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** Without the silence at both ends. @param {Float32Array} samples */
function trimmed(samples) {
    const heard = (sample) => Math.abs(sample) > 0.005;
    return samples.slice(samples.findIndex(heard), samples.findLastIndex(heard) + 1);
}

/** Another, higher sampling rate, by a windowed sinc that lets everything pass that the samples hold. @param {Float32Array} samples */
export function resampled(samples, from, to) {
    const HALF = 24;
    return Float32Array.from({ length: Math.floor((samples.length * to) / from) }, (_, n) => {
        const at = (n * from) / to;
        const first = Math.max(0, Math.ceil(at - HALF));
        const last = Math.min(samples.length - 1, Math.floor(at + HALF));
        let sum = 0;
        for (let k = first; k <= last; k += 1) {
            const x = at - k;
            const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
            sum += samples[k] * sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / (HALF + 1)));
        }
        return sum;
    });
}
