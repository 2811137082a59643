/** The panel of the chat: the messages, ready phrases, and the field. It stands beside the call and covers none of its controls. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Client } from "../../client/index.ts";
import { type ChatProblem, problemOf } from "../../client/workflow/chat.ts";
import { Button } from "../Button.tsx";
import { type Key, t } from "../i18n.ts";
import * as icon from "../icons.ts";
import { ChatLines } from "./ChatRecord.tsx";
import { chatOf, isOpen, openChat } from "./state.ts";

/** The phrases of a post and of a doctor; a guest has none. */
const PHRASES: Partial<Record<string, Key[]>> = {
  kiosk: ["deaf", "phone", "repeat", "wait", "done", "yes", "no"].map((name) => `common.chat.phrase.${name}` as Key),
  doctor: ["deaf", "write", "hear", "phone", "repeat"].map((name) => `common.chat.phrase.${name}` as Key),
};

export function ChatPanel({ client }: { client: Client }) {
  return isOpen.value ? <Panel client={client} /> : null;
}

function Panel({ client }: { client: Client }) {
  const chat = chatOf(client);
  return (
    <section
      class={chat.typed.value ? "chat typing" : "chat"}
      data-testid="chat-panel"
      aria-label={t("common.chat.title")}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        openChat(false);
      }}
    >
      <header>
        <h2>{t("common.chat.title")}</h2>
        <Button kind="bare" icon={icon.close} aria-label={t("common.chat.close")} data-testid="chat-close" onClick={() => openChat(false)} />
      </header>
      <Log client={client} />
      <Phrases role={client.identity.value?.role} write={(text) => chat.write(text)} />
      <Field client={client} />
    </section>
  );
}

/** The messages. The newest one stays in view; screen readers read what comes. */
function Log({ client }: { client: Client }) {
  const chat = chatOf(client);
  const lines = chat.lines.value;
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => list.current?.scrollTo(0, list.current.scrollHeight), [lines.length]);
  return (
    <div class="log" ref={list} role="log" aria-live="polite" aria-label={t("common.chat.title")} tabIndex={0}>
      {lines.length === 0 && <p class="soft">{t("common.chat.empty")}</p>}
      <ChatLines lines={lines} onTakeBack={(key) => chat.takeBack(key)} />
    </div>
  );
}

function Phrases({ role, write }: { role: string | undefined; write: (text: string) => void }) {
  const phrases = PHRASES[role ?? ""] ?? [];
  return (
    <div class="phrases" role="group" aria-label={t("common.chat.phrases")}>
      {phrases.map((key) => (
        <Button key={key} data-testid="chat-phrase" onClick={() => write(t(key))}>
          {t(key)}
        </Button>
      ))}
    </div>
  );
}

function Field({ client }: { client: Client }) {
  const chat = chatOf(client);
  const field = useRef<HTMLTextAreaElement>(null);
  const [problem, setProblem] = useState<ChatProblem | null>(null);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const typed = chat.typed.value;
  const send = () => {
    if (!typed.trim()) return;
    const found = problemOf(typed);
    setProblem(found);
    if (found) return;
    chat.write(typed);
    chat.type("");
    field.current?.focus();
  };
  return (
    <form
      class={problem ? "field wrong" : "field"}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        autoComplete="off"
        ref={field}
        rows={2}
        value={typed}
        aria-label={t("common.chat.field")}
        placeholder={t("common.chat.field")}
        aria-invalid={!!problem}
        data-testid="chat-field"
        onInput={({ currentTarget }) => {
          chat.type(currentTarget.value);
          if (problem) setProblem(problemOf(currentTarget.value));
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <Button kind="primary" type="submit" icon={icon.send} aria-label={t("common.chat.send")} data-testid="chat-send">
        {t("common.chat.send")}
      </Button>
      {problem && (
        <p class="fault" role="alert" data-testid="chat-problem" data-code={problem.code}>
          {problem.code === "too_large" ? t("common.chat.too_long", { n: problem.surplus }) : t("common.chat.invisible")}
        </p>
      )}
    </form>
  );
}
