// The kiosk's form: nothing that is typed disappears.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openKiosk } from '../world/people.mjs';
import { scene } from '../world/scene.mjs';
import { pause } from '../world/wait.mjs';

/** Presses a door, and types into a field in the same moment in which the field appears. */
const typeAtOnce = (page, door, field, value) =>
    page.evaluate(
        ([opens, wanted, text]) =>
            new Promise((resolve) => {
                const find = (name) => document.querySelector(`[data-testid="${name}"]`);
                const type = () => {
                    const input = find(wanted);
                    if (!input) return;
                    watch.disconnect();
                    input.value = text;
                    input.dispatchEvent(new Event('input', { bubbles: true }));
                    resolve();
                };
                const watch = new MutationObserver(type);
                watch.observe(document.body, { childList: true, subtree: true });
                find(opens).click();
            }),
        [door, field, value],
    );

test('what is typed in the first moment stays, with and without a draft', () =>
    scene('form-first-moment', async (s) => {
        const kiosk = await s.enter(openKiosk(s.server));
        await typeAtOnce(kiosk.page, 'urgent-obstetrics', 'field-age', '24');
        await pause(1_500);
        assert.equal(await kiosk.at('field-age').inputValue(), '24');
        await kiosk.press('back');
        await kiosk.page.reload();
        await kiosk.home();
        await typeAtOnce(kiosk.page, 'urgent-obstetrics', 'field-term', '34');
        await pause(1_500);
        assert.equal(await kiosk.at('field-term').inputValue(), '34');
        assert.equal(await kiosk.at('field-age').inputValue(), '24', 'the draft is still there');
    }));
