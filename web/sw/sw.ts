/**
 * The service worker. It keeps a page's files on the device, so that a later visit loads none of them, and never
 * touches /api or /ws. Each page has a worker of its own, with its own scope, that keeps only that page's files.
 */

export {};
declare const self: ServiceWorkerGlobalScope;
/** The name of the page. */
declare const APP: string;
/** Its address, its version, and the address of the list of its files, which is fetched with them and not with the first screen. */
declare const PRECACHE: { page: string; version: string; list: string };

const own = PRECACHE;
const prefix = `teranga-${APP}-`;
const cacheName = prefix + own.version;

self.addEventListener("install", (event) => event.waitUntil(fillCache()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data === "take over") void self.skipWaiting();
  else if (event.data === "tidy") event.waitUntil(deleteOlderCaches());
});
self.addEventListener("notificationclick", (event) => event.waitUntil(answer(event)));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" && pathname === own.page) event.respondWith(fromCache(own.page, event.request));
  else if (pathname.startsWith("/a/")) event.respondWith(fromCache(pathname, event.request));
});

/**
 * Fills the cache of this version. Unchanged files come from the older version's cache, the others from the network,
 * one after the other in the order in which they are needed, because somebody may want to call meanwhile.
 */
async function fillCache(): Promise<void> {
  const cache = await caches.open(cacheName);
  const list = await fetch(own.list);
  if (!list.ok) throw new Error(`The list of files answered ${list.status}.`);
  for (const path of (await list.json()) as string[]) {
    const had = await caches.match(path);
    await (had ? cache.put(path, had) : cache.add(path));
  }
  await cache.add(new Request(own.page, { cache: "no-cache" }));
}

/**
 * Brings the page to the front when its notification is pressed, and tells every window of it whether "Prendre" was pressed. A window that
 * is opened for it, or is still loading and hears no message, finds a note (`doctor/pressed.ts`). The address carries nothing, because
 * anybody can send a link.
 */
async function answer({ notification, action }: NotificationEvent): Promise<void> {
  notification.close();
  // A worker has the windows of its scope, and those show its own page.
  const pages = await self.clients.matchAll({ type: "window" });
  if (action === "claim") {
    const pressed = { ...notification.data, at: Date.now() };
    const leave = (notes: Cache) => notes.put("/pressed", new Response(JSON.stringify(pressed)));
    // On a full disk a page that is opened comes without the note, and rings.
    const noted = await caches.open("teranga-pressed").then(leave).then(() => true, () => false);
    for (const page of pages) page.postMessage({ pressed: { ...pressed, noted } });
  }
  // A browser may refuse to move a window that was not pressed itself; the message has gone out all the same.
  await (pages[0] ? pages[0].focus() : self.clients.openWindow(own.page)).catch(() => null);
}

/**
 * Deletes what earlier versions have kept. A page asks for it when no tab is busy, because a tab in a call may still run
 * an earlier version and load a screen of it. Nothing is deleted while a later version is being fetched or waits.
 */
async function deleteOlderCaches(): Promise<void> {
  const others = (await caches.keys()).filter((key) => key.startsWith(prefix) && key !== cacheName);
  if (self.registration.installing || self.registration.waiting) return;
  await Promise.all(others.map((key) => caches.delete(key)));
}

/**
 * Answers from the device, also with the files of an earlier version that a tab may still run. A file that was not foreseen, such as another language, is kept after its first request.
 */
async function fromCache(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const had = (await cache.match(path)) ?? (path.startsWith("/a/") ? await caches.match(path) : undefined);
  if (had) return had;
  const response = await fetch(request);
  if (response.ok) await cache.put(path, response.clone());
  return response;
}
