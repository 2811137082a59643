//! The top of every screen but the call: which post, what time, what the link allows.

import { effect, signal } from "@preact/signals";
import { now, seconds } from "../client/platform/clock.ts";
import { timeOfDay } from "../ui/i18n.ts";
import { OwnLink } from "../ui/LinkBadge.tsx";
import { linkFromRtt, type LinkWord } from "../ui/link-quality.ts";
import { Mark } from "../ui/Logo.tsx";
import { connection, place } from "./shell.ts";

/** What the link allows now. */
export function linkWord(): LinkWord {
  const { at } = connection.state.value;
  if (at === "ready") return linkFromRtt(connection.rttMs.value);
  const hoping = at === "connecting" && navigator.onLine && (seconds.value, now()) < HOPE_MS;
  return hoping ? "unknown" : "lost";
}

/** A tablet that starts without a network says so after this. */
const HOPE_MS = 10_000;

export function Bar() {
  return (
    <header class="bar cloth">
      <Mark />
      <strong data-testid="place">{place.value?.name}</strong>
      <OwnLink connection={connection} word={linkWord()} />
      <Clock />
    </header>
  );
}

const minute = signal("");
effect(() => {
  void seconds.value;
  minute.value = timeOfDay(new Date());
});

const Clock = () => <time class="digits">{minute.value}</time>;
