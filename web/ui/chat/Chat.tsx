/** The parts of the chat that a call screen shows: its button, its notice and its panel. They share one state a page. */

import { useEffect } from "preact/hooks";
import { type Client, type Ongoing, testTone } from "../../client/index.ts";
import { Banner } from "../Banner.tsx";
import { Button } from "../Button.tsx";
import { learn, t } from "../i18n.ts";
import * as icon from "../icons.ts";
import { loadStylesheet } from "../stylesheet.ts";
import french from "../texts/fr.json?chat";
import styles from "./chat.css?later";
import { ChatAfter, ChatRecord } from "./ChatRecord.tsx";
import { ChatPanel } from "./ChatPanel.tsx";
import { chatOf, isOpen, openChat, wasOpen } from "./state.ts";

learn(french);

/** The parts, once their styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return { ChatButton, ChatNotice, ChatPanel, ChatRecord, ChatAfter };
}

interface ChatProps {
  client: Client;
  ongoing: Ongoing;
}

function ChatButton({ client }: { client: Client }) {
  const n = chatOf(client).unread.value.length;
  return (
    <Button
      icon={icon.chat}
      class={isOpen.value ? "pressed" : ""}
      aria-expanded={isOpen.value}
      aria-label={n ? t("common.chat.unread", { n }) : t("common.chat.button")}
      data-testid="chat"
      onClick={() => openChat(!isOpen.value)}
    >
      {t("common.chat.button")}
      {n > 0 && (
        <span class="unread" data-testid="chat-unread" aria-hidden="true">
          {n}
        </span>
      )}
    </Button>
  );
}

/** The last message that nobody has read, or an offer to write where the voice fails. Nothing while the panel is open. */
function ChatNotice({ client, ongoing }: ChatProps) {
  const unread = chatOf(client).unread.value;
  const last = unread.at(-1);
  const isPost = client.identity.value?.role === "kiosk";
  useEffect(() => {
    // The nurse looks at the patient, and not at the screen.
    if (last && isPost && !isOpen.peek()) void testTone();
  }, [last?.number]);
  if (isOpen.value) return null;
  if (last)
    return (
      <Banner
        tone="info"
        icon={icon.chat}
        data-testid="chat-notice"
        actions={
          <Button kind="primary" data-testid="chat-open" onClick={() => openChat(true)}>
            {t("common.chat.open")}
          </Button>
        }
      >
        <strong>{t("common.chat.notice", { name: last.by })}</strong> <span class="preview" dir="auto">{last.text}</span>
      </Banner>
    );
  if (!failsVoice(client, ongoing)) return null;
  return (
    <Banner
      icon={icon.chat}
      data-testid="chat-offer"
      actions={
        <Button data-testid="chat-open" onClick={() => openChat(true)}>
          {t("common.chat.offer_open")}
        </Button>
      }
    >
      {t("common.chat.offer")}
    </Banner>
  );
}

/** True if a voice, ours or another's, does not get through; also if words are missing, until somebody has seen the panel. */
function failsVoice({ call }: Client, { me, members }: Ongoing): boolean {
  const rung = call.caps.value?.rung;
  const unheard = members.some(
    ({ member, state, voice, deaf }) => member !== me && state === "here" && (deaf || voice === "stopped" || voice === "dead"),
  );
  const ours = call.unheard.value || call.deafTo.value.length > 0 || call.mic.value === "dead";
  const poor = (rung === "deferred" || rung === "fragile") && !wasOpen.value;
  return unheard || ours || poor || call.lostSince.value !== null;
}
