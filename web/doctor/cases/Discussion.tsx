/** The discussion of a case: what its members wrote to each other, and a field for a message or a question to the post. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Case, Client } from "../../client/index.ts";
import { type ConsultationId, TEXT_LIMITS } from "../../protocol/messages.ts";
import type { ConsultationView } from "../../protocol/api.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { ChatRecord } from "../../ui/chat/later.ts";
import { Field } from "../../ui/Field.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { actsOf, useActing } from "./acts.ts";

interface DiscussionProps {
  client: Client;
  id: ConsultationId;
  row: Case;
  view: ConsultationView;
}

export function Discussion({ client, id, row, view }: DiscussionProps) {
  const chat = view.chat ?? [];
  const last = chat.at(-1)?.number ?? 0;
  useEffect(() => {
    if (row.unread > 0 && last > 0) actsOf(client).seen(id, last);
  }, [row.unread > 0, last]);
  return (
    <section class="discussion" aria-label={t("doctor.case.discussion")}>
      {chat.length > 0 && <ChatRecord chat={chat} marks={view.chat_marks ?? []} />}
      {row.state !== "follow_up" && <Writing client={client} id={id} mayAsk={row.mine} />}
    </section>
  );
}

/** The field. What is typed stays on this device until the server has it. */
function Writing({ client, id, mayAsk }: { client: Client; id: ConsultationId; mayAsk: boolean }) {
  const [text, setText] = useState("");
  const acting = useActing();
  /** The message that was said last: the same text again is the same message. */
  const said = useRef<{ text: string; chat: string } | null>(null);
  const name = `case ${id}`;
  useEffect(() => {
    void client.drafts.load<string>(name).then((kept) => kept && setText((typed) => typed || kept));
  }, [name]);
  const type = (next: string) => {
    setText(next);
    client.drafts.save(name, next);
  };
  const write = async (asks: boolean) => {
    const words = text.trim().normalize();
    if (!words) return;
    if (said.current?.text !== words) said.current = { text: words, chat: crypto.randomUUID() };
    const { chat } = said.current;
    if (!(await acting.run(() => actsOf(client).write(id, words, asks, chat)))) return;
    said.current = null;
    setText("");
    await client.drafts.clear(name);
  };
  return (
    <>
      <Field
        label={t("doctor.case.message")}
        hint={t(mayAsk ? "doctor.case.message_hint" : "doctor.case.opinion_hint")}
        value={text}
        onValue={type}
        rows={2}
        maxLength={TEXT_LIMITS.chat}
        data-testid="case-message"
      />
      {acting.fault && (
        <Banner tone="warn" icon={icon.alert} data-testid="error">
          {acting.fault}
        </Banner>
      )}
      <div class="actions">
        {mayAsk && (
          <Button icon={icon.chat} disabled={!text.trim() || acting.busy} data-testid="case-ask" onClick={() => void write(true)}>
            {t("doctor.case.ask")}
          </Button>
        )}
        <Button icon={icon.send} disabled={!text.trim() || acting.busy} data-testid="case-write" onClick={() => void write(false)}>
          {t("doctor.case.write")}
        </Button>
      </div>
    </>
  );
}
