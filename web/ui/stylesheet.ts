/** Loads the stylesheet of a screen that is not part of the first visit (`import href from "./x.css?later"`). */

const loading = new Map<string, Promise<void>>();

/** Adds a stylesheet to the page once, and waits until it applies. It rejects if it could not be loaded; a later call tries again. */
export function loadStylesheet(href: string): Promise<void> {
  const known = loading.get(href);
  if (known) return known;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  const loaded = new Promise<void>((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      loading.delete(href);
      reject(new Error("The stylesheet could not be loaded."));
    };
  });
  loading.set(href, loaded);
  document.head.append(link);
  return loaded;
}
