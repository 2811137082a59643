/** What was given of one line of a prescription, here or elsewhere, and the buttons with which the post says what it gives. It works without a network. */

import { useState } from "preact/hooks";
import type { QueueItem } from "../../client/offline/queue.ts";
import { givenOf, leftOfLine, quantityFault, toDispense } from "../../client/workflow/dispensing.ts";
import type { DispensedLine, PrescribedLine, Prescription, RefusalReason } from "../../protocol/messages.ts";
import { Button } from "../../ui/Button.tsx";
import { moment } from "../../ui/dates.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import { type AnyCode, errorText, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { Icon } from "../../ui/Icon.tsx";
import { quantityText } from "../../ui/quantity.ts";
import { Select } from "../../ui/Select.tsx";
import { toast } from "../../ui/Toast.tsx";
import { queue } from "../kiosk.ts";
import { give, givenIn, isGiven } from "./dispensing.ts";

interface LineDispensingProps {
  of: Prescription;
  /** The place of the line, counted from 0. */
  place: number;
  /** False once the prescription ended or its time is over. */
  canGive: boolean;
}

export function LineDispensing({ of, place, canGive }: LineDispensingProps) {
  const [open, setOpen] = useState<"given" | "refused" | null>(null);
  const line = of.signed.lines[place];
  if (!line) return null;
  const told = of.dispensed ?? [];
  const own = queue.items.value.filter((item) => isGiven(item) && isOf(item, of, place) && !told.some(({ act }) => act === item.key));
  const waiting = own.filter(({ state }) => state !== "refused").map((item) => ({ lines: [givenIn(item).line] }));
  const acts = [...told, ...waiting];
  const left = leftOfLine(line, place, acts);
  return (
    <div class="rx-given">
      {told.flatMap(({ act, pharmacy, at, lines }) =>
        lines
          .filter((given) => given.line === place)
          .map((given) => (
            <p key={act} data-testid="rx-given" data-at={pharmacy ? "pharmacy" : "post"}>
              {wordsOf(given, line, pharmacy?.name)} <small class="soft">{moment(at)}</small>
            </p>
          )),
      )}
      {own.map((item) => (
        <Own key={item.key} item={item} line={line} />
      ))}
      <Left line={line} left={left} isBegun={givenOf(place, acts) > 0} />
      {canGive && left > 0 && (
        <div class="actions">
          <Button icon={icon.check} data-testid="rx-give" onClick={() => setOpen("given")}>
            {t("kiosk.rx.give")}
          </Button>
          <Button data-testid="rx-not-given" onClick={() => setOpen("refused")}>
            {t("kiosk.rx.not_given")}
          </Button>
        </div>
      )}
      {open && <GiveDialog of={of} place={place} left={left} isRefusal={open === "refused"} onClose={() => setOpen(null)} />}
    </div>
  );
}

const isOf = (item: QueueItem, { signed }: Prescription, place: number): boolean =>
  givenIn(item).prescription === signed.prescription && givenIn(item).line.line === place;

/** What happened to a line: here, or at a pharmacy. */
function wordsOf({ quantity, refused }: DispensedLine, line: PrescribedLine, pharmacy?: string): string {
  if (refused) return t(pharmacy ? "kiosk.rx.not_given_at" : "kiosk.rx.not_given_here", { name: pharmacy ?? "", why: t(`kiosk.rx.why.${refused}`) });
  return t(pharmacy ? "kiosk.rx.given_at" : "kiosk.rx.given_here", { name: pharmacy ?? "", quantity: amountOf(quantity, line) });
}

/** The units of a line, or that it is the whole of what cannot be counted. */
const amountOf = (quantity: number, { quantity: prescribed, unit }: PrescribedLine): string =>
  prescribed ? quantityText(quantity, unit) : t("kiosk.rx.given_whole");

/** What this tablet has kept and the server does not have, or did not take. */
function Own({ item, line }: { item: QueueItem; line: PrescribedLine }) {
  const words = wordsOf(givenIn(item).line, line);
  if (item.state !== "refused")
    return (
      <p data-testid="rx-given" data-at="tablet">
        {words} <small class="soft">{t("kiosk.rx.given_kept")}</small>
      </p>
    );
  return (
    <div role="alert" data-testid="rx-given-refused">
      <p class="bad">
        <Icon of={icon.alert} /> {words}. {errorText(item.refusal as AnyCode)}
      </p>
      <Button data-testid="rx-given-seen" onClick={() => void queue.drop(item.key)}>
        {t("kiosk.rx.given_seen")}
      </Button>
    </div>
  );
}

function Left({ line, left, isBegun }: { line: PrescribedLine; left: number; isBegun: boolean }) {
  if (!isBegun) return null;
  return (
    <p data-testid="rx-left" data-left={left}>
      {left === 0 ? (
        <strong class="good">
          <Icon of={icon.check} /> {t("kiosk.rx.given_all")}
        </strong>
      ) : (
        <strong>{t("kiosk.rx.left", { quantity: amountOf(left, line), all: amountOf(toDispense(line), line) })}</strong>
      )}
    </p>
  );
}

interface GiveDialogProps {
  of: Prescription;
  place: number;
  left: number;
  isRefusal: boolean;
  onClose: () => void;
}

/** Asks how much was given, or why nothing was. */
function GiveDialog({ of, place, left, isRefusal, onClose }: GiveDialogProps) {
  const line = of.signed.lines[place]!;
  const [typed, setTyped] = useState(String(left));
  const [why, setWhy] = useState<RefusalReason>("out_of_stock");
  const isCounted = line.quantity > 0;
  const fault = isRefusal || !isCounted ? null : quantityFault(typed, left);
  const save = (event: Event) => {
    event.preventDefault();
    if (fault) return;
    const quantity = isCounted ? Number(typed.replace(/\s/g, "")) : left;
    const said: DispensedLine = isRefusal ? { line: place, quantity: 0, refused: why } : { line: place, quantity };
    void give(of, said).catch(() => toast(t("kiosk.rx.give_full")));
    onClose();
  };
  return (
    <Dialog title={t(isRefusal ? "kiosk.rx.not_given" : "kiosk.rx.give")} onClose={onClose} data-testid="rx-give-dialog">
      <form onSubmit={save}>
        <p dir="auto">
          <strong>{line.drug}</strong>
        </p>
        {isRefusal && <Select label={t("kiosk.rx.why")} value={why} options={reasons()} onValue={setWhy} testid="rx-why" />}
        {!isRefusal && isCounted && (
          <Field
            label={t("kiosk.rx.give_quantity", { quantity: quantityText(left, line.unit) })}
            value={typed}
            onValue={setTyped}
            inputMode="numeric"
            maxLength={7}
            fault={fault ? t(`kiosk.rx.give_fault.${fault}`, { quantity: quantityText(left, line.unit) }) : null}
            data-testid="rx-give-quantity"
          />
        )}
        {!isRefusal && !isCounted && <p>{t("kiosk.rx.give_whole")}</p>}
        <div class="actions">
          <Button data-testid="rx-give-close" onClick={onClose}>
            {t("kiosk.rx.give_cancel")}
          </Button>
          <Button type="submit" kind="primary" data-testid="rx-give-save">
            {t("kiosk.rx.give_save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const reasons = () => REASONS.map((value) => ({ value, label: t(`kiosk.rx.why.${value}`) }));
const REASONS: readonly RefusalReason[] = ["out_of_stock", "declined", "too_expensive", "doubt"];
