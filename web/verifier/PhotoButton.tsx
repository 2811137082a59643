/** The way by a photo of the code, for whoever has no camera that this page may use, or has the prescription as a picture. */

import { useState } from "preact/hooks";
import { Fault } from "../ui/Field.tsx";
import { t } from "../ui/i18n.ts";
import { Icon } from "../ui/Icon.tsx";
import * as icon from "../ui/icons.ts";

export function PhotoButton({ onText }: { onText: (text: string) => void }) {
  const [state, setState] = useState<"idle" | "reading" | "no_code" | "not_loaded">("idle");
  const read = async (field: HTMLInputElement) => {
    const [file] = field.files ?? [];
    if (!file) return;
    setState("reading");
    const scanner = await import("./Scanner.tsx").catch(() => null);
    const text = scanner && (await scanner.readFile(file));
    // The same file can be chosen again only if the field forgets it.
    field.value = "";
    if (text) onText(text);
    else setState(scanner ? "no_code" : "not_loaded");
  };
  return (
    <div class="way">
      <label class="button plain" aria-disabled={state === "reading"}>
        <Icon of={icon.photo} />
        {t("verifier.photo")}
        <input
          class="unseen"
          type="file"
          accept="image/*"
          disabled={state === "reading"}
          data-testid="photo"
          onChange={({ currentTarget }) => void read(currentTarget)}
        />
      </label>
      <div aria-live="polite">
        {state === "reading" && <p>{t("verifier.photo.reading")}</p>}
        {(state === "no_code" || state === "not_loaded") && <Fault text={t(`verifier.photo.${state}`)} />}
      </div>
    </div>
  );
}
