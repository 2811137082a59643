/**
 * Reads the imports of the pages' source files and finds those that break a wall: circles between files, rooms of
 * `client/` that import against their order, and pages that import each other. Type imports count, because a file
 * cannot be understood or moved without the types that it names.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** A file's path below `web/`, and the paths of the files that it imports. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** The folders whose files are read. */
export const FOLDERS = ["protocol", "client", "ui", "home", "kiosk", "doctor", "ops", "coordinator", "verifier", "reception", "ambulance", "sw"];

const PAGES = ["home", "kiosk", "doctor", "ops", "coordinator", "verifier", "reception", "ambulance"];

/** The imports of every source file below `root`; test folders and generated styles are left out. */
export function readImports(root: string): Imports {
  const files = FOLDERS.flatMap((folder) => sourcesBelow(root, folder));
  return new Map(files.map((file) => [file, importsIn(file, readFileSync(join(root, file), "utf8"))]));
}

/**
 * The files that one file imports, as paths from the same root as `file`; packages are left out. Comments do not
 * count.
 */
export function importsIn(file: string, source: string): string[] {
  const code = source.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
  const found = code.matchAll(/\b(?:from|import)\s*\(?\s*["'](\.[^"']*)["']/g);
  const paths = [...found].map(([, path = ""]) => posix.join(posix.dirname(file), path.replace(/\?.*/, "")));
  return [...new Set(paths)];
}

/**
 * One line for each circle: the shortest way from a file back to itself. A file that is already in one begins no
 * other.
 */
export function circlesIn(imports: Imports): string[] {
  const seen = new Set<string>();
  const circles: string[] = [];
  for (const file of imports.keys()) {
    const circle = seen.has(file) ? null : wayBack(imports, file);
    if (!circle) continue;
    for (const step of circle) seen.add(step);
    circles.push([...circle, file].join(" → "));
  }
  return circles;
}

/** The imports that go against `order`, in which a room may import only from the rooms to its left. */
export function againstOrder(imports: Imports, order: readonly string[]): string[] {
  return eachImport(imports).flatMap(([file, imported]) => {
    const [from, to] = [roomOf(file), roomOf(imported)];
    if (!from || !imported.startsWith("client/")) return [];
    const allowed = to !== null && order.indexOf(to) <= order.indexOf(from);
    return allowed ? [] : [`${file} imports ${imported}`];
  });
}

/** The imports by which a page or `ui` names another page, and those by which the client names a screen. */
export function againstPages(imports: Imports): string[] {
  return eachImport(imports).flatMap(([file, imported]) => {
    const [from, to] = [folderOf(file), folderOf(imported)];
    const toPage = PAGES.includes(to) && from !== to;
    const toScreen = to === "ui" && (from === "client" || from === "protocol");
    return toPage || toScreen ? [`${file} imports ${imported}`] : [];
  });
}

/** The rooms of `client/`: its folders, without the tests. */
export function roomsOf(root: string): string[] {
  const entries = readdirSync(join(root, "client"), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && entry.name !== "test").map(({ name }) => name);
}

/** The order of the rooms as `README.md` states it: a line of names with arrows that begins with `platform`. */
export function orderIn(readme: string): string[] {
  const line = /`(platform ←[^`]*)`/.exec(readme)?.[1] ?? "";
  return line.split("←").map((room) => room.trim());
}

/** The shortest chain of imports from `start` back to it; null if there is none. */
function wayBack(imports: Imports, start: string): string[] | null {
  const ways: string[][] = [[start]];
  const visited = new Set<string>();
  for (const way of ways) {
    for (const next of imports.get(way.at(-1)!) ?? []) {
      if (next === start) return way;
      if (visited.has(next)) continue;
      visited.add(next);
      ways.push([...way, next]);
    }
  }
  return null;
}

const eachImport = (imports: Imports): [file: string, imported: string][] =>
  [...imports].flatMap(([file, all]) => all.map((imported): [string, string] => [file, imported]));

const folderOf = (file: string): string => file.split("/")[0] ?? "";

/** The room of a file of the client; null for other files, and for those that stand above the rooms. */
function roomOf(file: string): string | null {
  const [folder, room, name] = file.split("/");
  return folder === "client" && room && name ? room : null;
}

function sourcesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "test" ? [] : sourcesBelow(root, path);
    return /\.(ts|tsx)$/.test(entry.name) ? [path] : [];
  });
}
