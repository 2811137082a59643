/** The bar at the top of every screen except the call: the post's name, the state of the link and the time. */

import { effect, signal } from "@preact/signals";
import { now, seconds } from "../client/platform/clock.ts";
import { wallNow } from "../client/platform/wall-clock.ts";
import { timeOfDay } from "../ui/dates.ts";
import { OwnLink } from "../ui/LinkBadge.tsx";
import { linkFromRtt, type LinkWord } from "../ui/link-quality.ts";
import { Logo } from "../ui/Logo.tsx";
import { connection, place } from "./shell.ts";

/** The state of the link in one word. */
export function linkWord(): LinkWord {
  const { at } = connection.state.value;
  if (at === "ready") return linkFromRtt(connection.rttMs.value);
  const isStarting = at === "connecting" && navigator.onLine && (seconds.value, now()) < START_MS;
  return isStarting ? "unknown" : "lost";
}

/** A tablet that starts without a network says so after this time. */
const START_MS = 10_000;

export function Bar() {
  return (
    <header class="bar cloth">
      <Logo />
      <strong data-testid="place">{place.value?.name}</strong>
      <OwnLink connection={connection} word={linkWord()} />
      <Clock />
    </header>
  );
}

const minute = signal("");
effect(() => {
  void seconds.value;
  minute.value = timeOfDay(wallNow());
});

const Clock = () => <time class="digits">{minute.value}</time>;
