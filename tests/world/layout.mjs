// Measures the layout of a screen: every control must be reachable on it, and the vital ones must be visible without scrolling.

/** The window sizes at which each page is measured. Zoom at 200 % shows a page in half as many CSS pixels each way. */
export const SIZES = {
    kiosk: { tablet: { width: 1024, height: 600 }, phone: { width: 360, height: 640 }, 'tablet at 200 %': { width: 512, height: 300 } },
    doctor: { laptop: { width: 1366, height: 768 }, phone: { width: 360, height: 640 }, 'laptop at 200 %': { width: 683, height: 384 } },
    ops: { laptop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 }, 'laptop at 200 %': { width: 640, height: 400 } },
    reception: { laptop: { width: 1366, height: 768 }, phone: { width: 390, height: 844 }, 'laptop at 200 %': { width: 683, height: 384 } },
    ambulance: { phone: { width: 360, height: 640 }, 'phone on its side': { width: 640, height: 360 }, 'small phone': { width: 320, height: 568 } },
    coordination: { laptop: { width: 1366, height: 768 }, phone: { width: 360, height: 640 }, 'laptop at 200 %': { width: 683, height: 384 } },
};

/**
 * Resizes the window, and waits until the page has drawn itself at that size and what appears has appeared: a dialog is transparent at first.
 * @param {import('playwright-core').Page} page
 */
export async function resize(page, size) {
    await page.setViewportSize(size);
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await page.evaluate(() => {
        const ending = document.getAnimations().filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime));
        return Promise.allSettled(ending.map(({ finished }) => finished)).then(() => undefined);
    });
}

/**
 * What is wrong with the layout of the present screen, one sentence for each fault.
 * @param {import('playwright-core').Page} page
 * @param {string[]} vital - test ids of what must be visible without scrolling
 * @returns {Promise<string[]>}
 */
export const layoutFaults = (page, vital = []) => page.evaluate(findFaults, { vital, contradictions: CONTRADICTIONS });

/** Pairs of selectors of statements that cannot both be so. */
const CONTRADICTIONS = [
    ...['outage', 'far-outage', 'deaf'].map((id) => [`[data-testid="${id}"]`, '[data-testid="rung-what"]']),
    ['[data-testid="outage"]', '[data-testid="link"]:not([data-link="lost"])'],
    ['[data-testid="outage"]', '[data-testid="connection"][data-state="ready"]'],
    ['[data-testid="deaf"]', '[data-testid="link"][data-link="good"]'],
    ['[data-testid="request-state"][data-state="waiting"]', '[data-testid="retry"]'],
    ['[data-testid="empty-desk"]', '[data-testid="claim"]'],
];

/** Runs in the page. */
function findFaults({ vital, contradictions }) {
    const faults = [];
    const SLACK_PX = 1;
    // Nobody reads so long a text in so narrow a column.
    const SENTENCE_CHARS = 16;
    const NARROW_EM = 3;
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth + SLACK_PX) faults.push(`the page is ${root.scrollWidth - root.clientWidth} px wider than the window`);

    const nameOf = (element) => element.dataset.testid ?? (element.getAttribute('aria-label') || element.textContent.trim().slice(0, 40) || element.tagName);
    const outside = ({ left, top, right, bottom }) =>
        left < -SLACK_PX || top < -SLACK_PX || right > innerWidth + SLACK_PX || bottom > innerHeight + SLACK_PX;
    const place = ({ left, top, right, bottom }) => [left, top, right, bottom].map(Math.round).join(' ');
    const visible = (element) => {
        const { width, height } = element.getBoundingClientRect();
        return element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && width > 1 && height > 1;
    };
    // A label stands for a control that is hidden inside it.
    const shown = (control) => (visible(control) ? control : control.closest('label'));

    for (const id of vital) {
        const element = [...document.querySelectorAll(`[data-testid="${id}"]`)].find(visible);
        if (!element) faults.push(`${id} is not shown`);
        else if (outside(element.getBoundingClientRect())) faults.push(`${id} is outside the window: ${place(element.getBoundingClientRect())}`);
        else if (!isOnTop(element)) faults.push(`${id} is covered by ${whatCovers(element)}`);
    }

    const modal = [...document.querySelectorAll('dialog[open]')].at(-1);
    const controls = [...(modal ?? document).querySelectorAll('button, a[href], input, select, textarea, summary')];
    const positions = scrollPositions();
    for (const control of new Set(controls.map(shown))) {
        if (!control || !visible(control)) continue;
        control.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
        const box = control.getBoundingClientRect();
        const larger = box.height > innerHeight;
        if (outside(box) && !larger) faults.push(`${nameOf(control)} cannot be scrolled into the window: ${place(box)}`);
        else if (!control.disabled && !larger && !isOnTop(control)) faults.push(`${nameOf(control)} is covered by ${whatCovers(control)}`);
        if (control.matches('button') && control.scrollWidth > control.clientWidth + SLACK_PX) faults.push(`the text of ${nameOf(control)} is cut off`);
    }
    for (const [element, left, top] of positions) element.scrollTo({ left, top, behavior: 'instant' });
    for (const element of document.querySelectorAll('p, dd, dt, li, h1, h2, h3, strong')) {
        const { overflow, overflowX, textOverflow, whiteSpace } = getComputedStyle(element);
        const scrolls = /auto|scroll/.test(overflow + overflowX) || textOverflow === 'ellipsis' || whiteSpace === 'pre';
        if (visible(element) && !scrolls && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + SLACK_PX)
            faults.push(`a text runs out of its place: ${element.textContent.trim().slice(0, 40)}`);
    }
    for (const element of document.querySelectorAll('p, dd, dt, li, h1, h2, h3, strong, span, del, ins')) {
        const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join('').trim();
        const { fontSize, textOverflow } = getComputedStyle(element);
        const { width } = element.getBoundingClientRect();
        if (visible(element) && textOverflow !== 'ellipsis' && own.length > SENTENCE_CHARS && width < NARROW_EM * parseFloat(fontSize))
            faults.push(`a text has a column of ${Math.round(width)} px only: ${own.slice(0, 40)}`);
    }
    for (const [one, other] of contradictions)
        if (document.querySelector(one) && document.querySelector(other)) faults.push(`${one} stands beside ${other}`);
    return faults;

    /** True if a tap in the middle of an element reaches it. */
    function isOnTop(element) {
        const hit = atMiddle(element);
        return !hit || element.contains(hit) || hit.contains(element) || hit.closest('label')?.contains(element);
    }

    function atMiddle(element) {
        const { left, top, width, height } = element.getBoundingClientRect();
        return document.elementFromPoint(left + width / 2, top + height / 2);
    }

    function whatCovers(element) {
        const hit = atMiddle(element);
        return hit ? `<${hit.tagName.toLowerCase()} class="${hit.getAttribute('class') ?? ''}">` : 'nothing';
    }

    function scrollPositions() {
        const scrolled = [root, ...document.querySelectorAll('*')].filter((element) => element.scrollHeight > element.clientHeight || element.scrollWidth > element.clientWidth);
        return scrolled.map((element) => [element, element.scrollLeft, element.scrollTop]);
    }
}
