// People write to each other during a call over the thin link. Reports what that costs the voice.
import { join } from 'node:path';
import { pause } from '../world/wait.mjs';
import { drawTalkingHead } from './camera.mjs';
import { openLab } from './call.mjs';
import { compared, table } from './photo.mjs';

/** A call settles; then its voice is scored for so long without a text, and for so long with one after the other. */
const SETTLE_MS = 15_000;
const BEFORE_MS = 40_000;
/** Somebody who types on a tablet needs so long for a text; the other side answers in the middle of it. */
const EVERY_MS = 5_000;
const TEXTS = 8;
/** A usual text, and the longest one. */
const SHORT = 'La patiente saigne encore, la tension est à neuf sur cinq.';
const LONG = 'Sulfate de magnésium : 4 g en intraveineuse lente. '.repeat(10).slice(0, 500);

/** @param {{profile: string, seed: number, folder: string, python: string}} how */
export async function chatOver({ profile, seed, folder, python }) {
    await drawTalkingHead();
    const place = join(folder, `chat-${profile}-${seed}`);
    const lab = await openLab({ profile, seed, folder: place });
    try {
        await lab.enter();
        const wentAt = await lab.thin();
        await lab.firstHeard(await lab.call());
        const people = [lab.kiosk, lab.doctor];
        for (const person of people) {
            await person.at('chat').waitFor({ timeout: 60_000 });
            await person.press('chat');
        }
        await pause(SETTLE_MS);
        const from = Date.now();
        await pause(BEFORE_MS);
        const began = Date.now();
        for (let number = 1; number <= TEXTS; number += 1) {
            for (const person of people) {
                await person.at('chat-field').fill(number === TEXTS ? LONG : `${SHORT} ${number}`);
                await person.press('chat-send');
                await pause(EVERY_MS / 2);
            }
        }
        const ended = Date.now();
        await pause(5_000);
        const shown = await Promise.all(people.map((person) => person.at('chat-line').count()));
        await lab.record({ profile, seed, from, to: began });
        const windows = { before: [from, began], during: [began, ended] };
        return compared(place, python, wentAt, windows).map((one) => ({ profile, seed, texts: Math.min(...shown), ...one }));
    } catch (error) {
        await lab.keep(error);
        throw error;
    } finally {
        await lab.close();
    }
}

/** @param {any[]} rows */
export const chatTable = (rows) => table(['profile', 'seed', 'texts'], rows, (r) => [r.profile, r.seed, r.texts]);
