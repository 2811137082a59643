/** Asks who is at the tablet: a person presses their name and types their PIN. */

import { useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { duration, learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import french from "../../ui/texts/fr.json?staff";
import { book, staff } from "../staff.ts";

learn(french);

/** `onDone` is called when somebody has typed the right PIN. */
export function AskStaff({ title, onDone }: { title?: string; onDone?: () => void }) {
  const working = book.members.value.filter(({ left }) => !left);
  const [who, setWho] = useState<string | null>(working.length === 1 ? working[0]!.id : null);
  const chosen = working.find(({ id }) => id === who);
  if (chosen) return <AskPin id={chosen.id} name={chosen.name} onBack={() => setWho(null)} {...(onDone && { onDone })} />;
  return (
    <section class="pin">
      <p>{title ?? t("kiosk.staff.who")}</p>
      <div class="actions">
        {working.map(({ id, name, title: profession }) => (
          <Button key={id} icon={icon.people} data-testid="staff-pick" data-staff={id} onClick={() => setWho(id)}>
            {[name, profession].filter(Boolean).join(", ")}
          </Button>
        ))}
      </div>
    </section>
  );
}

function AskPin({ id, name, onBack, onDone }: { id: string; name: string; onBack: () => void; onDone?: () => void }) {
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const wrong = await enter(id, typed).catch(() => t("kiosk.staff.full"));
    setBusy(false);
    setTyped("");
    setFault(wrong);
    if (wrong) return;
    staff.came();
    onDone?.();
  };
  return (
    <form class="pin signin-form" onSubmit={(event) => void submit(event)}>
      <p>{t("kiosk.staff.pin_of", { name })}</p>
      <Field
        label={t("kiosk.staff.pin")}
        value={typed}
        onValue={setTyped}
        fault={fault}
        type="password"
        inputMode="numeric"
        autoComplete="off"
        maxLength={6}
        required
        data-testid="pin"
      />
      <div class="actions">
        <Button kind="primary" type="submit" disabled={busy} data-testid="pin-go">
          {t(busy ? "kiosk.staff.checking" : "kiosk.staff.go")}
        </Button>
        <Button kind="bare" data-testid="staff-other" onClick={onBack}>
          {t("kiosk.staff.other")}
        </Button>
      </div>
      <p class="hint">{t("kiosk.staff.forgotten")}</p>
    </form>
  );
}

/** Says what is wrong with a PIN; null if nothing is. */
async function enter(id: string, pin: string): Promise<string | null> {
  const answer = await book.enter(id, pin);
  if (answer.is === "right") return null;
  if (answer.is === "unknown") return t("kiosk.staff.unknown");
  if (!answer.wait_s) return t("kiosk.staff.wrong");
  return t("kiosk.staff.wait", { time: duration(answer.wait_s * 1000) });
}
