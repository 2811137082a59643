/** The entry of the page of an ambulance, whose telephone comes into the call of its evacuation. */

import { render } from "preact";
import "../ui/tokens.css";
import "../ui/components.css";
import "./ambulance.css";
import { rememberedLanguage, setLanguage } from "../ui/i18n.ts";
import { App } from "./App.tsx";
import { begin } from "./phone.ts";

await setLanguage(rememberedLanguage()).catch(() => undefined);
render(<App />, document.getElementById("app")!);
void begin();
