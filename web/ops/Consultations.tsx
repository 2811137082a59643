/** The waiting and running consultations, with a line for each member's link. Nothing about a patient is shown. */

import { now, seconds } from "../client/index.ts";
import type { Activity, ActivityLink, Overview } from "../protocol/messages.ts";
import { bitrate, duration, number, t } from "../ui/i18n.ts";
import { LinkBadge } from "../ui/LinkBadge.tsx";
import { linkFromFigures } from "../ui/link-quality.ts";
import { overviewAt, trends } from "./ops.ts";
import { linkKey } from "./series.ts";
import { Sparkline } from "./Sparkline.tsx";

export function Consultations({ overview }: { overview: Overview }) {
  const rows = overview.consultations;
  return (
    <section class="panel consultations" tabIndex={0} role="region" aria-label={t("ops.consultations")}>
      <h2>
        {t("ops.consultations")} <small class="soft">{number(rows.length)}</small>
      </h2>
      {rows.length === 0 ? (
        <p data-testid="no-consultation">{t("ops.consultations.none")}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t("ops.col.post")}</th>
              <th scope="col">{t("ops.col.link")}</th>
              <th scope="col">{t("ops.col.rtt")}</th>
              <th scope="col">{t("ops.col.loss")}</th>
              <th scope="col">{t("ops.col.up")}</th>
              <th scope="col">{t("ops.col.down")}</th>
              <th scope="col">{t("ops.col.trend")}</th>
            </tr>
          </thead>
          {rows.map((activity) => (
            <Consultation key={activity.consultation} activity={activity} />
          ))}
        </table>
      )}
    </section>
  );
}

function Consultation({ activity }: { activity: Activity }) {
  const { consultation, place, speciality, urgency, step, age_ms, links } = activity;
  const age = age_ms + Math.max(0, (seconds.value, now()) - overviewAt.value);
  return (
    <tbody data-testid="consultation-row" data-consultation={consultation} data-urgency={urgency}>
      <tr class="what">
        <th scope="rowgroup" colSpan={7}>
          <span class={`pill ${urgency}`}>{t(`common.urgency.${urgency}`)}</span>
          <strong>{place.name}</strong>
          <span>{t(`common.speciality.${speciality}`)}</span>
          <span class={step === "nobody" ? "bad" : "soft"}>
            {step ? t(`common.step.${step}`) : t("ops.running")}
          </span>
          <span class="digits">{duration(age)}</span>
        </th>
      </tr>
      {links.length === 0 && (
        <tr>
          <td colSpan={7} class="soft">
            {t("ops.no_link")}
          </td>
        </tr>
      )}
      {links.map((one) => (
        <Link key={one.link.member} of={one} consultation={consultation} />
      ))}
    </tbody>
  );
}

function Link({ of: { role, place, link }, consultation }: { of: ActivityLink; consultation: string }) {
  const values = trends.value.get(linkKey(consultation, link.member)) ?? [];
  const { rtt_ms, up, down } = link;
  const loss = Math.max(up.loss, down.loss);
  return (
    <tr data-testid="link-row" data-member={link.member}>
      <td>
        <strong>{t(`common.role.${role}`)}</strong> <span class="soft">{place.name}</span>
      </td>
      <td>
        <LinkBadge word={linkFromFigures(link)} />
      </td>
      <td class="digits">{rtt_ms === null ? "–" : `${number(rtt_ms)} ms`}</td>
      <td class={loss > 0.1 ? "digits bad" : "digits"}>{number(loss * 100, 1)} %</td>
      <td class="digits">{bitrate(up.bps)}</td>
      <td class="digits">{bitrate(down.bps)}</td>
      <td>
        <Sparkline values={values} label={trend(values)} />
      </td>
    </tr>
  );
}

function trend(values: readonly number[]): string {
  if (!values.length) return "";
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return t("ops.trend", { least: bitrate(least), most: bitrate(most), last: bitrate(values.at(-1) ?? 0) });
}
