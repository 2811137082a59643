/**
 * The entry of the kiosk. The first visit loads enrolment and the first screen, 25 kB; the other screens follow when
 * they are needed, and everything stays on the device.
 */

import { render } from "preact";
import "../ui/tokens.css";
import "../ui/components.css";
import "./kiosk.css";
import { useOwnFont } from "../ui/font.ts";
import { rememberedLanguage, setLanguage } from "../ui/i18n.ts";
import { App } from "./App.tsx";
import { startKiosk } from "./shell.ts";

useOwnFont();
await setLanguage(rememberedLanguage());
render(<App />, document.getElementById("app")!);
void startKiosk(async () => (await import("./prescriptions/later.ts")).warmPrescriptions());
