// Small file systems that are filled up, as a disk is by others.
import { appendFileSync, statfsSync } from 'node:fs';

/** Writes into the file `ballast` what is still free on its file system. @param {string} disk - a folder on it @param {string} ballast */
export function fillUp(disk, ballast) {
    const { bavail, bsize } = statfsSync(disk);
    try {
        appendFileSync(ballast, Buffer.alloc(bavail * bsize));
    } catch (error) {
        // Somebody else was faster.
        if (error.code !== 'ENOSPC') throw error;
    }
}
