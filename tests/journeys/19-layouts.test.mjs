// Layouts: on every screen with its longest content, at every size, at 200 % and in both languages, each control can be reached, and the
// vital ones are visible without scrolling.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seriousFaults } from '../world/axe.mjs';
import { layoutFaults, resize, SIZES } from '../world/layout.mjs';
import { untilNight } from '../world/night.mjs';
import { scene } from '../world/scene.mjs';
import { tour } from '../world/tour.mjs';

for (const language of ['fr', 'en'])
    test(`every control is on the screen (${language})`, { skip: language === 'en' && untilNight }, (t) =>
        scene(`layouts-${language}`, async (s) => {
            const faults = [];
            let screens = 0;
            for await (const { kind, name, page, vital } of tour(s, language)) {
                const before = page.viewportSize();
                for (const [size, window] of Object.entries(SIZES[kind])) {
                    await resize(page, window);
                    faults.push(...(await layoutFaults(page, vital)).map((fault) => `${kind}, ${name}, ${size}: ${fault}`));
                    screens++;
                }
                if (kind === 'reception' || kind === 'ambulance') faults.push(...(await seriousFaults(page, name)));
                await resize(page, before);
            }
            t.diagnostic(`figure: ${screens} screens looked at, ${faults.length} faults`);
            assert.equal(faults.length, 0, `\n${faults.join('\n')}`);
        }));
