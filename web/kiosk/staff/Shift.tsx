/** Who is at the tablet, who was there before, and the staff of the post: adding, a new PIN, leaving. It stands behind a PIN. */

import { useState } from "preact/hooks";
import type { StaffLine } from "../../protocol/api.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { moment } from "../../ui/dates.ts";
import { Field } from "../../ui/Field.tsx";
import { errorTextOf, learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import french from "../../ui/texts/fr.json?staff";
import { Icon } from "../../ui/Icon.tsx";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import { toast } from "../../ui/Toast.tsx";
import { connection } from "../shell.ts";
import { book, nurseHere } from "../staff.ts";
import { queue } from "../kiosk.ts";
import styles from "./staff.css?later";

learn(french);

/** The part, once its styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return Shift;
}

function Shift() {
  const [open, setOpen] = useState(false);
  const here = book.here.value;
  return (
    <section class="shift">
      <HandOver />
      <div class="at-post">
        {here && (
          <strong data-testid="staff-here">
            <Icon of={icon.people} /> {t("kiosk.staff.here", { name: nurseHere() })}
          </strong>
        )}
        {here && (
          <Button icon={icon.close} data-testid="staff-lock" onClick={() => book.lock()}>
            {t("kiosk.staff.lock")}
          </Button>
        )}
        <Button icon={icon.people} aria-expanded={open} data-testid="team" onClick={() => setOpen(!open)}>
          {t("kiosk.staff.team")}
        </Button>
      </div>
      {open && <Team />}
    </section>
  );
}

/** What whoever comes must know of the shift before. */
function HandOver() {
  const before = book.before.value;
  if (!before) return null;
  const who = [before.name, before.title].filter(Boolean).join(", ");
  const left = queue.items.value.length;
  return (
    <Banner tone="info" icon={icon.clock} data-testid="hand-over">
      {t("kiosk.staff.before", { name: who, from: moment(before.from), until: moment(before.until) })}{" "}
      {left > 0 && t("kiosk.staff.unsent", { n: left })}
    </Banner>
  );
}

function Team() {
  const working = book.members.value.filter(({ left }) => !left);
  const [changing, setChanging] = useState<string | null>(null);
  const here = book.here.value;
  const isFirst = working.length === 0;
  if (connection.state.value.at !== "ready") return <p>{t("kiosk.staff.needs_network")}</p>;
  return (
    <>
      {isFirst && <p>{t("kiosk.staff.first")}</p>}
      {!isFirst && !here?.responsible && <p class="soft" data-testid="team-not-responsible">{t("kiosk.staff.only_responsible")}</p>}
      <ul class="team">
        {working.map((member) => (
          <li key={member.id} data-testid="team-member">
            <p>
              <strong>{member.name}</strong>
              {here?.id === member.id && <em>{t("kiosk.staff.you")}</em>}
              <small>{[member.title, member.responsible && t("kiosk.staff.responsible")].filter(Boolean).join(" · ")}</small>
            </p>
            {(here?.responsible || here?.id === member.id) && (
              <Button aria-expanded={changing === member.id} data-testid="team-change" onClick={() => setChanging(changing === member.id ? null : member.id)}>
                {t("kiosk.staff.change")}
              </Button>
            )}
            {changing === member.id && <Change member={member} onDone={() => setChanging(null)} />}
          </li>
        ))}
      </ul>
      {(isFirst || here?.responsible) && <Add />}
    </>
  );
}

function Add() {
  const [name, setName] = useState("");
  const [title, setTitle] = useState("");
  const [pin, setPin] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!isStaffPin(pin)) return setFault(t("kiosk.staff.form"));
    setBusy(true);
    const wrong = await book.add(name, title, pin).then(
      () => null,
      (error: unknown) => errorTextOf(error),
    );
    setBusy(false);
    setFault(wrong);
    if (!wrong) setName(""), setTitle(""), setPin("");
  };
  return (
    <form class="signin-form card" onSubmit={(event) => void submit(event)}>
      <h3>{t("kiosk.staff.new")}</h3>
      <Field label={t("kiosk.staff.name")} value={name} onValue={setName} maxLength={60} required data-testid="team-name" />
      <Field label={t("kiosk.staff.title")} value={title} onValue={setTitle} maxLength={60} required data-testid="team-title" />
      <PinField label={t("kiosk.staff.pin_new")} value={pin} onValue={setPin} fault={fault} />
      <Button kind="primary" type="submit" disabled={busy} data-testid="team-add">
        {t("kiosk.staff.add")}
      </Button>
    </form>
  );
}

/** What may be changed of a member: oneself, or another one by the responsible person, who may also appoint a second. */
function Change({ member, onDone }: { member: StaffLine; onDone: () => void }) {
  const [name, setName] = useState(member.name);
  const [title, setTitle] = useState(member.title);
  const [responsible, setResponsible] = useState(member.responsible);
  const [pin, setPin] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const leads = !!book.here.value?.responsible;
  const change = async (what: Parameters<typeof book.change>[1]) => {
    setBusy(true);
    const wrong = await book.change(member.id, what).then(
      () => null,
      (error: unknown) => errorTextOf(error),
    );
    setBusy(false);
    setFault(wrong);
    if (wrong) return;
    toast(t("kiosk.staff.changed"));
    onDone();
  };
  const save = (event: Event) => {
    event.preventDefault();
    if (pin && !isStaffPin(pin)) return setFault(t("kiosk.staff.form"));
    void change({
      ...(name.trim() !== member.name && { name: name.trim() }),
      ...(title.trim() !== member.title && { title: title.trim() }),
      ...(leads && responsible !== member.responsible && { responsible }),
      ...(pin && { pin }),
    });
  };
  return (
    <form class="signin-form" onSubmit={save} data-testid="team-form">
      <Field label={t("kiosk.staff.name")} value={name} onValue={setName} maxLength={60} required data-testid="team-name" />
      <Field label={t("kiosk.staff.title")} value={title} onValue={setTitle} maxLength={60} required data-testid="team-title" />
      {leads && (
        <label class="appoint">
          <input type="checkbox" checked={responsible} onChange={() => setResponsible(!responsible)} data-testid="team-responsible" />
          {t("kiosk.staff.appoint")}
        </label>
      )}
      <PinField label={t("kiosk.staff.pin_same")} value={pin} onValue={setPin} fault={fault} />
      <div class="actions">
        <Button kind="primary" type="submit" disabled={busy || !name.trim() || !title.trim()} data-testid="team-save">
          {t("kiosk.staff.save")}
        </Button>
        {leaving ? (
          <Button kind="danger" disabled={busy} data-testid="team-leave-yes" onClick={() => void change({ leaves: true })}>
            {t("kiosk.staff.leave_yes", { name: member.name })}
          </Button>
        ) : (
          <Button kind="bare" data-testid="team-leave" onClick={() => setLeaving(true)}>
            {t("kiosk.staff.leave")}
          </Button>
        )}
      </div>
    </form>
  );
}

function PinField({ label, ...props }: { label: string; value: string; onValue: (pin: string) => void; fault: string | null }) {
  return (
    <Field {...props} label={label} type="password" inputMode="numeric" maxLength={6} data-testid="team-pin" />
  );
}

const isStaffPin = (text: string): boolean => /^\d{4,6}$/.test(text);
