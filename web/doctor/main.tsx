/** The entry of the doctor's page. */

import { render } from "preact";
import "../ui/tokens.css";
import "../ui/components.css";
import "../ui/vitals.css";
import "./doctor.css";
import { useOwnFont } from "../ui/font.ts";
import { rememberedLanguage, setLanguage } from "../ui/i18n.ts";
import { App } from "./App.tsx";
import { listenToWorker, resumeSession } from "./doctor.ts";

useOwnFont();
await setLanguage(rememberedLanguage());
render(<App />, document.getElementById("app")!);
listenToWorker();
void resumeSession();
