/** The discussion of a case: what was written, the specialist's question, and a field, which works without a network. */

import { useEffect, useState } from "preact/hooks";
import { type ChatMark, type ChatMessage, TEXT_LIMITS } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { ChatRecord } from "../../ui/chat/later.ts";
import { Field } from "../../ui/Field.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { client } from "../kiosk.ts";
import { acts, tryTo, write } from "./acts.ts";

/** A text that is typed; its name stays the same when it is sent again, so that it is one message. */
interface Typed {
  chat: string;
  text: string;
}

interface DiscussionProps {
  id: string;
  chat: ChatMessage[];
  marks: ChatMark[];
  /** True while something may be written. */
  open: boolean;
  /** True if the specialist waits for a reply. */
  asked: boolean;
}

export function Discussion({ id, chat, marks, open, asked }: DiscussionProps) {
  useEffect(() => {
    const last = chat.at(-1);
    if (last) acts.seen(id, last.number);
  }, [chat.length]);
  const question = chat.filter((message) => !message.chat).at(-1);
  return (
    <section class="case-part" data-testid="discussion">
      {asked && question && (
        <Banner tone="warn" icon={icon.chat} data-testid="question">
          <strong>{t("kiosk.case.question", { name: question.by })}</strong>
          <p class="said" dir="auto">{question.text}</p>
        </Banner>
      )}
      {chat.length > 0 && <ChatRecord chat={chat} marks={marks} />}
      {open && <Reply id={id} asked={asked} />}
    </section>
  );
}

function Reply({ id, asked }: { id: string; asked: boolean }) {
  const [typed, setTyped] = useState<Typed>({ chat: crypto.randomUUID(), text: "" });
  const [busy, setBusy] = useState(false);
  const name = `case-chat ${id}`;
  useEffect(() => void client.drafts.load<Typed>(name).then((kept) => kept?.text && setTyped(kept)), [name]);
  const type = (text: string) => {
    const next = { ...typed, text };
    setTyped(next);
    client.drafts.save(name, next);
  };
  const send = async () => {
    setBusy(true);
    const text = typed.text.trim().normalize();
    if (await tryTo(write({ type: "write_chat", consultation: id, chat: typed.chat, text }))) {
      setTyped({ chat: crypto.randomUUID(), text: "" });
      await client.drafts.clear(name);
    }
    setBusy(false);
  };
  return (
    <div class="reply">
      <Field
        label={t(asked ? "kiosk.case.reply" : "kiosk.case.write")}
        value={typed.text}
        onValue={type}
        rows={2}
        maxLength={TEXT_LIMITS.chat}
        disabled={busy}
        data-testid="case-text"
      />
      <Button kind={asked ? "go" : "plain"} icon={icon.send} disabled={busy || !typed.text.trim()} data-testid="case-send" onClick={() => void send()}>
        {t("kiosk.case.send")}
      </Button>
    </div>
  );
}
