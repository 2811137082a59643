/**
 * A notification with "Prendre" while the page is hidden: in another tab, behind another window, or installed as an app. The service
 * worker shows it, because a phone allows no other, and sends the answer back (`pressed.ts`); no server beside our own has a part in it. It names
 * the urgency and the post, and nothing about a patient. It is loaded when something rings.
 */

import type { Client } from "../client/index.ts";
import type { ConsultationId, PartyId } from "../protocol/messages.ts";
import { t } from "../ui/i18n.ts";

/** Shows the notification for as long as this rings and the page is hidden. Returns a function that ends it. */
export function notify(client: Client, words: string, consultation: ConsultationId): () => void {
  if (!("Notification" in window)) return () => {};
  let close = () => {};
  const look = () => {
    close();
    const party = client.identity.peek()?.party;
    const may = document.hidden && Notification.permission === "granted" && party;
    close = may ? show(words, consultation, party) : () => {};
  };
  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    close();
  };
}

/** Shows a notification by the service worker, or by the page where there is none. Returns a function that closes it. */
function show(words: string, tag: ConsultationId, party: PartyId): () => void {
  let over = false;
  const shown = navigator.serviceWorker?.getRegistration().then(async (registration) => {
    if (over) return () => {};
    if (!registration?.active) return showByPage(words, tag);
    const actions = [{ action: "claim", title: t("doctor.claim") }];
    const options = { tag, data: { consultation: tag, party }, requireInteraction: true, actions };
    await registration.showNotification(words, options);
    return async () => (await registration.getNotifications({ tag })).forEach((one) => one.close());
  });
  return () => {
    over = true;
    void shown?.then((close) => close()).catch(() => undefined);
  };
}

/** A notification without a service worker, which a certificate that the browser does not trust forbids; it only brings the page to the front. */
function showByPage(words: string, tag: ConsultationId): () => void {
  const notification = new Notification(words, { tag, requireInteraction: true });
  notification.onclick = () => (window.focus(), notification.close());
  return () => notification.close();
}
