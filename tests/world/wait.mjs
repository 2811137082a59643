// Waits for conditions instead of a number of seconds. Every wait has a limit and says what it waited for.

/** @param {number} ms */
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Polls until `probe` gives something truthy, and returns it.
 * @template T
 * @param {string} what - finishes the sentence "waited in vain for …"
 * @param {() => T | Promise<T>} probe - may throw while things are not ready
 * @param {{within?: number, every?: number}} [how] - both in ms
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, probe, { within = 15_000, every = 50 } = {}) {
    const end = performance.now() + within;
    let last;
    for (;;) {
        try {
            const got = await probe();
            if (got) return got;
            last = got;
        } catch (error) {
            last = error;
        }
        if (performance.now() > end) {
            const seen = last instanceof Error ? last.message : JSON.stringify(last);
            throw new Error(`waited ${within} ms in vain for ${what}; last seen: ${seen}`);
        }
        await pause(every);
    }
}

/** @param {number[]} numbers */
export const median = (numbers) => {
    const sorted = [...numbers].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Wall clock with a fraction, comparable with the `t` of every page on this machine. */
export const now = () => performance.timeOrigin + performance.now();
