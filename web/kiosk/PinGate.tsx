/** Asks for a PIN before it shows patients' texts, and closes again when nobody has touched the tablet for two minutes. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isPin } from "../client/offline/pin.ts";
import { enroll } from "../client/signalling/device-key.ts";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { duration, errorTextOf, learn, t } from "../ui/i18n.ts";
import french from "../ui/texts/fr.json?pin";
import { lazy } from "../ui/lazy.tsx";
import { enrolledNow } from "./shell.ts";
import { gateOf } from "./staff-presence.ts";
import { book, mayChoose, pin, pinIsSet, staff } from "./staff.ts";

learn(french);

const AskStaff = lazy(async () => (await import("./staff/AskStaff.tsx")).AskStaff);

interface PinGateProps {
  children: ComponentChildren;
  /** True for texts that the staff has before it: they are shown while no PIN is set, and a first one may be chosen beside them. */
  evenUnset?: boolean;
}

/** While the post has named its staff, a person chooses their name and types their own PIN; before, the post has one PIN. */
export function PinGate({ children, evenUnset }: PinGateProps) {
  const [isSet, setIsSet] = useState<boolean | null>(null);
  const [forgotten, setForgotten] = useState(false);
  useEffect(() => void pin.isSet().then(setIsSet, () => setIsSet(true)), []);
  const hasStaff = book.members.value.some(({ left }) => !left);
  if (isSet === null) return null;
  // Somebody's presence opens what somebody asks for; after a call without a PIN it opens what that call has brought.
  const isHere = staff.isHere.value && (!hasStaff || evenUnset || book.here.value !== null);
  const state = { isSet: isSet || hasStaff, isHere, evenUnset: !!evenUnset, mayChoose: mayChoose.value };
  const gate = gateOf({ ...state, forgotten, enrolled: enrolledNow.value });
  const chosen = () => (setIsSet(true), pinIsSet(), setForgotten(false));
  if (gate === "open" || gate === "offer")
    return (
      <>
        {children}
        {gate === "offer" && <Choose onDone={chosen} />}
      </>
    );
  if (hasStaff) return <AskStaff />;
  if (gate === "choose") return <Choose onDone={chosen} />;
  if (gate === "code") return <OperatorCode onBack={isSet ? () => setForgotten(false) : null} />;
  return <Ask onForgotten={() => (setForgotten(true), (enrolledNow.value = false))} />;
}

function Ask({ onForgotten }: { onForgotten: () => void }) {
  const check = async (typed: string) => {
    const answer = await pin.check(typed);
    if (answer.is === "right") return void staff.came();
    const wait_s = answer.is === "unset" ? 0 : answer.wait_s;
    return t(wait_s ? "kiosk.pin.wait" : "kiosk.pin.wrong", { time: duration(wait_s * 1000) });
  };
  return (
    <OneField title={t("kiosk.pin.ask")} label={t("kiosk.pin.label")} testid="pin" onSubmit={check}>
      <Button kind="bare" data-testid="pin-forgotten" onClick={onForgotten}>
        {t("kiosk.pin.forgotten")}
      </Button>
    </OneField>
  );
}

function Choose({ onDone }: { onDone: () => void }) {
  const choose = async (typed: string) => {
    if (!isPin(typed)) return t("kiosk.pin.form");
    try {
      await pin.set(typed);
    } catch {
      return t("kiosk.pin.full");
    }
    staff.came();
    onDone();
  };
  return <OneField title={t("kiosk.pin.choose")} label={t("kiosk.pin.new")} testid="pin-new" onSubmit={choose} />;
}

/** A forgotten PIN is replaced with a new enrolment code, which only an operator can give. It needs the network. */
function OperatorCode({ onBack }: { onBack: (() => void) | null }) {
  const use = async (typed: string) => {
    try {
      await enroll(typed);
    } catch (error) {
      return errorTextOf(error);
    }
    enrolledNow.value = true;
  };
  return (
    <OneField title={t("kiosk.pin.operator")} label={t("kiosk.enrol.code")} testid="pin-code" isCode onSubmit={use}>
      {onBack && (
        <Button kind="bare" onClick={onBack}>
          {t("common.back")}
        </Button>
      )}
    </OneField>
  );
}

interface OneFieldProps {
  title: string;
  label: string;
  testid: string;
  /** True for a code with letters, which everybody may see. */
  isCode?: boolean;
  /** Returns what is wrong, or nothing. */
  onSubmit: (typed: string) => Promise<string | void>;
  children?: ComponentChildren;
}

function OneField({ title, label, testid, isCode, onSubmit, children }: OneFieldProps) {
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const wrong = await onSubmit(typed.trim()).catch(() => t("kiosk.pin.full"));
    setBusy(false);
    setTyped("");
    setFault(wrong || null);
  };
  return (
    <form class="pin signin-form" onSubmit={submit}>
      <p>{title}</p>
      <Field
        label={label}
        value={typed}
        onValue={setTyped}
        fault={fault}
        type={isCode ? "text" : "password"}
        inputMode={isCode ? "text" : "numeric"}
        autoComplete="off"
        maxLength={isCode ? 40 : 8}
        required
        data-testid={testid}
      />
      <div class="actions">
        <Button kind="primary" type="submit" disabled={busy} data-testid={`${testid}-go`}>
          {t("kiosk.pin.go")}
        </Button>
        {children}
      </div>
    </form>
  );
}
