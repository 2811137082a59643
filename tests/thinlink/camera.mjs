// A person who talks in front of a camera, drawn: a head that nods, a mouth, a hand that waves, a wall with noise. A flat colour would cost
// a codec nothing and make a call look better than it is.
import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { target } from '../world/paths.mjs';

const WIDTH = 640;
const HEIGHT = 480;
const FPS = 15;
const FRAMES = 90;

/** Drawn once. */
export async function drawTalkingHead() {
    const path = talkingHead();
    if (existsSync(path)) return;
    mkdirSync(join(target, 'thinlink'), { recursive: true });
    const part = `${path}.${process.pid}`;
    const out = createWriteStream(part);
    out.write(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FPS}:1 Ip A1:1 C420jpeg\n`);
    for (let n = 0; n < FRAMES; n += 1) {
        out.write('FRAME\n');
        if (!out.write(frame(n))) await once(out, 'drain');
    }
    out.end();
    await once(out, 'finish');
    renameSync(part, path);
}

export const talkingHead = () => join(target, 'thinlink', 'talking-head.y4m');

/** An ellipse: centre, half axes, colour in Y, Cb, Cr. @typedef {{x: number, y: number, a: number, b: number, c: number[]}} Blob */

/** @param {number} n @returns {Blob[]} from back to front */
function scene(n) {
    const turn = (2 * Math.PI * n) / FRAMES;
    const x = 320 + 14 * Math.sin(turn * 2);
    const y = 210 + 8 * Math.sin(turn * 3);
    const open = 5 + 9 * Math.abs(Math.sin(turn * 11));
    const blink = n % 45 < 3 ? 1 : 5;
    const hand = { x: 500 + 60 * Math.sin(turn * 4), y: 330 + 50 * Math.cos(turn * 3) };
    return [
        { x: 320, y: 520, a: 210, b: 170, c: [90, 150, 110] },
        { x, y: y - 18, a: 96, b: 122, c: [45, 126, 132] },
        { x, y, a: 84, b: 112, c: [135, 108, 152] },
        { x: x - 32, y: y - 22, a: 11, b: blink, c: [225, 128, 128] },
        { x: x + 32, y: y - 22, a: 11, b: blink, c: [225, 128, 128] },
        { x, y: y + 14, a: 9, b: 20, c: [118, 110, 152] },
        { x, y: y + 58, a: 30, b: open, c: [62, 116, 170] },
        { x: hand.x, y: hand.y, a: 38, b: 50, c: [138, 108, 152] },
        ...[-24, -8, 8, 24].map((dx) => ({ x: hand.x + dx, y: hand.y - 52, a: 7, b: 30, c: [136, 108, 152] })),
    ];
}

/** Noise that is the same on every machine. */
let state = 1;
const noise = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return ((state >> 16) & 3) - 1;
};

function frame(n) {
    const luma = Buffer.alloc(WIDTH * HEIGHT);
    const cb = Buffer.alloc((WIDTH * HEIGHT) / 4, 126);
    const cr = Buffer.alloc((WIDTH * HEIGHT) / 4, 130);
    for (let y = 0; y < HEIGHT; y += 1) {
        // A wall with a window frame and light from the left.
        for (let x = 0; x < WIDTH; x += 1) {
            const frameOfWindow = y > 40 && y < 230 && ((x > 60 && x < 70) || (x > 150 && x < 160)) ? 40 : 0;
            luma[y * WIDTH + x] = 165 - x / 12 - frameOfWindow;
        }
    }
    for (const blob of scene(n)) paint(luma, cb, cr, blob);
    for (let i = 0; i < luma.length; i += 1) luma[i] += noise();
    return Buffer.concat([luma, cb, cr]);
}

/** @param {Blob} blob */
function paint(luma, cb, cr, { x, y, a, b, c }) {
    for (let row = Math.max(0, Math.floor(y - b)); row < Math.min(HEIGHT, y + b); row += 1) {
        const half = a * Math.sqrt(Math.max(0, 1 - ((row - y) / b) ** 2));
        const from = Math.max(0, Math.round(x - half));
        const to = Math.min(WIDTH, Math.round(x + half));
        for (let column = from; column < to; column += 1) {
            // Round things are darker at their edge.
            const edge = ((column - x) / a) ** 2 + ((row - y) / b) ** 2;
            luma[row * WIDTH + column] = Math.round(c[0] * (1 - 0.25 * edge));
            if (row % 2 === 0 && column % 2 === 0) {
                const at = ((row >> 1) * WIDTH) / 2 + (column >> 1);
                cb[at] = c[1];
                cr[at] = c[2];
            }
        }
    }
}
