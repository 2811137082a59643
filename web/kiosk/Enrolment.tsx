/** Enrolment: a one-time code makes this tablet the device of a health post. */

import { useEffect, useState } from "preact/hooks";
import { enroll } from "../client/signalling/device-key.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { errorText, errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Logo } from "../ui/Logo.tsx";
import { StorageNote } from "../ui/StorageNote.tsx";
import { access, enrolledNow } from "./shell.ts";

export function Enrolment({ revoked }: { revoked: boolean }) {
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState(revoked ? errorText("device") : null);

  async function use(typed: string) {
    setBusy(true);
    setFault(null);
    try {
      await enroll(typed.trim());
      enrolledNow.value = true;
      access.value = "known";
    } catch (error) {
      setFault(errorTextOf(error));
      setBusy(false);
    }
  }

  useEffect(() => {
    const printed = new URLSearchParams(location.hash.slice(1)).get("code");
    if (!printed) return;
    history.replaceState(null, "", location.pathname);
    setCode(printed);
    void use(printed);
  }, []);

  return (
    <main class="signin" data-testid="enrolment">
      <Logo />
      <h1>{t("kiosk.enrol.title")}</h1>
      <p>{t("kiosk.enrol.how")}</p>
      <StorageNote />
      {fault && (
        <Banner tone="bad" icon={icon.alert} data-testid="error">
          {fault}
        </Banner>
      )}
      <form
        class="signin-form"
        onSubmit={(event) => {
          event.preventDefault();
          void use(code);
        }}
      >
        <Field
          label={t("kiosk.enrol.code")}
          value={code}
          onValue={setCode}
          autoComplete="off"
          required
          data-testid="enroll-code"
        />
        <Button kind="primary" type="submit" disabled={busy} data-testid="enroll">
          {t(busy ? "common.loading" : "kiosk.enrol.go")}
        </Button>
      </form>
    </main>
  );
}
