/** The front page, on which a visitor chooses between the kiosk, the doctor's page, operations, the rota and the reception. */

import { render } from "preact";
import "../ui/tokens.css";
import "../ui/components.css";
import "./home.css";
import { useOwnFont } from "../ui/font.ts";
import { rememberedLanguage, setLanguage } from "../ui/i18n.ts";
import { App } from "./App.tsx";

useOwnFont();
await setLanguage(rememberedLanguage());
render(<App />, document.getElementById("app")!);
