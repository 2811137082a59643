/** A link to the archive copy (PDF/A) of a signed thing. The browser fetches and keeps it by itself. */

import { ButtonLink } from "../ui/Button.tsx";
import { learn, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import french from "../ui/texts/fr.json?fhir";

learn(french);

interface ArchiveLinkProps {
  /** The address of the copy. */
  href: string;
  "data-testid": string;
}

export function ArchiveLink(props: ArchiveLinkProps) {
  return (
    <ButtonLink kind="bare" icon={icon.note} {...props} {...{ download: "" }}>
      {t("doctor.fhir.copy")}
    </ButtonLink>
  );
}
