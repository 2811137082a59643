/**
 * Safety-net advice, when to come back at once: lines of signed advice that begin with "Revenez aussitôt", each with the points of a list below it
 * (`clinic/src/safety_net.rs`). Pure.
 */

export function safetyNet(text: string): string[] {
  const found: string[] = [];
  let isIn = false;
  for (const line of text.split(/\r?\n/).map((line) => line.trim())) {
    isIn = begins(line) || (isIn && POINT.test(line));
    if (isIn) found.push(line);
  }
  return found;
}

function begins(line: string): boolean {
  const folded = line.replace(POINTS, "").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return BEGINNINGS.some((beginning) => folded.startsWith(beginning));
}

const POINT = /^[-–•*]/;
const POINTS = /^[-–•*]+\s*/;
const BEGINNINGS = ["revenez aussitot", "revenir aussitot", "rappelez aussitot", "come back at once"];
