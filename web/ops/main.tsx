//! Operations: who is connected, how their links are, how the server is.

import { render } from "preact";
import "../ui/tokens.css";
import "../ui/components.css";
import "./ops.css";
import { rememberedLanguage, setLanguage } from "../ui/i18n.ts";
import { App } from "./App.tsx";
import { arrive } from "./ops.ts";

await setLanguage(rememberedLanguage());
render(<App />, document.getElementById("app")!);
void arrive();
