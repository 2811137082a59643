/** What this post has proposed and what the district answered, and the structures that are closed. */

import { useEffect } from "preact/hooks";
import type { NearStructure } from "../../protocol/api.ts";
import { Button } from "../../ui/Button.tsx";
import { dayOfYear } from "../../ui/dates.ts";
import { errorTextOf, t } from "../../ui/i18n.ts";
import { subjectOf, valueOf } from "../../ui/structures/changes.ts";
import { connection } from "../shell.ts";
import type { ProposalRow } from "./choices.ts";
import { closed, drop, proposals, refresh } from "./proposals.ts";

export function Proposed({ onOpenAgain }: { onOpenAgain: (structure: NearStructure) => void }) {
  const isOnline = connection.state.value.at === "ready";
  useEffect(() => {
    if (isOnline) void refresh();
  }, [isOnline]);
  return (
    <>
      {closed.value.length > 0 && (
        <>
          <h3>{t("kiosk.propose.closed")}</h3>
          <ul>
            {closed.value.map((one) => (
              <li key={one.place.id} data-testid="nearest-closed">
                <span class="who">
                  <strong>{one.place.name}</strong>
                </span>
                <Button data-testid="propose-open" onClick={() => onOpenAgain(one)}>
                  {t("kiosk.propose.reopened")}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
      {proposals.value.length > 0 && (
        <>
          <h3>{t("kiosk.propose.own")}</h3>
          <ul data-testid="proposals">
            {proposals.value.map((one) => (
              <Row key={one.proposal} of={one} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Row({ of }: { of: ProposalRow }) {
  return (
    <li data-testid="proposal" data-state={of.state}>
      <span class="who">
        <strong>{of.structure.name}</strong>
        <span>
          {subjectOf(of.change)}{"\u00a0"}: {valueOf(of.change)}
        </span>
        <span class="soft">{stateWords(of)}</span>
      </span>
      {of.state === "refused" && (
        <Button data-testid="proposal-drop" onClick={() => void drop(of.proposal)}>
          {t("kiosk.propose.drop")}
        </Button>
      )}
    </li>
  );
}

function stateWords({ state, at, reason, refusal }: ProposalRow): string {
  const words = t(`kiosk.propose.state.${state}`, { date: at === null ? "" : dayOfYear(at) });
  const why = refusal ? errorTextOf({ code: refusal }) : reason;
  return why ? `${words} ${why}` : words;
}
