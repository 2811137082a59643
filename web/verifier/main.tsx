/** The entry of the page that verifies signed prescriptions, with or without a network. */

import { render } from "preact";
import "../ui/tokens.css";
import "../ui/components.css";
import "../ui/head.css";
import "./verifier.css";
import { useOwnFont } from "../ui/font.ts";
import { rememberedLanguage, setLanguage } from "../ui/i18n.ts";
import { App } from "./App.tsx";
import { refreshTrustList } from "./trust-list.ts";
import { askAgain, idle, outdated, result } from "./verifier.ts";

useOwnFont();
void refreshTrustList();
await setLanguage(rememberedLanguage()).catch(() => undefined);
render(<App />, document.getElementById("app")!);

addEventListener("online", () => {
  void refreshTrustList();
  if (result.peek()?.answer.state === "offline") void askAgain();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void refreshTrustList(HOUR_MS);
});
// What keeps the page on the device is loaded last, because it serves the next visit.
import("../client/offline/update.ts").then(
  ({ registerApp }) => registerApp("verifier", idle, outdated),
  () => undefined,
);

const HOUR_MS = 3_600_000;
