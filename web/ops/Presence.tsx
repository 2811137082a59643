/**
 * The list of who is connected: counts for each region, and a line for everybody with the name of their structure.
 */

import { now, seconds } from "../client/index.ts";
import type { Online, Overview } from "../protocol/messages.ts";
import { moment } from "../ui/dates.ts";
import { number, t } from "../ui/i18n.ts";
import { absentFrom } from "./absent.ts";
import { expected, overviewAt } from "./ops.ts";
import { uptime } from "./Server.tsx";

export function Presence({ overview: { online, consultations } }: { overview: Overview }) {
  const regions = [...new Set(online.map(({ place }) => place.region))].sort();
  const running = consultations.filter(({ step }) => step === null);
  return (
    <section class="panel presence">
      <h2>
        {t("ops.online")} <small class="soft">{number(online.length)}</small>
      </h2>
      {online.length === 0 ? (
        <p data-testid="no-one">{t("ops.online.none")}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t("ops.col.region")}</th>
              <th scope="col">{t("ops.col.posts")}</th>
              <th scope="col">{t("ops.col.doctors")}</th>
              <th scope="col">{t("ops.col.free")}</th>
              <th scope="col">{t("ops.col.busy")}</th>
            </tr>
          </thead>
          <tbody>
            {regions.map((region) => (
              <Region
                key={region}
                region={region}
                people={online.filter(({ place }) => place.region === region)}
                running={running.filter(({ place }) => place.region === region).length}
              />
            ))}
          </tbody>
        </table>
      )}
      {regions.map((region) => (
        <People key={region} region={region} people={online.filter(({ place }) => place.region === region)} />
      ))}
      <Absent online={online} />
    </section>
  );
}

/** Tablets and doctors that should be connected and are not. */
function Absent({ online }: { online: Online[] }) {
  if (!expected.value) return null;
  const absent = absentFrom(expected.value, online);
  if (!absent.length) return null;
  return (
    <details open={absent.length <= 12}>
      <summary>
        {t("ops.absent")} <small class="soft">{number(absent.length)}</small>
      </summary>
      <ul>
        {absent.map(({ party, role, place, seen_at }) => (
          <li key={party} data-testid="absent-row" data-party={party}>
            <strong>
              {place.name} <small class="soft">{party}</small>
            </strong>
            <span>{t(`common.role.${role}`)}</span>
            <span class="soft digits">{seen_at === null ? t("ops.absent.never") : t("ops.absent.since", { time: moment(seen_at) })}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Region({ region, people, running }: { region: string; people: Online[]; running: number }) {
  const doctors = people.filter(({ role }) => role === "doctor");
  const free = doctors.filter(({ availability }) => availability === "available");
  return (
    <tr data-testid="region-row" data-region={region}>
      <th scope="row">{region}</th>
      <td class="digits">{number(people.filter(({ role }) => role === "kiosk").length)}</td>
      <td class="digits">{number(doctors.length)}</td>
      <td class="digits">{number(free.length)}</td>
      <td class="digits">{number(running)}</td>
    </tr>
  );
}

function People({ region, people }: { region: string; people: Online[] }) {
  const elapsed = Math.max(0, (seconds.value, now()) - overviewAt.value);
  return (
    <details open={people.length <= 12}>
      <summary>{region}</summary>
      <ul>
        {people.map(({ party, role, place, availability, since_ms }) => (
          <li key={party} data-testid="online-row" data-party={party} data-role={role}>
            <strong>
              {place.name} <small class="soft">{party}</small>
            </strong>
            <span>
              {t(`common.role.${role}`)}
              {role === "doctor" && ` · ${t(`ops.availability.${availability}`)}`}
            </span>
            <span class="soft digits">
              {t("ops.online.since", { time: uptime((since_ms + elapsed) / 1000) })}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
