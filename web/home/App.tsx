/** The front page: links to the five pages of people at work, and answers to what a first visitor may ask. */

import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { Languages } from "../ui/Languages.tsx";
import { Logo } from "../ui/Logo.tsx";

export function App() {
  return (
    <>
      <header class="cloth">
        <div>
          <Logo />
          <Languages />
        </div>
        <h1>{t("home.title")}</h1>
        <p>{t("home.what")}</p>
      </header>
      <main>
        <nav aria-label={t("common.teranga")}>
          <PageLink href="/poste" of={icon.home} title={t("home.post")} what={t("home.post.what")} />
          <PageLink href="/medecin" of={icon.doctor} title={t("home.doctor")} what={t("home.doctor.what")} />
          <PageLink href="/exploitation" of={icon.link} title={t("home.ops")} what={t("home.ops.what")} />
          <PageLink href="/coordination" of={icon.clock} title={t("home.rota")} what={t("home.rota.what")} />
          <PageLink href="/accueil" of={icon.arrow} title={t("home.reception")} what={t("home.reception.what")} />
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

interface PageLinkProps {
  href: string;
  of: string;
  title: string;
  what: string;
}

function PageLink({ href, of, title, what }: PageLinkProps) {
  return (
    <a class="door" href={href} data-testid={`door-${href.slice(1)}`}>
      <Icon of={of} />
      <strong>{title}</strong>
      <span>{what}</span>
    </a>
  );
}
