// A patient's camera picture with edges and grain, so that a photo of it fills its budget.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A camera's file of two frames. @param {string} folder */
export function patientCamera(folder) {
    const [width, height] = [1280, 720];
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const luma = Buffer.alloc(width * height);
    for (let y = 0; y < height; y += 1)
        for (let x = 0; x < width; x += 1) {
            const wound = Math.hypot(x - 640, y - 360) < 150 + 20 * Math.sin(Math.atan2(y - 360, x - 640) * 9);
            const skin = 150 + 30 * Math.sin(x / 90) + 20 * Math.cos(y / 60);
            luma[y * width + x] = Math.max(16, Math.min(235, (wound ? 70 : skin) + 24 * (random() - 0.5)));
        }
    const chroma = [110, 160].map((level) => Buffer.alloc((width * height) / 4, level));
    const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, ...chroma]);
    const file = join(folder, 'patient.y4m');
    writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]));
    return file;
}
