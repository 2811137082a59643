// What axe finds wrong with the present screen of a page.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe finds serious or critical on the present screen, one sentence for each fault.
 * @param {import('playwright-core').Page} page
 * @param {string} screen - the name that the sentences begin with
 * @returns {Promise<string[]>}
 */
export async function seriousFaults(page, screen) {
    await page.evaluate(axeSource);
    const violations = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ['violations'] })).violations);
    return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, help, nodes }) => `${screen}: ${id}: ${help}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}
