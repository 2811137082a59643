/** The entry of the operations page, which shows who is connected and how the links and the server are doing. */

import { render } from "preact";
import "../ui/tokens.css";
import "../ui/components.css";
import "../ui/head.css";
import "./ops.css";
import { useOwnFont } from "../ui/font.ts";
import { rememberedLanguage, setLanguage } from "../ui/i18n.ts";
import { App } from "./App.tsx";
import { account } from "./ops.ts";

useOwnFont();
await setLanguage(rememberedLanguage());
render(<App />, document.getElementById("app")!);
void account.resume();
