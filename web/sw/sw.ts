//! The service worker: an app's files are kept on the device, so that a later visit loads none of them. It never
//! touches /api or /ws. Each app registers it with its own name and scope, and keeps only its own files.

export {};
declare const self: ServiceWorkerGlobalScope;
declare const PRECACHE: { [app: string]: { page: string; version: string; assets: string[] } };

const app = new URL(self.location.href).searchParams.get("app") ?? "";
const own = PRECACHE[app];
const prefix = `teranga-${app}-`;
const cacheName = prefix + own?.version;

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOlder()));
self.addEventListener("message", (event) => {
  if (event.data === "take over") void self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" && pathname === own?.page) event.respondWith(kept(own.page, event.request));
  else if (pathname.startsWith("/a/")) event.respondWith(kept(pathname, event.request));
});

/**
 * Unchanged files are taken from the older version's cache, the rest from the HTTP cache or the network: one after the
 * other, what is needed soonest first, because somebody may want to call meanwhile.
 */
async function fill(): Promise<void> {
  if (!own) return;
  const cache = await caches.open(cacheName);
  for (const path of own.assets) {
    const had = await caches.match(path);
    await (had ? cache.put(path, had) : cache.add(path));
  }
  await cache.add(new Request(own.page, { cache: "no-cache" }));
}

async function forgetOlder(): Promise<void> {
  const older = (await caches.keys()).filter((key) => key.startsWith(prefix) && key !== cacheName);
  await Promise.all(older.map((key) => caches.delete(key)));
  await self.clients.claim();
}

/** From the device; what was not foreseen (another language) is kept once it was asked for. */
async function kept(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const had = await cache.match(path);
  if (had) return had;
  const response = await fetch(request);
  if (response.ok) await cache.put(path, response.clone());
  return response;
}
