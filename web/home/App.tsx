//! Three doors, and what somebody who opens them for the first time may wonder about.

import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { Languages } from "../ui/Languages.tsx";
import { Mark } from "../ui/Logo.tsx";

export function Doors() {
  return (
    <>
      <header class="cloth">
        <div>
          <Mark />
          <Languages />
        </div>
        <h1>{t("home.title")}</h1>
        <p>{t("home.what")}</p>
      </header>
      <main>
        <nav aria-label={t("common.teranga")}>
          <Door href="/poste" of={icon.home} title={t("home.post")} what={t("home.post.what")} />
          <Door href="/medecin" of={icon.doctor} title={t("home.doctor")} what={t("home.doctor.what")} />
          <Door href="/exploitation" of={icon.link} title={t("home.ops")} what={t("home.ops.what")} />
        </nav>
        <div class="more">
          <section>
            <h2>{t("home.data")}</h2>
            <p>{t("home.data.why")}</p>
            <p>{t("home.data.device")}</p>
          </section>
          <section>
            <h2>{t("home.warning")}</h2>
            <p>{t("home.warning.why")}</p>
          </section>
        </div>
      </main>
    </>
  );
}

interface DoorProps {
  href: string;
  of: string;
  title: string;
  what: string;
}

function Door({ href, of, title, what }: DoorProps) {
  return (
    <a class="door" href={href} data-testid={`door-${href.slice(1)}`}>
      <Icon of={of} />
      <strong>{title}</strong>
      <span>{what}</span>
    </a>
  );
}
