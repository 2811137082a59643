//! The kiosk of a health post.

import { render } from "preact";
import "../ui/tokens.css";
import "../ui/components.css";
import "./kiosk.css";
import { rememberedLanguage, setLanguage } from "../ui/i18n.ts";
import { App } from "./App.tsx";
import { boot } from "./kiosk.ts";

await setLanguage(rememberedLanguage());
render(<App />, document.getElementById("app")!);
void boot();
