//! The front door: who are you?

import { render } from "preact";
import "../ui/tokens.css";
import "../ui/components.css";
import "./home.css";
import { rememberedLanguage, setLanguage } from "../ui/i18n.ts";
import { Doors } from "./App.tsx";

await setLanguage(rememberedLanguage());
render(<Doors />, document.getElementById("app")!);
