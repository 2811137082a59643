/** Prints a sheet of advice: puts it into the page, where only paper shows it, and opens the browser's print dialog. */

import { render } from "preact";
import { standing } from "../../client/workflow/advice.ts";
import { learn } from "../../ui/i18n.ts";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?paper";
import styles from "./paper.css?later";
import { sealOf } from "./seal.ts";
import { Sheet, type SheetProps } from "./Sheet.tsx";

learn(french);

let paper: HTMLElement | null = null;

/** Prints; the sheet stays in the page until the next one, for a browser that prints later. Rejects if the styles cannot be loaded. */
export async function printSheet(of: Omit<SheetProps, "seal">): Promise<void> {
  const seal = await sealOf(standing(of.advice));
  await loadStylesheet(styles);
  paper ??= document.body.appendChild(document.createElement("div"));
  paper.className = "paper";
  render(<Sheet {...of} seal={seal} />, paper);
  print();
}
