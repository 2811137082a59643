// Who hears whom, in a browser that plays sound and in one that only tells what it decodes.
import { pause, until } from './wait.mjs';

const isFirefox = (person) => person.browser.options.engine === 'firefox';

/** The energy of what a person has received and decoded, by its browser's own account. */
async function energy(person) {
    const voices = (await person.stats(['inbound-rtp'])).filter(({ kind }) => kind === 'audio');
    return voices.reduce((sum, { totalAudioEnergy }) => sum + (totalAudioEnergy ?? 0), 0);
}

/** True if a person hears the other now. Firefox plays nothing where there is no sound card, but tells what it decodes. */
export async function hears(person, other) {
    if (!isFirefox(person)) return (await person.hears(other)) > 0.7;
    const before = await energy(person);
    await pause(500);
    return (await energy(person)) > before + 1e-4;
}

/** Waits until two people hear each other, whichever browsers they have. */
export const bothHear = async (people, within = 15_000) => {
    for (const [one, other] of [people, [...people].reverse()])
        await until(`${one.voice.name} to hear ${other.voice.name}`, () => hears(one, other), { within });
};
