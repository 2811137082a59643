// Whether a page tells its person that the network is why nobody is heard. Pure but for the texts of the pages, which it reads once.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../world/paths.mjs';

/** The texts that say so. "Réseau très faible" does not: it promises a voice. */
const REASONS = [
    'common.lost', 'common.lost_for', 'common.link.lost', 'common.member.lost', 'kiosk.link.lost', 'kiosk.talk.far_lost', 'doctor.far_lost', 'client.voice.repairing', 'client.voice.deaf',
    'client.voice.no_path', 'client.voice.far_no_path',
    'error.offline',
];
const texts = JSON.parse(readFileSync(join(root, 'web/ui/texts/fr.json'), 'utf8'));

/** What a screen says about it; empty if it says nothing. @param {string | undefined} screen - in one line */
export function reasonOf(screen) {
    const lower = (screen ?? '').toLowerCase();
    // A name or a time stands for what is in braces.
    const parts = (text) => text.split(/\{[a-z_]+\}/).map((part) => part.trim().toLowerCase()).filter((part) => part.length > 1);
    return REASONS.map((key) => texts[key]).find((text) => parts(text).every((part) => lower.includes(part))) ?? '';
}
