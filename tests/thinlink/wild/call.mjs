// One call on a drawn link. It leaves a folder with link.json and what one-call.mjs leaves, which facts.mjs reads.
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { pause } from '../../world/wait.mjs';
import { drawTalkingHead } from '../camera.mjs';
import { openLab } from '../call.mjs';
import { SETTLE_MS, WAITING_MS } from '../one-call.mjs';
import { recorder } from '../recorder.mjs';
import { fill } from './flow.mjs';
import { overhear } from './overheard.mjs';
import { audioOf } from '../voices/files.mjs';

/** The longest delay that is looked for: a queue of 5 s, and a jitter buffer behind it. */
const DELAY_MAX_MS = 9_000;
/** The server's own words about what it believes of a link. */
const LOG = 'warn,teranga=info,security=info,teranga_media=debug';

/** @param {import('./draw.mjs').Link} link @param {string} folder @param {string} python */
export async function recordLink(link, folder, python) {
    process.env.RUST_LOG ??= LOG;
    await drawTalkingHead();
    const { post, specialist } = link.speakers;
    const lab = await openLab({ profile: link.profile ?? profileFile(link, folder), seed: link.seed, folder, farMtu: link.farMtu });
    writeFileSync(join(folder, 'link.json'), JSON.stringify(link));
    lab.scripts = [{ run: recorder, setting: { everyMs: 250 } }, { run: overhear }];
    try {
        const audio = audioOf([post, specialist], { folder, seed: link.seed });
        await lab.enter(audio);
        const wentAt = await lab.thin();
        if (link.mtu && link.mtu < 1_500) await lab.emulator.tell(`set both mtu=${link.mtu}`);
        const claimed = await lab.call(WAITING_MS);
        const heard = await lab.firstHeard(claimed);
        await pause(SETTLE_MS);
        const from = Date.now();
        const [flow, happened] = await Promise.all([flowOf(link, lab.emulator, from, python), happen(link, lab.emulator, from), till(from + link.seconds * 1_000)]);
        const to = Date.now();
        await pause(DELAY_MAX_MS);
        const { members } = await lab.kiosk.page.evaluate(() => window.overheard);
        const screens = { post: await screenOf(lab.kiosk), specialist: await screenOf(lab.doctor) };
        await lab.record({ profile: link.name, seed: link.seed, wentAt, claimed, heard, from, to, members, flow, happened, screens, clean: audio.clean, delayMaxMs: DELAY_MAX_MS, load: loadavg() });
    } catch (error) {
        error.screen = await screenOf(lab.kiosk);
        await lab.keep(error);
        throw error;
    } finally {
        await lab.close();
    }
}

/** The profile for the emulator: the link before its first event. */
function profileFile({ shape }, folder) {
    const path = `${folder}.profile.json`;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(shape));
    return path;
}

/** What a page says, in one line: where no voice comes, it must say why. */
async function screenOf(person) {
    const text = await person?.page.evaluate(() => document.body.innerText).catch(() => '');
    return (text ?? '').replace(/\s+/g, ' ').trim();
}

const till = (at) => pause(Math.max(0, at - Date.now()));

/** Lets everything happen at its second of the window, and tells when it really did. */
async function happen({ events }, emulator, from) {
    const happened = [];
    for (const { at_s: at, do: words } of events) {
        await till(from + at * 1_000);
        await emulator.tell(words);
        happened.push({ at_s: (Date.now() - from) / 1_000, do: words });
    }
    return happened;
}

async function flowOf({ flow }, emulator, from, python) {
    if (!flow) return null;
    await till(from + flow.at_s * 1_000);
    return fill(emulator, flow, python);
}
