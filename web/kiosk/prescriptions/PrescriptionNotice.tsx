/** What a call tells of its prescriptions, above everything that scrolls: that one was signed, or cancelled. Each is told until it was seen. */

import { signal } from "@preact/signals";
import type { Prescription } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { nextNews, stateOf } from "./list.ts";
import { anchorOf } from "./PrescriptionSheet.tsx";
import { endOf } from "./words.ts";

/** What the post has seen on this page. */
const seen = signal<ReadonlySet<string>>(new Set());

export function PrescriptionNotice({ prescriptions }: { prescriptions: readonly Prescription[] }) {
  const next = nextNews(prescriptions, seen.value);
  if (!next) return null;
  const of = next.prescription;
  const { prescription, by, replaces } = of.signed;
  const isCancelled = stateOf(of) === "cancelled";
  const show = () => {
    seen.value = new Set([...seen.value, next.key]);
    document.getElementById(anchorOf(prescription))?.scrollIntoView({ block: "start" });
  };
  return (
    <Banner
      tone={isCancelled ? "bad" : "good"}
      icon={isCancelled ? icon.alert : icon.check}
      data-testid="rx-notice"
      actions={<Button onClick={show}>{t("kiosk.rx.see")}</Button>}
    >
      <strong>{isCancelled ? t("kiosk.rx.gone") : t("kiosk.rx.came", { name: by })}</strong>
      <p>{isCancelled ? endOf(of, prescriptions) : t(replaces ? "kiosk.rx.came_instead" : "kiosk.rx.came_more")}</p>
    </Banner>
  );
}
