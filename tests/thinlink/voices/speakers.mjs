// Who speaks in the laboratory: a recorded English man, and voices of espeak-ng in French and English, a woman, a man and a child each.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RATE, read, recorded } from '../speech.mjs';

/** espeak-ng writes this many samples per second. */
const ESPEAK_RATE = 22_050;

/**
 * The speakers by name. `voice`, `pitch` (0 to 99) and `pace` (words a minute) are espeak-ng's; without them the voice is the recorded one. Women
 * speak at 205, men at 105 and children at 300 Hz. After `fr-fr` instead of `fr` espeak-ng 1.51 passes the variant over, and everybody is a man.
 * @type {Record<string, {language: 'fr' | 'en', who: 'woman' | 'man' | 'child', voice?: string, pitch?: number, pace?: number}>}
 */
export const SPEAKERS = {
    'fr-woman': { language: 'fr', who: 'woman', voice: 'fr+f2', pitch: 55, pace: 155 },
    'fr-man': { language: 'fr', who: 'man', voice: 'fr+m3', pitch: 48, pace: 160 },
    'fr-child': { language: 'fr', who: 'child', voice: 'fr+f5', pitch: 85, pace: 145 },
    'en-woman': { language: 'en', who: 'woman', voice: 'en+f2', pitch: 55, pace: 155 },
    'en-man': { language: 'en', who: 'man', voice: 'en+m3', pitch: 48, pace: 160 },
    'en-child': { language: 'en', who: 'child', voice: 'en+f5', pitch: 85, pace: 145 },
    'en-recorded': { language: 'en', who: 'man' },
};
export const NAMES = Object.keys(SPEAKERS);

/** Neither side ever says what the other says, so that nobody's voice is taken for the other's. */
const SENTENCES = {
    fr: {
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
    },
    en: {
        post: [
            'Good morning doctor, I am calling from the health post of Nabadji.',
            'The patient is eight months pregnant, and her head has been aching since this morning.',
            'Her blood pressure is one sixty over ten, and her feet are very swollen.',
            'She has vomited twice during the night.',
            'We have no more magnesium sulphate here.',
        ],
        specialist: [
            'Good morning, I hear you well, please show me the test strip.',
            'Set up a drip, and lay her down on her left side.',
            'She has to be taken to the hospital of Matam at once.',
            'Measure the pressure again every ten minutes.',
            'Is the baby still moving, and what is the rate of its heart?',
        ],
    },
};

/** Why there are no voices of espeak-ng here, in a sentence that says what to do; empty if there are. */
export const whyMute = () => (spawnSync('espeak-ng', ['--version']).status === 0 ? '' : 'there is no program espeak-ng: run  scripts/setup thinlink');

/** What a speaker says on one side of a call, a sentence each, at `RATE`. @param {string} name @param {'post' | 'specialist'} side */
export function sentencesOf(name, side) {
    const how = SPEAKERS[name];
    return how.voice ? spoken(how, SENTENCES[how.language][side]) : recorded();
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

/** Samples on each side of a place that its value is made of. */
const HALF = 24;

/** Another, higher sampling rate, by a windowed sinc that lets everything pass that the samples hold. @param {Float32Array} samples */
export function resampled(samples, from, to) {
    const step = from / divisor(from, to);
    const phases = to / divisor(from, to);
    const kernels = Array.from({ length: phases }, (_, phase) => kernelAt(phase / phases));
    return Float32Array.from({ length: Math.floor((samples.length * to) / from) }, (_, n) => {
        const whole = Math.floor((n * step) / phases);
        const kernel = kernels[(n * step) % phases];
        let sum = 0;
        for (let k = Math.max(0, HALF - 1 - whole); k < kernel.length && whole - HALF + 1 + k < samples.length; k += 1) sum += samples[whole - HALF + 1 + k] * kernel[k];
        return sum;
    });
}

/** The weights of the samples around a place between two of them. @param {number} share - 0 at the first one */
function kernelAt(share) {
    return Float32Array.from({ length: 2 * HALF }, (_, k) => {
        const x = share + HALF - 1 - k;
        const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
        return sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / (HALF + 1)));
    });
}

const divisor = (one, other) => (other === 0 ? one : divisor(other, one % other));
