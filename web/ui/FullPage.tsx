/** The page that says that something is loading. */

import type { ComponentChildren } from "preact";
import { t } from "./i18n.ts";

/** `children` stand above the word. */
export function Loading({ children }: { children?: ComponentChildren }) {
  return (
    <main class="centre">
      {children}
      <p role="status">{t("common.loading")}</p>
    </main>
  );
}
