/**
 * Keeps the user inside the page: Back and a swipe back become a step within it, and a reload or a closed tab during a
 * call is asked about. It never leaves a call by itself.
 */

/** Calls `onBack` instead of leaving the page. `inCall` tells whether leaving it would leave a call. */
export function keepInside(onBack: () => void, inCall: () => boolean): void {
  const guard = () => history.pushState({ inside: true }, "");
  guard();
  addEventListener("popstate", () => {
    guard();
    onBack();
  });
  addEventListener("beforeunload", (event) => {
    if (inCall()) event.preventDefault();
  });
}
