/** What a closed or hidden page costs: how the doctor is reached then, and whether the browser may notify. It comes after the first screen. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../client/index.ts";
import type { OwnReach } from "../protocol/api.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";

export function Reach() {
  const [own, setOwn] = useState<OwnReach | null>(null);
  useEffect(() => {
    // Without it the desk is as good; it is asked again with the next page.
    get<OwnReach>("/api/reach").then(setOwn, () => undefined);
  }, []);
  return (
    <>
      <NotificationBanner />
      {own && (
        <p class="small soft" data-testid="closed-page" data-way={wayOf(own)}>
          {t(`doctor.presence.closed_${wayOf(own)}`, { number: own.phone ?? "" })}
        </p>
      )}
    </>
  );
}

/** The way in which a doctor is reached whose page is closed. */
export function wayOf({ sms, phone }: OwnReach): "sms" | "no_number" | "none" {
  if (!sms) return "none";
  return phone ? "sms" : "no_number";
}

/** Asks for the right to notify, or tells how to give it back. A browser asks its user once; what was refused is mended in its settings. */
function NotificationBanner() {
  const [permission, setPermission] = useState(notificationPermission);
  useEffect(() => watchPermission(setPermission), []);
  if (permission !== "default" && permission !== "denied") return null;
  const ask = () => void Notification.requestPermission().then(setPermission, () => undefined);
  const button = (
    <Button data-testid="notify-allow" onClick={ask}>
      {t("doctor.presence.notify_allow")}
    </Button>
  );
  return (
    <Banner
      tone="warn"
      icon={icon.alert}
      data-testid={`notify-${permission}`}
      actions={permission === "default" && button}
    >
      {t(`doctor.presence.notify_${permission}`)}
    </Banner>
  );
}

const notificationPermission = () => ("Notification" in window ? Notification.permission : null);

/** Follows the permission while the page is open: the browser's settings change it, and so does the first touch of an availability. */
function watchPermission(tell: (permission: NotificationPermission | null) => void): () => void {
  const look = () => tell(notificationPermission());
  let status: PermissionStatus | null = null;
  let over = false;
  navigator.permissions?.query({ name: "notifications" }).then(
    (known) => {
      if (over) return;
      status = known;
      status.addEventListener("change", look);
    },
    () => undefined,
  );
  window.addEventListener("focus", look);
  return () => {
    over = true;
    status?.removeEventListener("change", look);
    window.removeEventListener("focus", look);
  };
}
