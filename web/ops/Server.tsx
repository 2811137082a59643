/** The server's own health, one figure in each box. */

import type { Health } from "../protocol/api.ts";
import { bytes, number, t } from "../ui/i18n.ts";
import { health, trends } from "./ops.ts";
import { Sparkline } from "./Sparkline.tsx";

function auditText({ audit }: Health): string {
  if (!audit?.verified) return t("ops.health.audit_wait");
  return t(audit.flaw ? "ops.health.audit_bad" : "ops.health.audit_ok");
}

/** The head of the audit log, of which operators keep a copy elsewhere. An empty log has none. */
function AuditHead({ audit }: Health) {
  if (!audit?.verified || audit.flaw || audit.head.startsWith("0:")) return null;
  return (
    <p class="small soft">
      {t("ops.health.audit_head")} <code data-testid="audit-head">{audit.head}</code>
    </p>
  );
}

export function Server() {
  const now = health.value;
  if (!now)
    return (
      <section class="panel" data-testid="health">
        <h2>{t("ops.health")}</h2>
        <p role="status">{t("common.loading")}</p>
      </section>
    );
  const perSecond = (value: number) => t("ops.health.per_s", { n: number(value) });
  const cpu = t("ops.health.core", { n: number(now.cpu_percent, 1) });
  const figures: [string, string][] = [
    [t("ops.health.memory"), bytes(now.rss_bytes)],
    [t("ops.health.sessions"), number(now.ws_sessions)],
    [t("ops.health.rooms"), number(now.rooms)],
    [t("ops.health.peers"), number(now.peers)],
    [t("ops.health.waiting"), number(now.waiting)],
    [t("ops.health.in"), perSecond(now.packets_in_per_s)],
    [t("ops.health.out"), perSecond(now.packets_out_per_s)],
    [t("ops.health.dropped"), perSecond(now.dropped_per_s)],
  ];
  return (
    <section class="server panel" data-testid="health">
      <h2>
        {t("ops.health")}{" "}
        <small class="soft">
          {t("ops.health.version", { version: now.version, time: uptime(now.uptime_s) })}
        </small>
      </h2>
      {now.draining && <p class="warn">{t("ops.health.draining")}</p>}
      <dl>
        <Figure
          name={t("ops.health.store")}
          value={t(now.store_ok ? "ops.health.store_ok" : "ops.health.store_bad")}
          tone={now.store_ok ? "good" : "bad"}
          data-testid="store-state"
        />
        {now.disk && (
          <Figure
            name={t("ops.health.disk")}
            value={t(now.disk.low ? "ops.health.disk_low" : "ops.health.disk_free", {
              free: bytes(now.disk.free_bytes),
              total: bytes(now.disk.total_bytes),
            })}
            tone={now.disk.low ? "bad" : "good"}
          />
        )}
        <Figure name={t("ops.health.audit")} value={auditText(now)} tone={now.audit?.flaw ? "bad" : "good"} />
        <div>
          <dt>{t("ops.health.cpu")}</dt>
          <dd>
            {number(now.cpu_percent, 1)} % <Sparkline values={trends.value.get("cpu") ?? []} label={cpu} />
          </dd>
        </div>
        {figures.map(([name, value]) => (
          <Figure key={name} name={name} value={value} />
        ))}
      </dl>
      <AuditHead {...now} />
    </section>
  );
}

interface FigureProps {
  name: string;
  value: string;
  tone?: string;
  "data-testid"?: string;
}

function Figure({ name, value, tone = "", ...rest }: FigureProps) {
  return (
    <div {...rest}>
      <dt>{name}</dt>
      <dd class={tone}>{value}</dd>
    </div>
  );
}

/** A duration such as "1 j 2 h", "2 h 3 min" or "4 min", from seconds. */
export function uptime(s: number): string {
  const [days, hours, minutes] = [Math.floor(s / 86_400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
  if (days) return `${days} j ${hours} h`;
  return hours ? `${hours} h ${minutes} min` : `${minutes} min`;
}
