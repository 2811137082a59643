/** A button for the other language of the page, named in that language. */

import { Button } from "./Button.tsx";
import { language, setLanguage } from "./i18n.ts";

export function Languages() {
  const other = language.value === "fr" ? "en" : "fr";
  return (
    <Button kind="bare" data-testid="language" onClick={() => void setLanguage(other)}>
      <span lang={other}>{other === "en" ? "English" : "Français"}</span>
    </Button>
  );
}
