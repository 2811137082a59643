/** Pages that show one message only: loading, or another window of the same account is in use. */

import type { ComponentChildren } from "preact";
import type { Connection } from "../client/signalling/connection.ts";
import { Banner } from "./Banner.tsx";
import { Button } from "./Button.tsx";
import { t } from "./i18n.ts";
import * as icon from "./icons.ts";

/** `children` stand above the word. */
export function Loading({ children }: { children?: ComponentChildren }) {
  return (
    <main class="centre">
      {children}
      <p role="status">{t("common.loading")}</p>
    </main>
  );
}

/** Shown if another window of the account is in use; a button continues here. */
export const Elsewhere = ({ connection }: { connection: Connection }) => (
  <TakeOverPage text={t("common.elsewhere")} onContinue={() => connection.takeOver()} />
);

/** Shown if another window has taken over; a button continues here. */
export const Replaced = () => <TakeOverPage text={t("common.replaced")} onContinue={() => location.reload()} />;

function TakeOverPage({ text, onContinue }: { text: string; onContinue: () => void }) {
  return (
    <main class="centre">
      <Banner tone="warn" icon={icon.alert}>
        {text}
      </Banner>
      <Button kind="primary" data-testid="take-over" onClick={onContinue}>
        {t("common.take_over")}
      </Button>
    </main>
  );
}
