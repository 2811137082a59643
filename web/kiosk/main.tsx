//! The kiosk of a health post. The door comes first: a new tablet can be enrolled after 20 kB; the rest of the house
//! arrives while the code is typed, and stays on the device.

import { render } from "preact";
import "../ui/tokens.css";
import "../ui/components.css";
import "./kiosk.css";
import { rememberedLanguage, setLanguage } from "../ui/i18n.ts";
import { arrive } from "./access.ts";
import { Door, fetchHouse } from "./Door.tsx";

void fetchHouse();
await setLanguage(rememberedLanguage());
render(<Door />, document.getElementById("app")!);
void arrive();
