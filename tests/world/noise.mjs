// A picture that no page can make smaller.
import { randomFillSync } from 'node:crypto';

/** A picture of noise as a BMP file of 24 bits a pixel. @param {{width: number, height: number}} size @returns {Buffer} */
export function noise({ width, height }) {
    const head = Buffer.alloc(54);
    head.write('BM');
    head.writeUInt32LE(54 + width * height * 3, 2);
    head.writeUInt32LE(54, 10);
    head.writeUInt32LE(40, 14);
    head.writeInt32LE(width, 18);
    head.writeInt32LE(height, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(24, 28);
    return Buffer.concat([head, randomFillSync(Buffer.alloc(width * height * 3))]);
}
