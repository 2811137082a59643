// What lies in the files of a browser's profile, as somebody reads it who took the tablet.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The forms in which a browser writes text. */
const FORMS = [
    ['UTF-8', 'utf8'],
    ['UTF-16', 'utf16le'],
    ['Latin-1', 'latin1'],
];

/** Every file below a folder. @returns {string[]} */
function filesIn(folder) {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return filesIn(path);
        return entry.isFile() ? [path] : [];
    });
}

/** A running browser may have deleted the file meanwhile. */
function contentOf(file) {
    try {
        return readFileSync(file);
    } catch (error) {
        if (error.code !== 'ENOENT') throw error;
        return Buffer.alloc(0);
    }
}

/**
 * The files of a profile that hold one of the words, and the number of bytes that were read.
 * @param {string} profile @param {string[]} words
 */
export function foundIn(profile, words) {
    const found = [];
    let bytes = 0;
    for (const file of filesIn(profile)) {
        const content = contentOf(file);
        bytes += content.length;
        for (const word of words) {
            for (const [form, encoding] of FORMS) {
                if (content.includes(Buffer.from(word, encoding))) found.push(`${relative(profile, file)}: "${word}" in ${form}`);
            }
        }
    }
    return { found: [...new Set(found)], bytes };
}
