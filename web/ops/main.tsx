/** The entry of the operations page, which shows who is connected and how the links and the server are doing. */

import { render } from "preact";
import "../ui/tokens.css";
import "../ui/components.css";
import "./ops.css";
import { useOwnFont } from "../ui/font.ts";
import { rememberedLanguage, setLanguage } from "../ui/i18n.ts";
import { App } from "./App.tsx";
import { resumeSession } from "./ops.ts";

useOwnFont();
await setLanguage(rememberedLanguage());
render(<App />, document.getElementById("app")!);
void resumeSession();
