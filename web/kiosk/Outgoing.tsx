/** What still waits on the tablet: a badge with the count and the age of the oldest, and the list behind it, in plain words. */

import { computed } from "@preact/signals";
import { useState } from "preact/hooks";
import { kindOf as attachmentKind, QUEUED_AS } from "../client/attachments/attachments.ts";
import type { MediaType } from "../protocol/messages.ts";
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
  /** `unkept`: the tablet is full, and only this page has it. */
  state: "kept" | "unkept" | "sending" | "paused" | "refused";
  refusal: string | null;
  share: number | null;
  size: number;
}

const KINDS = [
  ...["request", "note", "advise", "close", "write_chat", "examine", "tell_outcome", "cancel", "photo", "voice", "document", "case", "charge"],
  ...["consent", "referral", "dispensed", "proposal"],
];
const kindOf = (kind: string) => (KINDS.includes(kind) ? kind : "other");

/** The word for an attachment of the queue (`client/attachments/attachments.ts`). */
function attachmentWord(body: unknown): string {
  const { media_type } = body as { media_type?: MediaType };
  const kind = media_type && attachmentKind(media_type);
  return kind === "voice_note" ? "voice" : (kind ?? "other");
}

const waiting = computed((): Waiting[] => {
  const messages = [...client.outbox.items.value.values()].map(({ key, message, state, refusal, at, kept }): Waiting => {
    const isGoing = state === "sent" && connection.state.value.at === "ready";
    const word = state === "refused" ? state : isGoing ? "sending" : kept ? "kept" : "unkept";
    const kind = message.type === "request" && message.defer_to ? "case" : message.type;
    return { key, kind: kindOf(kind), at: at ?? null, state: word, refusal, share: null, size: 0 };
  });
  const files = queue.items.value.map(({ key, kind, body, at, state, refusal, done, bytes: size }): Waiting => {
    return { key, kind: kindOf(kind === QUEUED_AS ? attachmentWord(body) : kind), at, state, refusal, share: size ? done / size : null, size };
  });
  return [...messages, ...files];
});

/** The badge on the first screen; nothing while nothing waits. */
export function Outgoing() {
  const [open, setOpen] = useState(false);
  const items = waiting.value;
  const times = items.flatMap(({ at }) => (at === null ? [] : [at]));
  if (!items.length) return null;
  return (
    <section class="outgoing">
      <Button icon={icon.send} aria-expanded={open} data-testid="outgoing" data-count={items.length} onClick={() => setOpen(!open)}>
        {t("kiosk.outgoing.badge", { n: items.length })}
        {times.length > 0 && ` ${t("kiosk.outgoing.since", { time: moment(Math.min(...times)) })}`}
      </Button>
      {open && <List items={items} />}
    </section>
  );
}

function List({ items }: { items: Waiting[] }) {
  const online = connection.state.value.at === "ready";
  const isUnkept = items.some(({ state }) => state === "unkept");
  return (
    <>
      <p class={isUnkept ? "bad" : ""}>{t(isUnkept ? "kiosk.outgoing.unsafe" : online ? "kiosk.outgoing.safe_online" : "kiosk.outgoing.safe")}</p>
      <ul data-testid="outgoing-list">
        {items.map(({ key, kind, state, refusal, share, size }) => (
          <li key={key} data-testid="outgoing-item" data-state={state}>
            {t(`kiosk.outgoing.kind.${kind}` as "kiosk.outgoing.kind.other")} : {t(`kiosk.outgoing.state.${state}`)}
            {share !== null && state !== "refused" && ` (${Math.round(share * 100)} %, ${bytes(size)})`}
            {refusal && ` ${errorText(refusal as AnyCode)}`}
            {refusal === "outcome_told" && (
              <Button data-testid="outgoing-drop" onClick={() => void client.outbox.drop(key)}>
                {t("kiosk.outgoing.drop")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Button data-testid="outgoing-retry" disabled={!online} onClick={() => queue.retryNow()}>
        {t("common.retry")}
      </Button>
    </>
  );
}
