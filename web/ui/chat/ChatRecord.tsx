/** The messages of a chat as people read them, in a call and afterwards. */

import { Fragment, type FunctionComponent } from "preact";
import type { Client } from "../../client/index.ts";
import { type ChatLine, type ChatLineMark, linesOf } from "../../client/workflow/chat.ts";
import type { ChatMark, ChatMessage, ErrorCode } from "../../protocol/messages.ts";
import { Button } from "../Button.tsx";
import { moment } from "../dates.ts";
import { t } from "../i18n.ts";
import { chatOf } from "./state.ts";

interface LinesProps {
  lines: ChatLine[];
  /** Puts a refused text back into the field, where there is one. */
  onTakeBack?: (key: string) => void;
}

/** One message under the other, ours on the right. */
export function ChatLines({ lines, onTakeBack }: LinesProps) {
  return (
    <ol class="lines">
      {lines.map(({ key, mine, by, at, text, mark }) => (
        <li key={key} class={mine ? "mine" : ""} data-testid="chat-line" data-mark={mark?.at}>
          {!mine && <strong dir="auto">{by}</strong>}
          <p class="said" dir="auto">
            {text}
          </p>
          <p class="small soft">
            {at !== null && <span class="digits">{moment(at)}</span>} {mine && mark && <Mark mark={mark} />}
            {mark?.at === "refused" && onTakeBack && (
              <Button data-testid="chat-take-back" onClick={() => onTakeBack(key)}>
                {t("common.chat.take_back")}
              </Button>
            )}
          </p>
        </li>
      ))}
    </ol>
  );
}

/** The messages of a record that is opened afterwards. */
export function ChatRecord({ chat, marks }: { chat: ChatMessage[]; marks: ChatMark[] }) {
  return (
    <section class="chat-record" data-testid="chat-record">
      <h3>{t("common.chat.title")}</h3>
      <ChatLines lines={linesOf(chat, marks)} />
    </section>
  );
}

/** The messages of the consultation that has just ended, with those that were not sent; nothing if there are none. `within` guards them. */
export function ChatAfter({ client, within: Within = Fragment }: { client: Client; within?: FunctionComponent }) {
  const lines = chatOf(client).lines.value;
  if (!lines.length) return null;
  return (
    <Within>
      <section class="chat-record" data-testid="chat-record">
        <h3>{t("common.chat.title")}</h3>
        <ChatLines lines={lines} />
      </section>
    </Within>
  );
}

/** The mark of one of our messages: a sign and a word, and who has read it where there are several. */
function Mark({ mark }: { mark: ChatLineMark }) {
  return (
    <span class={`receipt ${mark.at}`}>
      <span aria-hidden="true">{SIGNS[mark.at]}</span> {wordOf(mark)}
    </span>
  );
}

const SIGNS = { kept: "⏸", sending: "…", sent: "✓", received: "✓✓", read: "✓✓", refused: "!" } as const;

function wordOf(mark: ChatLineMark): string {
  if (mark.at === "refused") return t(refusalOf(mark.code));
  if (mark.at !== "read" && mark.at !== "received") return t(`common.chat.${mark.at}`);
  return mark.by.length > 1 ? t(`common.chat.${mark.at}_by`, { names: mark.by.join(", ") }) : t(`common.chat.${mark.at}`);
}

function refusalOf(code: ErrorCode) {
  if (code === "not_found") return "common.chat.refused_over";
  return code === "too_large" ? "common.chat.refused_full" : "common.chat.refused";
}
