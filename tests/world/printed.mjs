// Reads a printed sheet back: the text of the PDF by poppler's pdftotext, and the QR code of its picture.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import jsQR from 'jsqr';
import { scratch } from './paths.mjs';

/**
 * Prints the page as it stands.
 * @param {import('playwright-core').Page} page @param {'A4' | 'A5' | 'A6'} format
 * @returns {Promise<{words: string[], pages: number, code: string | null, isBlackOnWhite: boolean, file: string}>} `file` is the PDF
 */
export async function printed(page, format) {
    const folder = scratch('printed');
    const file = join(folder, 'sheet.pdf');
    writeFileSync(file, await page.pdf({ format }));
    const text = execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' });
    const pages = text.split('\f').length - 1;
    const dpi = 150;
    const last = String(pages);
    execFileSync('pdftoppm', ['-r', String(dpi), '-f', last, '-l', last, '-singlefile', file, join(folder, 'page')]);
    const picture = pixmap(readFileSync(join(folder, 'page.ppm')));
    const code = readCode(picture);
    return { words: text.split(/\s+/).filter(Boolean), pages, code: code?.data ?? null, isBlackOnWhite: isBlackOnWhite(picture), file };
}

/**
 * A camera's file that shows the QR code on the last page of a printed PDF, from near.
 * @param {string} file @param {number} pages
 */
export function paperCamera(file, pages) {
    const folder = scratch('paper-camera');
    const last = String(pages);
    execFileSync('pdftoppm', ['-r', '200', '-f', last, '-l', last, '-singlefile', file, join(folder, 'near')]);
    const picture = pixmap(readFileSync(join(folder, 'near.ppm')));
    const { topLeftCorner: a, bottomRightCorner: b } = readCode(picture).location;
    const [width, height] = [1280, 720];
    const [left, top] = [Math.round((a.x + b.x) / 2 - width / 2), Math.round((a.y + b.y) / 2 - height / 2)];
    const luma = Buffer.alloc(width * height, 235);
    for (let y = 0; y < height; y += 1)
        for (let x = 0; x < width; x += 1) {
            const [px, py] = [left + x, top + y];
            if (px < 0 || py < 0 || px >= picture.width || py >= picture.height) continue;
            luma[y * width + x] = 16 + (picture.rgba[4 * (py * picture.width + px)] * 219) / 255;
        }
    const chroma = Buffer.alloc((width * height) / 2, 128);
    const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma]);
    const video = join(folder, 'paper.y4m');
    writeFileSync(video, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]));
    return video;
}

const readCode = ({ rgba, width, height }) => (jsQR.default ?? jsQR)(rgba, width, height);

/** A binary PPM (P6) as RGBA. @param {Buffer} bytes */
function pixmap(bytes) {
    const [head, width, height] = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 40).toString('latin1'));
    const rgb = bytes.subarray(head.length);
    const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
    for (let i = 0; i < width * height; i += 1) rgba.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
    return { rgba, width: Number(width), height: Number(height) };
}

/** True if no pixel has a colour, and most are white. */
function isBlackOnWhite({ rgba }) {
    let white = 0;
    for (let i = 0; i < rgba.length; i += 4) {
        const [r, g, b] = [rgba[i], rgba[i + 1], rgba[i + 2]];
        if (Math.max(r, g, b) - Math.min(r, g, b) > 8) return false;
        white += r > 250 ? 1 : 0;
    }
    return white > 0.7 * (rgba.length / 4);
}

/** The first words of `text` that are not found, in their order, in `words`; empty if all are. @param {string} text @param {string[]} words */
export function missingFrom(words, text) {
    const wanted = text.split(/\s+/).filter(Boolean);
    let at = 0;
    for (const word of words) if (word === wanted[at]) at += 1;
    return wanted.slice(at, at + 5).join(' ');
}
