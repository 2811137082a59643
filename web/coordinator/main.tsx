/** The entry of the coordinator's page, which keeps the rota of specialists. */

import { render } from "preact";
import "../ui/tokens.css";
import "../ui/components.css";
import "../ui/head.css";
import "./coordinator.css";
import { useOwnFont } from "../ui/font.ts";
import { learn, rememberedLanguage, setLanguage } from "../ui/i18n.ts";
import duties from "../ui/texts/fr.json?duty";
import { App } from "./App.tsx";
import { account } from "./rota.ts";

useOwnFont();
learn(duties);
await setLanguage(rememberedLanguage());
render(<App />, document.getElementById("app")!);
void account.resume();
