/** Pages for a second window of the same account; `take-over.ts` loads them. */

import type { Connection } from "../client/signalling/connection.ts";
import { Banner } from "./Banner.tsx";
import { Button } from "./Button.tsx";
import { learn, t } from "./i18n.ts";
import * as icon from "./icons.ts";
import french from "./texts/fr.json?takeover";

learn(french);

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
