// One bound and what came of it. Pure.

/** A bound that was never reached is so many times missed. */
export const NEVER = 10;

/**
 * `excess` is the measure in units of the bound: above 1 it is missed.
 * @typedef {{what: string, measured: number | null, bound: number, unit: string, held: boolean, excess: number}} Verdict
 */

/** A measure that must not be more. @param {string} what @param {number | null} measured @param {number} bound @param {string} unit */
export const most = (what, measured, bound, unit) => verdict(what, measured, bound, unit, measured === null ? NEVER : measured / bound);
/** A share or a grade that must not be less. @param {string} what @param {number | null} measured @param {number} bound @param {number} [best] - there is */
export const least = (what, measured, bound, best = 1) => verdict(what, measured, bound, '', measured === null ? NEVER : (best - measured) / (best - bound));

const verdict = (what, measured, bound, unit, excess) => ({ what, measured, bound, unit, held: excess <= 1, excess: Math.min(NEVER, excess) });

/** A bound and what came of it, in words. @param {Verdict} verdict */
export function inWords({ what, measured, bound, unit }) {
    const figure = measured === null ? 'never' : `${Number(measured.toFixed(measured < 10 ? 2 : 0))}${unit && ` ${unit}`}`;
    return `${what} ${figure} (bound ${bound})`;
}
