// The seeds of a run: drawn anew each time, so that nobody tunes to the losses of one, and printed, so that a run can be made again.
import { randomInt } from 'node:crypto';

const MOST = 2 ** 31;

/**
 * Seeds that follow one another, from a given one or from a drawn one on.
 * @param {number} count @param {string | undefined} from - as on the command line @param {(most: number) => number} [draw]
 * @returns {{list: number[], words: string}} `words` say which they are, and how to have them again
 */
export function seedsOf(count, from, draw = (most) => randomInt(most)) {
    const first = from === undefined ? draw(MOST - count) : Number(from);
    if (!(count > 0) || !Number.isSafeInteger(count) || !Number.isSafeInteger(first) || first < 0) throw new Error('--seeds N and --seeds-from N are whole numbers');
    const list = Array.from({ length: count }, (_, i) => first + i);
    return { list, words: `${from === undefined ? 'Drawn' : 'Given'} seeds ${list.join(', ')}: --seeds ${count} --seeds-from ${first} has them again.` };
}
