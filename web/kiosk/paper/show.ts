/** Puts a document into the page, where only paper shows it, and opens the browser's print dialog. */

import { render, type VNode } from "preact";
import { learn } from "../../ui/i18n.ts";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?paper";
import styles from "./paper.css?later";

learn(french);

let paper: HTMLElement | null = null;

/** Prints; the document stays in the page until the next one, for a browser that prints later. Rejects if the styles cannot be loaded. */
export async function printPage(page: VNode): Promise<void> {
  await loadStylesheet(styles);
  paper ??= document.body.appendChild(document.createElement("div"));
  paper.className = "paper";
  render(page, paper);
  print();
}
