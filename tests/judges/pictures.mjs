// Prints the prescriptions of a post from its page, and makes pictures of the sheets; reads pictures with qr and jsQR.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import jsQR from 'jsqr';
import decodeQr from 'qr/decode.js';

/**
 * Prints every prescription of the newest consultation on A5 and A4.
 * @param {import('../world/people.mjs').Kiosk} kiosk @param {string} folder - gets a picture `N-FORMAT.pgm` of the page with each code
 * @param {number} dpi - of the pictures @param {number} count @returns {Promise<{picture: string, nth: number, pages: number}[]>} `nth` counts in the order in which they were signed
 */
export async function sheets(kiosk, folder, dpi, count) {
    const { page } = kiosk;
    await kiosk.at('history-row').first().locator('summary').click();
    await kiosk.at('rx-print').nth(count - 1).waitFor();
    // Chromium has no dialog to show here.
    await page.evaluate(() => (window.print = () => (window.prints = (window.prints ?? 0) + 1)));
    const made = [];
    for (let nth = 0; nth < count; nth += 1) {
        // The latest stands first.
        await kiosk.at('rx-print').nth(count - 1 - nth).click();
        await page.waitForFunction((prints) => window.prints === prints, nth + 1);
        for (const format of ['A5', 'A4']) {
            const picture = `${nth}-${format}`;
            made.push({ picture, nth, pages: await raster(page, format, dpi, join(folder, picture)) });
        }
    }
    return made;
}

/** Prints the page, and makes a picture of the last sheet of paper, where the code is. Returns the number of sheets. */
async function raster(page, format, dpi, name) {
    writeFileSync(`${name}.pdf`, await page.pdf({ format }));
    const pages = /^Pages:\s+(\d+)/m.exec(execFileSync('pdfinfo', [`${name}.pdf`], { encoding: 'utf8' }))[1];
    execFileSync('pdftoppm', ['-gray', '-r', String(dpi), '-f', pages, '-l', pages, '-singlefile', `${name}.pdf`, name]);
    return Number(pages);
}

/** What qr finds in a picture; null if it finds nothing. @param {ReturnType<typeof pixelsOf>} picture */
export function byQr(picture) {
    try {
        return decodeQr(picture);
    } catch {
        return null;
    }
}

/** What jsQR finds in a picture; null if it finds nothing. @param {ReturnType<typeof pixelsOf>} picture */
export const byJsQr = ({ data, width, height }) => (jsQR.default ?? jsQR)(data, width, height)?.data ?? null;

/** The pixels of a picture, a binary PGM (P5). @param {string} file */
export function pixelsOf(file) {
    const bytes = readFileSync(file);
    const [head, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 40).toString('latin1'));
    const grey = bytes.subarray(head.length);
    const data = new Uint8ClampedArray(grey.length * 4).fill(255);
    grey.forEach((level, i) => data.fill(level, 4 * i, 4 * i + 3));
    return { data, width: Number(width), height: Number(height) };
}
