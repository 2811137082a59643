/**
 * A notification with "Prendre" while the page is hidden: in another tab, behind another window, or installed as an app. The service
 * worker shows it, because a phone allows no other, and sends the answer back; no server beside our own has a part in it. It names
 * the urgency and the post, and nothing about a patient. It is loaded when something rings.
 */

import type { Client } from "../client/index.ts";
import type { ConsultationId } from "../protocol/messages.ts";
import { t } from "../ui/i18n.ts";

/** What the service worker says when somebody has pressed a notification. */
interface Pressed {
  notification: "claim" | "show";
  consultation: ConsultationId;
}

/** Shows the notification for as long as this rings and the page is hidden. Returns a function that ends it. */
export function notify(client: Client, words: string, consultation: ConsultationId): () => void {
  if (!("Notification" in window)) return () => {};
  let close = () => {};
  const look = () => {
    close();
    close = document.hidden && Notification.permission === "granted" ? show(words, consultation) : () => {};
  };
  const pressed = ({ data }: MessageEvent<Partial<Pressed>>) => {
    if (data.consultation !== consultation || data.notification !== "claim") return;
    void client.devices.open({ camera: false });
    client.desk.claim(consultation);
  };
  const workers = navigator.serviceWorker;
  document.addEventListener("visibilitychange", look);
  workers?.addEventListener("message", pressed);
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    workers?.removeEventListener("message", pressed);
    close();
  };
}

/** Shows a notification by the service worker, or by the page where there is none. Returns a function that closes it. */
function show(words: string, tag: ConsultationId): () => void {
  let over = false;
  const shown = navigator.serviceWorker?.getRegistration().then(async (registration) => {
    if (over) return () => {};
    if (!registration?.active) return showByPage(words, tag);
    const actions = [{ action: "claim", title: t("doctor.claim") }];
    const options = { tag, data: tag, requireInteraction: true, actions };
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
