// Builds web/dist: one bundle for each page, hashed names, precompressed files, and a table of weights. It fails if a page is over
// its budget.
//
//   node web/build.mjs            what the server embeds
//   node web/build.mjs medecin    one app only, to try something
//   node web/build.mjs --watch    again at each change, without compression
//   node web/build.mjs --out DIR  elsewhere

import { build, transform } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, watch, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { APPS, LATE_TEXTS, OF_A_CALL } from "./apps.mjs";
import { drawIcon } from "./icons/draw.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: "string", default: join(here, "dist") },
    watch: { type: "boolean", default: false },
  },
});
const dist = options.out;

const chosen = named.length ? APPS.filter((app) => named.includes(app.name)) : APPS;
/** Catalogues other than French, which are fetched and kept when somebody chooses the language. */
const LANGUAGES = /^\/a\/(en|wo|ff)\./;
const COMPRESSED = /\.(html|js|css|svg|webmanifest|json)$/;

/** The oldest browsers for which the pages are built. */
const TARGET = ["chrome108", "firefox115", "safari16"];
/** The largest file of a screen that is loaded later, and of code that several screens share, in bytes over the wire. */
const LATER_BUDGET = 15_000;
const SHARED_BUDGET = 21_000;
/** The largest part of a page's texts in English, which is no screen: whoever chooses English loads both parts once. */
const CATALOGUE_BUDGET = 20_000;
/** The later French part whose texts stand in the other of the two English parts, so that neither is over its budget. */
const IN_THE_LIGHTER_PART = "stock";

/** The rank of files that the service worker fetches after all others. */
const LAST = 9;

const hash = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 8);

/** The icons for a phone's launcher. */
const LAUNCHER = [192, 512].map((size) => {
  const bytes = drawIcon(size);
  return { size, bytes, path: `a/icon-${size}.${hash(bytes)}.png` };
});

const under = (prefixes, key) => prefixes.some((prefix) => `${key}.`.startsWith(`${prefix}.`));

/** Tells which texts belong to the first screen of a page. */
function parts({ texts, first = texts, later = [] }) {
  return { isFirst: (key) => under(first, key) && !under(later, key) };
}

/**
 * Keeps only the texts that a page can show. French is split by the screen that shows a text; another language has two parts, the
 * texts of later screens and all others.
 */
function catalogue(app) {
  const { texts } = app;
  const { isFirst } = parts(app);
  const partOf = (key) =>
    Object.keys(LATE_TEXTS).find((part) => under(LATE_TEXTS[part], key)) ?? (isFirst(key) ? "first" : "rest");
  const isLate = (key) => partOf(key) in LATE_TEXTS && partOf(key) !== IN_THE_LIGHTER_PART;
  const inFrench = (suffix) => (key) => partOf(key) === (suffix ? suffix.slice(1) : "first");
  return {
    name: "catalogue",
    setup(bundler) {
      bundler.onResolve({ filter: /texts[/\\]\w+\.json\?\w+$/ }, ({ path, resolveDir }) => ({
        path: join(resolveDir, path.replace(/\?.*/, "")),
        suffix: path.replace(/.*\?/, "?"),
      }));
      bundler.onLoad({ filter: /[/\\]texts[/\\]\w+\.json$/ }, async ({ path, suffix }) => {
        const isPart = path.endsWith("fr.json") ? inFrench(suffix) : (key) => (suffix === "?late") === isLate(key);
        const own = Object.entries(JSON.parse(await readFile(path, "utf8"))).filter(
          ([key]) => under(texts, key) && isPart(key),
        );
        return { contents: JSON.stringify(Object.fromEntries(own)), loader: "json" };
      });
    },
  };
}

/** Minifies workers, which are files of their own that the bundler would copy as they are. */
const workers = {
  name: "workers",
  setup(bundler) {
    bundler.onLoad({ filter: /\.worker\.js$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { minify: true });
      return { contents: code, loader: "file" };
    });
  },
};

/** Minifies the stylesheets of later screens, which are files of their own; `ui/stylesheet.ts` loads them. */
const laterStyles = {
  name: "later-styles",
  setup(bundler) {
    bundler.onResolve({ filter: /\.css\?later$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace(/\?.*/, "")),
      suffix: "?later",
    }));
    bundler.onLoad({ filter: /\.css$/ }, async ({ path, suffix }) => {
      if (suffix !== "?later") return undefined;
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: TARGET });
      return { contents: code, loader: "file" };
    });
  },
};

/**
 * Puts the code of a page's first screen into one file. The bundler gives each set of modules that the same screens share a file
 * of its own, which costs headers and compresses badly; a later screen that imports the page's entry shares all of it. A
 * catalogue may be loaded while the entry still waits for it, so catalogues import nothing.
 */
function firstTogether({ entry }) {
  const namespace = "after-the-entry";
  return {
    name: "first-together",
    setup(bundler) {
      bundler.onResolve({ filter: /\.tsx?$/ }, ({ kind, path, resolveDir }) =>
        kind === "dynamic-import" ? { path: join(resolveDir, path), namespace } : undefined,
      );
      bundler.onLoad({ filter: /./, namespace }, ({ path }) => ({
        contents: `import "./${entry}"; export * from ${JSON.stringify(path)};`,
        resolveDir: here,
      }));
    },
  };
}

/** Bundles one page: the files that its first screen needs, and those that are loaded later. */
async function bundle(app) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: { [app.name]: app.entry },
    outdir: "dist/a",
    publicPath: "/a/",
    entryNames: "[name].[hash]",
    chunkNames: "[name].[hash]",
    assetNames: "[name].[hash]",
    plugins: [catalogue(app), firstTogether(app), workers, laterStyles],
    bundle: true,
    loader: { ".woff2": "file" },
    splitting: true,
    format: "esm",
    target: TARGET,
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    legalComments: "none",
    charset: "utf8",
    metafile: true,
    write: false,
  });
  const { outputs } = result.metafile;
  const ranks = ranked(app, outputs);
  // Later screens repeat the stylesheet of the entry, which the page has.
  const repeated = Object.values(outputs).flatMap(({ cssBundle, entryPoint }) => (entryPoint === app.entry ? [] : [cssBundle]));
  const kept = result.outputFiles.filter((file) => !repeated.includes(relative(here, file.path)));
  const files = kept.map((file) => ({
    path: `a/${basename(file.path)}`,
    bytes: file.contents,
    rank: ranks.get(relative(here, file.path)) ?? 0,
  }));
  // The entry knows the addresses of fonts, of the worker of a call and of the styles of later screens, but the first visit
  // does not fetch them.
  const isLater = ({ path }) =>
    /\.woff2$|voice-transform\.worker/.test(path) || (path.endsWith(".css") && !path.startsWith(`a/${app.name}.`));
  for (const file of files) if (isLater(file)) file.rank ||= file.path.endsWith(".woff2") ? LAST : 1;
  files.sort((a, b) => a.rank - b.rank);
  const main = (end) =>
    files.find((file) => file.path.startsWith(`a/${app.name}.`) && file.path.endsWith(end));
  await refuseLateTexts(app, outputs, ranks);
  return { files, script: main(".js"), style: main(".css") };
}

/**
 * The rank of each script: 0 if the first screen needs it (the entry and its static imports), 1 if a dynamic import
 * loads it, and so on.
 */
function ranked(app, outputs) {
  const ranks = new Map();
  let wave = [Object.keys(outputs).find((name) => outputs[name].entryPoint === app.entry && name.endsWith(".js"))];
  for (let rank = 0; wave.length; rank++) {
    const next = [];
    for (const name of wave) {
      if (ranks.has(name) || !outputs[name]) continue;
      ranks.set(name, rank);
      for (const { path, kind } of outputs[name].imports) (kind === "dynamic-import" ? next : wave).push(path);
    }
    wave = next;
  }
  return ranks;
}

/** Fails if a file of the first screen names a text that comes later, which would be shown as its bare key. */
async function refuseLateTexts(app, outputs, ranks) {
  const { isFirst } = parts(app);
  const sources = Object.keys(outputs)
    .filter((name) => ranks.get(name) === 0)
    .flatMap((name) => Object.keys(outputs[name].inputs))
    .filter((path) => /\.tsx?$/.test(path) && !path.includes("node_modules"));
  for (const path of new Set(sources)) {
    const source = await readFile(join(here, path), "utf8");
    for (const [, key] of source.matchAll(/\bt\("([\w.]+)"/g))
      if (!isFirst(key) && !under(OF_A_CALL, key)) throw new Error(`${app.name}: ${path} shows ${key} before it is loaded.`);
  }
}

/** Preloads the scripts that the entry imports, which saves a round trip. */
function preloads({ files, script }) {
  const wanted = files.filter(
    (file) => file.rank === 0 && /\.js$/.test(file.path) && !/\.worker\./.test(file.path) && file !== script,
  );
  return wanted.map(({ path }) => `<link rel="modulepreload" href="/${path}">\n`).join("");
}

/** These pages fetch what only an installation needs after their first screen (client/offline/update.ts). */
const rel = ({ name }) => (name === "poste" || name === "medecin" ? "data-rel" : "rel");

/**
 * The HTML of a page. With credentials the manifest comes on the page's own connection; without, Chromium opens two
 * more.
 */
function page(app, { files, script, style }, icon) {
  return `<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<meta name="theme-color" content="#1c1852">
<title>${app.title}</title>
<link rel="icon" href="/${icon}">
<link ${rel(app)}="apple-touch-icon" href="/${LAUNCHER[0].path}">
<link ${rel(app)}="manifest" crossorigin="use-credentials" href="/${manifestOf(app).path}">
${style ? `<link rel="stylesheet" href="/${style.path}">\n` : ""}<script type="module" src="/${script.path}"></script>
${preloads({ files, script })}<body>
<div id="app"></div>
<noscript>Teranga a besoin de JavaScript. Activez-le dans les réglages du navigateur.</noscript>
</body>
</html>
`;
}

/** The manifest of a page; an installation from the front page installs the kiosk. */
function manifestOf(app) {
  const installed = app.name === "index" ? APPS.find(({ name }) => name === "poste") : app;
  const text = manifest(installed);
  return { path: `a/${installed.name}.${hash(text)}.webmanifest`, text };
}

function manifest(app) {
  const icons = LAUNCHER.map(({ size, path }) => ({
    src: `/${path}`,
    sizes: `${size}x${size}`,
    type: "image/png",
    purpose: "any maskable",
  }));
  const address = `/${app.name}`;
  return JSON.stringify({
    id: address,
    name: app.title,
    short_name: "Teranga",
    lang: "fr",
    start_url: address,
    scope: address,
    display: "standalone",
    background_color: "#faf6ee",
    theme_color: "#1c1852",
    icons,
  });
}

/** The service worker of a page, with the address of the list of files that it keeps. Its bytes change whenever one of them does. */
async function serviceWorker(app, precache) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: ["sw/sw.ts"],
    define: { APP: JSON.stringify(app), PRECACHE: JSON.stringify(precache) },
    bundle: true,
    format: "iife",
    target: "es2022",
    minify: true,
    write: false,
  });
  return result.outputFiles[0].contents;
}

/** The file of a page's service worker; the server gives it for `/sw.js?app=<page>`. */
const workerOf = (app) => `sw-${app.name}.js`;

async function everything() {
  const files = new Map();
  const icon = await readFile(join(here, "icons/icon.svg"));
  const iconPath = `a/icon.${hash(icon)}.svg`;
  files.set(iconPath, icon);
  for (const { path, bytes } of LAUNCHER) files.set(path, bytes);

  const weights = [];
  for (const app of chosen) {
    const bundled = await bundle(app);
    const html = page(app, bundled, iconPath);
    files.set(`${app.name}.html`, Buffer.from(html));
    for (const file of bundled.files) files.set(file.path, file.bytes);
    const { path: manifestPath, text } = manifestOf(app);
    files.set(manifestPath, Buffer.from(text));
    const paths = bundled.files.map((file) => `/${file.path}`);
    const assets = [...paths.filter((path) => !LANGUAGES.test(path)), `/${iconPath}`, `/${manifestPath}`];
    if (app.kept) {
      const list = `a/files-${app.name}.${hash(`${assets}`)}.json`;
      files.set(list, Buffer.from(JSON.stringify(assets)));
      const precache = { page: `/${app.name}`, version: hash(html + paths), list: `/${list}` };
      files.set(workerOf(app), await serviceWorker(app.name, precache));
    }
    weights.push({ app, bundled });
  }
  return { files, weights, iconPath };
}

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });

async function write(files, compressed) {
  await rm(dist, { recursive: true, force: true });
  await mkdir(join(dist, "a"), { recursive: true });
  for (const [path, bytes] of files) {
    await writeFile(join(dist, path), bytes);
    if (!compressed || !COMPRESSED.test(path)) continue;
    await writeFile(join(dist, `${path}.br`), brotli(bytes));
    await writeFile(join(dist, `${path}.gz`), gzipSync(bytes, { level: 9 }));
  }
}

/** Prints what each page weighs on its first visit; returns false if one is over its budget. */
function weigh({ files, weights, iconPath }) {
  let within = true;
  const wire = (path) => (COMPRESSED.test(path) ? brotli(files.get(path)).length : files.get(path).length);
  console.log("first visit, brotli                bytes   budget");
  for (const { app, bundled } of weights) {
    const own = [`${app.name}.html`, iconPath, manifestOf(app).path];
    if (app.kept) own.push(workerOf(app));
    own.push(...bundled.files.filter((file) => file.rank === 0).map((file) => file.path));
    const sizes = own.map((path) => [path, wire(path)]);
    const total = sizes.reduce((sum, [, size]) => sum + size, 0);
    within &&= total <= app.budget;
    console.log(
      `${app.name.padEnd(32)} ${String(total).padStart(7)} ${String(app.budget).padStart(8)}${total > app.budget ? "  TOO HEAVY" : ""}`,
    );
    for (const [path, size] of sizes) console.log(`  ${path.padEnd(30)} ${String(size).padStart(7)}`);
    for (const file of bundled.files.filter((file) => file.rank > 0)) {
      const size = wire(file.path);
      const heavy = size > budgetOf(file.path);
      within &&= !heavy;
      console.log(`  ${`${file.path} (later)`.padEnd(30)} ${String(size).padStart(7)}${heavy ? "  TOO HEAVY" : ""}`);
    }
  }
  return within;
}

/** The budget of a file that is loaded later, in bytes over the wire. */
function budgetOf(path) {
  if (path.startsWith("a/en.")) return CATALOGUE_BUDGET;
  return path.startsWith("a/chunk.") ? SHARED_BUDGET : LATER_BUDGET;
}

async function once(compressed) {
  const built = await everything();
  await write(built.files, compressed);
  return built;
}

if (options.watch) {
  const again = () => once(false).catch((error) => console.error(error.message));
  await again();
  for await (const { filename } of watch(here, { recursive: true }))
    if (filename && !/^(dist|node_modules)/.test(filename)) await again();
} else {
  const built = await once(true);
  if (!weigh(built)) process.exit(1);
}
