/** The entry of the page of a receiving structure, which answers posts that evacuate a patient. */

import { render } from "preact";
import "../ui/tokens.css";
import "../ui/components.css";
import "../ui/head.css";
import "../ui/referral/referral.css";
import "./reception.css";
import "./letter/document.css";
import { useOwnFont } from "../ui/font.ts";
import { learn, rememberedLanguage, setLanguage } from "../ui/i18n.ts";
import referrals from "../ui/texts/fr.json?referral";
import { resume } from "./account.ts";
import { App } from "./App.tsx";

useOwnFont();
learn(referrals);
await setLanguage(rememberedLanguage()).catch(() => undefined);
render(<App />, document.getElementById("app")!);
void resume();
