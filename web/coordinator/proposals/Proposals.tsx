/**
 * "Corrections proposées par les postes": what posts want to be corrected of structures, beside what is known now. It is loaded later, and is not shown while
 * nothing waits.
 */

import { useEffect, useState } from "preact/hooks";
import type { OpenProposal } from "../../protocol/api.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { dayOfYear, moment } from "../../ui/dates.ts";
import { Field } from "../../ui/Field.tsx";
import { learn, t } from "../../ui/i18n.ts";
import { isSame, subjectOf, valueOf } from "../../ui/structures/changes.ts";
import french from "../../ui/texts/fr.json?proposals";
import { answer, refresh, waiting } from "./list.ts";

learn(french);

export function Proposals() {
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    void refresh();
    const timer = setInterval(refresh, REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  const { proposals, total } = waiting.value ?? { proposals: [], total: 0 };
  if (!proposals.length && !fault) return null;
  return (
    <section class="gaps" aria-labelledby="proposals-title" data-testid="proposals">
      <h2 id="proposals-title">{t("rota.proposals")}</h2>
      <p class="soft">{t("rota.proposals.more")}</p>
      {fault && (
        <Banner tone="warn" data-testid="proposal-fault">
          {fault}
        </Banner>
      )}
      <ul>
        {proposals.map((one) => (
          <Row key={one.proposal} of={one} onAnswered={setFault} />
        ))}
      </ul>
      {total > proposals.length && <p class="soft">{t("rota.proposals.others", { n: total - proposals.length })}</p>}
    </section>
  );
}

function Row({ of, onAnswered }: { of: OpenProposal; onAnswered: (fault: string | null) => void }) {
  const [rejecting, setRejecting] = useState(false);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const give = async (accepted: boolean) => {
    setBusy(true);
    onAnswered(await answer(of, accepted, accepted ? "" : reason.trim()));
    setBusy(false);
  };
  return (
    <li class="row" data-testid="proposal-row" data-structure={of.structure.id}>
      <Facts of={of} />
      {rejecting && (
        <Field label={t("rota.proposals.reason")} value={reason} onValue={setReason} maxLength={REASON_CHARS} data-testid="proposal-reason" />
      )}
      {rejecting ? (
        <Button kind="danger" disabled={busy || !reason.trim()} data-testid="proposal-confirm" onClick={() => void give(false)}>
          {t("rota.proposals.confirm")}
        </Button>
      ) : (
        <Button disabled={busy} data-testid="proposal-reject" onClick={() => setRejecting(true)}>
          {t("rota.proposals.reject")}
        </Button>
      )}
      <Button kind="primary" disabled={busy} data-testid="proposal-accept" onClick={() => void give(true)}>
        {t("rota.proposals.accept")}
      </Button>
    </li>
  );
}

function Facts({ of: { structure, post, staff, at, change, known, data_at, remark } }: { of: OpenProposal }) {
  const isNewer = data_at !== null && data_at > at;
  return (
    <div class="change">
      <p>
        <strong>
          <bdi>{structure.name}</bdi>, {structure.district} · {subjectOf(change)}
        </strong>
        <del>{t("rota.proposals.known", { value: valueOf(known) })}</del>
        <ins data-testid="proposal-value">{t("rota.proposals.proposed", { value: valueOf(change) })}</ins>
        {isSame(change, known) ? <span class="warn">{t("rota.proposals.same")}</span> : isNewer && <span class="warn">{t("rota.proposals.newer", { date: dayOfYear(data_at) })}</span>}
        {remark && <span dir="auto">« {remark} »</span>}
        <span class="small soft">
          {staff ? t("rota.proposals.by_staff", { name: staff, post: post.name, time: moment(at) }) : t("rota.proposals.by", { post: post.name, time: moment(at) })}
        </span>
      </p>
    </div>
  );
}

/** A correction may wait a minute. */
const REFRESH_MS = 60_000;
/** The server takes no more. */
const REASON_CHARS = 300;
