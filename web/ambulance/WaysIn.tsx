/** The ways into the call: a code that is typed, the name of whoever is in the ambulance, and a touch after a reload. */

import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Phones } from "./Phones.tsx";
import { comeBack, devices, fault, join, look, told } from "./phone.ts";

export function CodeForm() {
  const [code, setCode] = useState("");
  return (
    <Form onGo={() => look(code)} word={t("ambulance.go")} disabled={!code.trim()}>
      <p>{t("ambulance.what")}</p>
      <Field
        label={t("ambulance.code")}
        hint={t("ambulance.code_hint")}
        value={code}
        onValue={setCode}
        maxLength={40}
        placeholder="7F3K-Q0M2-XV9R"
        data-testid="amb-code"
      />
    </Form>
  );
}

export function NameForm() {
  const [name, setName] = useState("");
  return (
    <Form onGo={() => join(name)} word={t("ambulance.enter")} disabled={name.trim().length < 2}>
      <Whose />
      <Field
        label={t("ambulance.name")}
        hint={t("ambulance.name_hint")}
        value={name}
        onValue={setName}
        maxLength={60}
        data-testid="amb-name"
      />
    </Form>
  );
}

/** A touch lets the browser play the voices, which it may not do by itself after a reload. */
export function Ready() {
  return (
    <>
      <Form onGo={comeBack} word={t("ambulance.enter")}>
        <Whose />
      </Form>
      <Phones />
    </>
  );
}

/** Whose call it is, and how urgent. */
function Whose() {
  const { post, doctor, structure, urgency } = told.value ?? {};
  if (!post || !structure || !urgency) return null;
  return (
    <section data-testid="amb-whose">
      <p class={`urgency ${urgency}`}>{t(`common.urgency.${urgency}`)}</p>
      <h2>{doctor ? t("ambulance.call_of", { doctor }) : t("ambulance.call")}</h2>
      <p>{t("ambulance.from_to", { from: post.name, to: structure.name })}</p>
    </section>
  );
}

interface FormProps {
  onGo: () => Promise<void>;
  word: string;
  disabled?: boolean;
  children: ComponentChildren;
}

function Form({ onGo, word, disabled, children }: FormProps) {
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy || disabled) return;
    setBusy(true);
    await onGo();
    setBusy(false);
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)}>
      {children}
      <MicFault />
      {fault.value !== null && (
        <Banner tone="warn" icon={icon.alert} data-testid="amb-fault">
          {errorTextOf(fault.value)}
        </Banner>
      )}
      <Button kind="go" type="submit" disabled={busy || !!disabled} data-testid="amb-go">
        {busy ? t("common.loading") : word}
      </Button>
    </form>
  );
}

/** What the browser or the device says against the microphone. */
export function MicFault() {
  const mic = devices.mic.value;
  if (mic === "on" || mic === "off" || mic === "muted") return null;
  return (
    <Banner tone={mic === "asking" ? "info" : "bad"} icon={icon.micOff} data-testid="amb-mic" {...{ "data-mic": mic }}>
      {t(`client.mic.${mic}`)}
    </Banner>
  );
}
