// A machine with other work to do would be measured as the link.
import { cpus } from 'node:os';
import { pause } from '../world/wait.mjs';

/** Half of the machine idle for three seconds, waited for two minutes at most. */
const CALM_SHARE = 0.5;
const CALM_MS = 3_000;
const CALM_TRIES = 40;

/** Waits while the machine has other work. Not for ever: the row says how busy it was. */
export async function calm() {
    const idle = () => cpus().reduce((sum, { times }) => sum + times.idle, 0);
    for (let tries = 0; tries < CALM_TRIES; tries += 1) {
        const before = idle();
        await pause(CALM_MS);
        if ((idle() - before) / (CALM_MS * cpus().length) > CALM_SHARE) return;
    }
}
