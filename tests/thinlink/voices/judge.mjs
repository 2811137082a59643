// Judges one direction of a call by the bounds of its profile, as far as they concern a voice: those of P1 to P7 hold for every language, voice and
// scene. Pure.
import { targetOf } from '../table.mjs';
import { least, most } from '../verdict.mjs';
import { speakerOf } from './scene.mjs';

/**
 * The verdicts on what was heard of a speaker. In a noisy ward the reference is the words without the noise. STOI and PESQ beside what was sent
 * would count as a loss what a codec leaves out of the noise, and P.862 does not know a noisy reference. The link and the codec may cost as much of the
 * intelligibility as they may elsewhere, and PESQ is only told.
 * @param {string} profile @param {string} way @param {string} words - the speaker, as of `speakerOf`
 * @param {{stoi: number | null, pesq: number | null, m2e: number | null, m2eP95: number | null, clean?: any}} heard
 */
export function verdictsOn(profile, way, words, heard) {
    const bound = (name) => targetOf(profile, way, name);
    const within = (name, what, unit) => bound(name) !== undefined && most(what, heard[name], bound(name), unit);
    const delays = [within('m2e', 'mouth to ear p50', 'ms'), within('m2eP95', 'mouth to ear p95', 'ms')];
    if (bound('stoi') === undefined) return delays.filter(Boolean);
    const ofVoice = speakerOf(words).scene === 'ward'
        ? [most('STOI lost between the microphone and the ear', lostOf(heard.clean), Number((1 - bound('stoi')).toFixed(3)), '')]
        : [least('STOI', heard.stoi, bound('stoi')), bound('pesq') !== undefined && least('PESQ', heard.pesq, bound('pesq'), BEST_PESQ)];
    return [...ofVoice, ...delays].filter(Boolean);
}

/** PESQ of what is not changed at all. */
const BEST_PESQ = 4.6;

const lostOf = ({ stoiSent, stoiHeard }) => (stoiHeard === null || stoiSent === null ? null : Math.max(0, stoiSent - stoiHeard));
