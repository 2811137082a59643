/** What this device knows of the signers, how old that is, and what follows from it. */

import { deviceStorage } from "../client/platform/storage.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { dateAndTime } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { listAge } from "./list-age.ts";
import { fetching, refreshTrustList, trustList } from "./trust-list.ts";
import { readClock } from "./verifier.ts";

export function ListNote() {
  const list = trustList.value;
  const age = listAge(list?.at ?? null, readClock());
  const values = { time: list ? dateAndTime(list.at) : "", n: list?.keys.length ?? 0 };
  return (
    <section class="list-note" aria-label={t("verifier.list")} data-testid="list" data-age={age.is}>
      {age.is === "none" && <Note tone={fetching.value ? "info" : "bad"}>{t(fetching.value ? "verifier.list.fetching" : "verifier.list.none")}</Note>}
      {age.is === "clock" && <Note tone="bad">{t("verifier.list.clock", values)}</Note>}
      {age.is === "old" && <Note tone="warn">{`${t("verifier.list.old", { time: values.time, n: age.days })} ${t("verifier.list.old.why")}`}</Note>}
      {age.is === "fresh" && (
        <p class="soft">
          {t("verifier.list.fresh", values)} {age.days > 0 && t("verifier.list.days", { n: age.days })}
        </p>
      )}
      {deviceStorage.value !== "kept" && <Note tone="warn">{t("verifier.list.unkept")}</Note>}
    </section>
  );
}

function Note({ tone, children }: { tone: "info" | "warn" | "bad"; children: string }) {
  const again = (
    <Button disabled={fetching.value} data-testid="list-again" onClick={() => void refreshTrustList()}>
      {t(fetching.value ? "common.loading" : "common.retry")}
    </Button>
  );
  return (
    <Banner tone={tone} icon={icon.alert} actions={tone === "info" ? undefined : again}>
      {children}
    </Banner>
  );
}
