/** What still waits on the tablet: a badge with the count and the age of the oldest, and the list behind it, in plain words. */

import { computed, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { lookAtSpace, type Space } from "../client/offline/space.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { moment } from "../ui/dates.ts";
import { bytes, errorText, learn, t, type AnyCode } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import french from "../ui/texts/fr.json?outgoing";
import { client, queue } from "./kiosk.ts";
import { connection } from "./shell.ts";

learn(french);

/** One thing that waits, whichever way it is sent. */
interface Waiting {
  key: string;
  kind: string;
  at: number | null;
  state: "kept" | "sending" | "paused" | "refused";
  refusal: string | null;
  share: number | null;
  size: number;
}

const KINDS = ["request", "note", "advise", "close", "write_chat", "examine", "tell_outcome", "photo", "voice", "document", "case"];
const kindOf = (kind: string) => (KINDS.includes(kind) ? kind : "other");

const waiting = computed((): Waiting[] => {
  const messages = [...client.outbox.items.value.values()].map(({ key, message, state, refusal, at }): Waiting => {
    const word = state === "refused" ? state : state === "sent" && connection.state.value.at === "ready" ? "sending" : "kept";
    return { key, kind: kindOf(message.type), at: at ?? null, state: word, refusal, share: null, size: 0 };
  });
  const files = queue.items.value.map(({ key, kind, at, state, refusal, done, bytes: size }): Waiting => {
    return { key, kind: kindOf(kind), at, state, refusal, share: size ? done / size : null, size };
  });
  return [...messages, ...files];
});

const space = signal<Space>("unknown");

/** The badge on the first screen; nothing while nothing waits. */
export function Outgoing() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const look = () => void lookAtSpace(client.kept).then((found) => (space.value = found));
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const items = waiting.value;
  const times = items.flatMap(({ at }) => (at === null ? [] : [at]));
  return (
    <>
      {space.value === "low" && (
        <Banner tone="warn" icon={icon.alert} data-testid="space-low">
          {t("kiosk.outgoing.space")}
        </Banner>
      )}
      {items.length > 0 && (
        <section class="outgoing">
          <Button icon={icon.send} aria-expanded={open} data-testid="outgoing" data-count={items.length} onClick={() => setOpen(!open)}>
            {t("kiosk.outgoing.badge", { n: items.length })}
            {times.length > 0 && ` ${t("kiosk.outgoing.since", { time: moment(Math.min(...times)) })}`}
          </Button>
          {open && <List items={items} />}
        </section>
      )}
    </>
  );
}

function List({ items }: { items: Waiting[] }) {
  const online = connection.state.value.at === "ready";
  return (
    <>
      <p>{t(online ? "kiosk.outgoing.safe_online" : "kiosk.outgoing.safe")}</p>
      <ul data-testid="outgoing-list">
        {items.map(({ key, kind, state, refusal, share, size }) => (
          <li key={key} data-testid="outgoing-item" data-state={state}>
            {t(`kiosk.outgoing.kind.${kind}` as "kiosk.outgoing.kind.other")} : {t(`kiosk.outgoing.state.${state}`)}
            {share !== null && state !== "refused" && ` (${Math.round(share * 100)} %, ${bytes(size)})`}
            {refusal && ` ${errorText(refusal as AnyCode)}`}
          </li>
        ))}
      </ul>
      <Button data-testid="outgoing-retry" disabled={!online} onClick={() => queue.retryNow()}>
        {t("common.retry")}
      </Button>
    </>
  );
}

const LOOK_EVERY_MS = 60_000;
