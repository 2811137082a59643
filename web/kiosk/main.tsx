//! The kiosk of a health post. Enrolment and the first screen come first, in 25 kB; the rest of the house when somebody
//! wants in. All of it stays on the device.

import { render } from "preact";
import "../ui/tokens.css";
import "../ui/components.css";
import "./kiosk.css";
import { rememberedLanguage, setLanguage } from "../ui/i18n.ts";
import { Door } from "./App.tsx";
import { arrive } from "./shell.ts";

await setLanguage(rememberedLanguage());
render(<Door />, document.getElementById("app")!);
void arrive();
