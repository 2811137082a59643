// Cost of pictures on a link that carries no camera: one headless Chromium encodes a drawn consultation (a head that
// speaks and nods, a hand that moves, a thermometer's digits, a wound, a sensor's noise) with each codec, size and pace, and
// decodes it again. Prints bytes a frame, the rate, and how near the result is to what was drawn.
//
//   node benches/pictures.mjs [--fast] [--codec AV1] [--shots DIR]
//
// The picture is drawn, not filmed: Chromium's fake camera shows less, and a recorded face may not lie in a repository.
// Every result is scaled back to 320x240 and compared with the drawing there, so that sizes can be compared.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openBrowser } from '../tests/world/browser.mjs';

const { values: options } = parseArgs({ options: { fast: { type: 'boolean', default: false }, codec: { type: 'string' }, shots: { type: 'string' } } });
const CODECS = { AV1: 'av01.0.00M.08', VP9: 'vp09.00.10.08', VP8: 'vp8', 'H.264': 'avc1.42001f' };
const SIZES = [[320, 240], [240, 180], [160, 120]];
const PACES = options.fast ? [5, 3] : [5, 3, 2, 1];
const TARGETS = options.fast ? [8_000] : [12_000, 8_000, 5_000, 3_000];

const pageServer = createServer((_, response) => response.end('<!doctype html><meta charset=utf-8>')).listen(0, '127.0.0.1');
await new Promise((resolve) => pageServer.once('listening', resolve));
const browser = await openBrowser({ url: `http://127.0.0.1:${pageServer.address().port}` });
try {
    const page = await browser.page('/');
    await page.evaluate(installStudio);
    console.log(`reference buffers by hand: ${await page.evaluate(() => 'getAllFrameBuffers' in VideoEncoder.prototype)}`);
    console.log('codec  size     fps target  kbit/s  key B  mean B  max B  ms/frame  PSNR   SSIM  digits 8/12/16/24 px      wound');
    for (const target of TARGETS)
        for (const size of SIZES)
            for (const fps of PACES)
                for (const [name, codec] of Object.entries(CODECS)) {
                    if (options.codec && name !== options.codec) continue;
                    const run = await page.evaluate((how) => window.studio.film(how), { codec, size, fps, target, seconds: 10 });
                    console.log(run ? line(name, size, fps, target, run) : `${name}: not to be had`);
                    if (run && options.shots) keep(`${name}-${size[0]}-${fps}fps-${target / 1000}k`, run.shot);
                }
    console.log('the same, the camera held in a hand');
    for (const target of TARGETS)
        for (const size of SIZES.slice(0, 2))
            for (const fps of PACES) {
                const how = { codec: CODECS.AV1, size, fps, target, seconds: 10, shake: true };
                const run = await page.evaluate((asked) => window.studio.film(asked), how);
                console.log(run ? line('AV1', size, fps, target, run) : 'AV1: not to be had');
                if (run && options.shots) keep(`hand-AV1-${size[0]}-${fps}fps-${target / 1000}k`, run.shot);
            }
    console.log('stills');
    for (const type of ['image/webp', 'image/jpeg'])
        for (const size of SIZES)
            for (const quality of [0.1, 0.25, 0.4, 0.6]) {
                const run = await page.evaluate((how) => window.studio.still(how), { type, size, quality });
                console.log(`${type.slice(6).padEnd(6)} ${size.join('x').padEnd(8)} q ${quality.toFixed(2)}  ${String(run.bytes).padStart(6)} B  ${quality3(run)}`);
                if (options.shots) keep(`${type.slice(6)}-${size[0]}-q${quality}`, run.shot);
            }
    if (options.shots) keep('original', await page.evaluate(() => window.studio.original()));
} finally {
    await browser.close();
    pageServer.close();
}

function line(name, size, fps, target, run) {
    const n = (value, width, digits = 0) => value.toFixed(digits).padStart(width);
    return (
        `${name.padEnd(6)} ${size.join('x').padEnd(8)} ${n(fps, 2)}  ${n(target / 1000, 4)}k  ${n(run.bps / 1000, 6, 1)} ${n(run.key, 6)} ` +
        `${n(run.mean, 6)} ${n(run.max, 6)}    ${n(run.ms, 5, 1)}  ${quality3(run)}`
    );
}

function quality3({ psnr, ssim, digits, wound }) {
    return `${psnr.toFixed(1).padStart(5)}  ${ssim.toFixed(3)}  ${digits.map((one) => one.toFixed(2)).join(' ').padEnd(24)}  ${wound.toFixed(2)}`;
}

function keep(name, base64) {
    mkdirSync(options.shots, { recursive: true });
    writeFileSync(join(options.shots, `${name}.png`), Buffer.from(base64, 'base64'));
}

/** Runs in the page. */
function installStudio() {
    const W = 320;
    const H = 240;
    const WARM = 3;
    const sheet = (width, height) => {
        const pen = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
        pen.imageSmoothingQuality = 'high';
        return pen;
    };
    /** Digits of a thermometer by their height in the picture, and where they stand. */
    const DIGITS = [8, 12, 16, 24].map((px, i) => ({ px, x: 8, y: [8, 26, 48, 76][i], w: Math.ceil(px * 2.6) + 6, h: px + 6 }));
    const WOUND = { x: 236, y: 150, w: 72, h: 72 };
    let seed = 1;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const noise = Int8Array.from({ length: 65_537 }, () => Math.round((random() + random() + random() - 1.5) * 5));
    const spots = Array.from({ length: 60 }, () => ({ x: random() * 60 - 30, y: random() * 60 - 30, r: 1 + random() * 3, l: random() }));

    /** The consultation at second `t`. Drawn large and scaled down, as a camera does. */
    function draw(t, shake = false) {
        const pen = sheet(W * 2, H * 2);
        pen.scale(2, 2);
        if (shake) {
            pen.fillStyle = '#a8aba0';
            pen.fillRect(0, 0, W, H);
            pen.translate(2.5 * Math.sin(t * 2.3) + 1.3 * Math.sin(t * 7.1), 2 * Math.sin(t * 1.9 + 1) + 1.1 * Math.sin(t * 8.3));
        }
        const wall = pen.createLinearGradient(0, 0, W, H);
        wall.addColorStop(0, '#c9c4b4');
        wall.addColorStop(1, '#8d9a94');
        pen.fillStyle = wall;
        pen.fillRect(0, 0, W, H);
        for (let i = 0; i < 9; i += 1) {
            pen.fillStyle = `hsl(${i * 40} 30% ${35 + (i % 3) * 12}%)`;
            pen.fillRect(200 + i * 13, 20 + (i % 2) * 4, 10, 44);
        }
        const sway = Math.sin(t * 0.9) * 5;
        const nod = Math.sin(t * 1.7) * 2.5;
        pen.save();
        pen.translate(150 + sway, 118 + nod);
        pen.fillStyle = '#2f5d8a';
        pen.beginPath();
        pen.ellipse(0, 118, 82, 62, 0, 0, 7);
        pen.fill();
        pen.fillStyle = '#7a4d33';
        pen.fillRect(-16, 40, 32, 30);
        const face = pen.createRadialGradient(-14, -16, 8, 0, 0, 66);
        face.addColorStop(0, '#a06a48');
        face.addColorStop(1, '#6d432c');
        pen.fillStyle = face;
        pen.beginPath();
        pen.ellipse(0, 0, 43, 55, 0, 0, 7);
        pen.fill();
        pen.fillStyle = '#1d1410';
        pen.beginPath();
        pen.ellipse(0, -38, 44, 24, 0, Math.PI, 0);
        pen.fill();
        const open = t % 3.1 < 0.12 ? 1 : 5;
        for (const side of [-1, 1]) {
            pen.fillStyle = '#f0ebe4';
            pen.beginPath();
            pen.ellipse(side * 17, -8, 8, open, 0, 0, 7);
            pen.fill();
            pen.fillStyle = '#15100c';
            pen.beginPath();
            pen.arc(side * 17 + Math.sin(t * 0.6) * 2, -8, Math.min(3.4, open), 0, 7);
            pen.fill();
        }
        pen.fillStyle = '#5c2620';
        pen.beginPath();
        pen.ellipse(0, 27, 15, 2 + 6 * Math.abs(Math.sin(t * 7.3) * Math.sin(t * 1.3)), 0, 0, 7);
        pen.fill();
        pen.restore();
        // A hand that shows something, and rests.
        const busy = Math.max(0, Math.sin(t * 0.8));
        pen.save();
        pen.translate(66 + busy * 42 * Math.sin(t * 2.1), 196 - busy * 44);
        pen.rotate(0.4 * Math.sin(t * 2.1) * busy);
        pen.fillStyle = '#8a573b';
        pen.fillRect(-16, -4, 32, 60);
        for (let finger = 0; finger < 4; finger += 1) pen.fillRect(-16 + finger * 8.6, -30 - (finger % 3) * 3, 6.6, 34);
        pen.restore();
        // What has to be read: a display of dark digits on grey, in four sizes.
        for (const { px, x, y, w, h } of DIGITS) {
            pen.fillStyle = '#b7c0b0';
            pen.fillRect(x, y, w, h);
            pen.fillStyle = '#1a1f1a';
            pen.font = `bold ${(px / 0.72).toFixed(1)}px sans-serif`;
            pen.textBaseline = 'alphabetic';
            pen.fillText('38,7', x + 3, y + 3 + px, w - 6);
        }
        pen.save();
        pen.translate(WOUND.x + 36, WOUND.y + 36);
        pen.fillStyle = '#7b4c34';
        pen.fillRect(-36, -36, 72, 72);
        pen.fillStyle = '#b0544a';
        pen.beginPath();
        pen.ellipse(0, 0, 30, 22, 0.4, 0, 7);
        pen.fill();
        pen.fillStyle = '#7d1418';
        pen.beginPath();
        pen.ellipse(2, 1, 18, 11, 0.6, 0, 7);
        pen.fill();
        for (const { x, y, r, l } of spots) {
            if (Math.hypot(x, y) > 27) continue;
            pen.fillStyle = l < 0.3 ? '#3a0a0c' : l < 0.6 ? '#d8b25a' : '#c4333a';
            pen.beginPath();
            pen.arc(x, y, r * 0.8, 0, 7);
            pen.fill();
        }
        pen.restore();
        const small = sheet(W, H);
        small.drawImage(pen.canvas, 0, 0, W, H);
        const image = small.getImageData(0, 0, W, H);
        const from = Math.floor(random() * 60_000);
        for (let i = 0; i < image.data.length; i += 4) {
            const grain = noise[(from + i * 7 + (i >> 9)) % 65_537];
            for (let c = 0; c < 3; c += 1) image.data[i + c] += grain;
        }
        small.putImageData(image, 0, 0);
        return small;
    }

    const luma = ({ data }) => {
        const y = new Float32Array(data.length / 4);
        for (let i = 0; i < y.length; i += 1) y[i] = 0.299 * data[i * 4] + 0.587 * data[i * 4 + 1] + 0.114 * data[i * 4 + 2];
        return y;
    };
    /** Mean SSIM of windows of 8 pixels (4 in small places), a step of 4. */
    function ssimOf(a, b, { x, y, w, h }) {
        let sum = 0;
        let count = 0;
        for (let top = y; top + 8 <= y + h; top += 4)
            for (let left = x; left + 8 <= x + w; left += 4) {
                let [sa, sb, aa, bb, ab] = [0, 0, 0, 0, 0];
                for (let j = 0; j < 8; j += 1)
                    for (let i = 0; i < 8; i += 1) {
                        const p = a[(top + j) * W + left + i];
                        const q = b[(top + j) * W + left + i];
                        sa += p; sb += q; aa += p * p; bb += q * q; ab += p * q;
                    }
                const [ma, mb] = [sa / 64, sb / 64];
                const [va, vb, cov] = [aa / 64 - ma * ma, bb / 64 - mb * mb, ab / 64 - ma * mb];
                sum += ((2 * ma * mb + 6.5) * (2 * cov + 58.5)) / ((ma * ma + mb * mb + 6.5) * (va + vb + 58.5));
                count += 1;
            }
        return sum / Math.max(1, count);
    }
    function judge(original, result) {
        const pen = sheet(W, H);
        pen.drawImage(result, 0, 0, W, H);
        const [a, b] = [luma(original.getImageData(0, 0, W, H)), luma(pen.getImageData(0, 0, W, H))];
        const square = a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length;
        return {
            psnr: 10 * Math.log10(65_025 / square),
            ssim: ssimOf(a, b, { x: 0, y: 0, w: W, h: H }),
            digits: DIGITS.map((place) => ssimOf(a, b, place)),
            wound: ssimOf(a, b, WOUND),
            pen,
        };
    }
    const mean = (numbers) => numbers.reduce((sum, one) => sum + one, 0) / Math.max(1, numbers.length);
    const average = (all) => ({
        psnr: mean(all.map((one) => one.psnr)),
        ssim: mean(all.map((one) => one.ssim)),
        digits: DIGITS.map((_, i) => mean(all.map((one) => one.digits[i]))),
        wound: mean(all.map((one) => one.wound)),
    });
    async function shotOf(canvas) {
        const big = sheet(W * 2, H * 2);
        big.drawImage(canvas, 0, 0, W * 2, H * 2);
        const bytes = new Uint8Array(await (await big.canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
        return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    }
    function scaled(drawing, [width, height]) {
        const pen = sheet(width, height);
        pen.drawImage(drawing.canvas, 0, 0, width, height);
        return pen.canvas;
    }

    async function film({ codec, size, fps, target, seconds, shake }) {
        const [width, height] = size;
        const config = {
            codec, width, height, bitrate: target, framerate: fps, hardwareAcceleration: 'prefer-software',
            // As web/client/pictures/encoder.ts does.
            ...(codec.startsWith('av01') ? { latencyMode: 'quality', bitrateMode: 'constant' } : { latencyMode: 'realtime' }),
        };
        if (!(await VideoEncoder.isConfigSupported(config)).supported) return null;
        const lengths = [];
        const marks = [];
        const originals = new Map();
        let last = null;
        let failure = null;
        const decoder = new VideoDecoder({
            output: (frame) => {
                const judged = judge(originals.get(frame.timestamp), frame);
                last = judged.pen.canvas;
                if (frame.timestamp > WARM * 1e6) marks.push(judged);
                frame.close();
            },
            error: (error) => (failure = error),
        });
        const encoder = new VideoEncoder({
            output: (chunk, metadata) => {
                if (metadata?.decoderConfig) decoder.configure({ ...metadata.decoderConfig, optimizeForLatency: true });
                lengths.push({ bytes: chunk.byteLength, at: chunk.timestamp });
                decoder.decode(chunk);
            },
            error: (error) => (failure = error),
        });
        encoder.configure(config);
        seed = 7;
        let spent = 0;
        const frames = seconds * fps;
        for (let n = 0; n < frames && !failure; n += 1) {
            const drawing = draw(n / fps, shake);
            const timestamp = Math.round((n / fps) * 1e6);
            originals.set(timestamp, drawing);
            const frame = new VideoFrame(scaled(drawing, size), { timestamp });
            const began = performance.now();
            encoder.encode(frame, { keyFrame: n === 0 });
            frame.close();
            await encoder.flush();
            spent += performance.now() - began;
        }
        await decoder.flush();
        encoder.close();
        decoder.close();
        if (failure) throw failure;
        const after = lengths.filter(({ at }) => at >= WARM * 1e6).map(({ bytes }) => bytes);
        return {
            key: lengths[0].bytes,
            mean: mean(after),
            max: Math.max(...lengths.slice(1).map(({ bytes }) => bytes)),
            bps: (after.reduce((sum, bytes) => sum + bytes, 0) * 8) / (seconds - WARM),
            ms: spent / frames,
            ...average(marks),
            shot: await shotOf(last),
        };
    }

    async function still({ type, size, quality }) {
        const drawing = draw(4);
        const blob = await scaled(drawing, size).convertToBlob({ type, quality });
        const judged = judge(drawing, await createImageBitmap(blob));
        return { bytes: blob.size, ...average([judged]), shot: await shotOf(judged.pen.canvas) };
    }

    window.studio = { film, still, original: () => shotOf(draw(9.8).canvas) };
}
