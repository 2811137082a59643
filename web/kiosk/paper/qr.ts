/** QR codes (ISO/IEC 18004) for paper. */

import { type Bitmap2D, correction, generate, type Mode, mode } from "lean-qr";

/** The code of any text. */
export const codeOfText = (text: string): Bitmap2D => generate(text, { minCorrectionLevel: correction.M });

/** The code of a signed document: level M, and the alphanumeric mode, for which the text of one is made. */
export const codeOfSigned = (text: string): Bitmap2D =>
  generate(modeOf(text), { minCorrectionLevel: correction.M, maxCorrectionLevel: correction.M });

/** The alphanumeric mode, or what fits for a text that has other characters. */
export const modeOf = (text: string): Mode =>
  [...text].every((char) => mode.alphaNumeric.test(char)) ? mode.alphaNumeric(text) : mode.auto(text);

/** The dark modules as a path, one piece for each run in a row, so that no seam shows between neighbours. */
export function pathOf(code: Bitmap2D): string {
  const path: string[] = [];
  for (let y = 0; y < code.size; y++)
    for (let x = 0; x < code.size; ) {
      const from = x;
      while (code.get(x, y)) x++;
      if (x > from) path.push(`M${from} ${y}h${x - from}v1h${from - x}z`);
      else x++;
    }
  return path.join("");
}

/** The white border that readers want, in modules (section 6.3.8). */
export const QUIET = 4;
