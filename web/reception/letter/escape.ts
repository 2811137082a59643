/** The key Escape closes what is open, the innermost first. */

/** A handler of a form that Escape closes; the letter below it stays open. */
export const onEscape = (close: () => void) => (event: KeyboardEvent) => {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  close();
};
