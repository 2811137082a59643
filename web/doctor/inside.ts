/** Back leads inside the doctor's page: out of a call only after a question, and from the past consultations to the desk. */

import { keepInside } from "../ui/back.ts";
import { openCase, page, session } from "./doctor.ts";

let onBack: (() => void) | null = null;

/** Lets a screen answer the browser's Back while it is shown; returns a function that ends that. */
export function whenBack(run: () => void): () => void {
  onBack = run;
  return () => void (onBack = null);
}

keepInside(
  () => {
    if (onBack) return onBack();
    if (openCase.peek()) openCase.value = null;
    else page.value = "desk";
  },
  () => {
    const value = session.peek();
    return value.at === "in" && value.client.consultation.current.peek() !== null;
  },
);
