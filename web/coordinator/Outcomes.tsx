/** "Ce que sont devenus les patients": how many patients had which outcome in the last days. It comes with the cases, is read when it is opened, and names nobody. */

import { useState } from "preact/hooks";
import { get } from "../client/signalling/session.ts";
import type { OutcomesView } from "../protocol/api.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";

export function Outcomes() {
  const [view, setView] = useState<OutcomesView | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const read = async () => {
    setFault(null);
    await get<OutcomesView>("/api/outcomes").then(setView, (error: unknown) => setFault(errorTextOf(error)));
  };
  return (
    <details data-testid="outcomes" onToggle={({ currentTarget }) => currentTarget.open && void read()}>
      <summary>{t("rota.outcomes")}</summary>
      {fault && (
        <Banner tone="warn" icon={icon.linkOff} actions={<Button onClick={() => void read()}>{t("common.retry")}</Button>}>
          {fault}
        </Banner>
      )}
      {!view && !fault && <p role="status">{t("common.loading")}</p>}
      {view && <Counts view={view} />}
    </details>
  );
}

function Counts({ view: { days, counts } }: { view: OutcomesView }) {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return <p class="soft" data-testid="no-outcome">{t("rota.outcomes.none", { n: days })}</p>;
  return (
    <table class="outcomes">
      <caption class="soft">{t("rota.outcomes.days", { n: days })}</caption>
      <tbody>
        {counts.map(({ outcome, count }) => (
          <tr key={outcome} data-testid="outcome-count" data-outcome={outcome}>
            <th scope="row">{t(`rota.outcomes.${outcome}`)}</th>
            <td class="digits">{count}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t("rota.outcomes.total")}</th>
          <td class="digits">{total}</td>
        </tr>
      </tfoot>
    </table>
  );
}
