/** What the dialogs at the end of a call and of a case say about prescriptions. */

import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import type { Prescribing } from "./kept-prescription.ts";

interface BeforeProps {
  prescribing: Prescribing;
  /** True if "Ordonnance" is chosen, which names an act that nobody has done yet. */
  lacks?: boolean;
  /** Closes the dialog, under which the editor opens. */
  onClose: () => void;
}

/** A prescription that is missing or unsigned, and the way to it. Closing does not sign it; it stays on the device. */
export function BeforeClosing({ prescribing, lacks = false, onClose }: BeforeProps) {
  const { isUnsigned, open } = prescribing;
  if (!lacks && !isUnsigned) return null;
  const write = () => {
    onClose();
    open();
  };
  return (
    <Banner
      tone="warn"
      icon={icon.pill}
      actions={
        <Button data-testid="close-prescribe" onClick={write}>
          {t(isUnsigned ? "doctor.prescribe.resume" : "doctor.prescribe.write")}
        </Button>
      }
      data-testid={lacks ? "close-unprescribed" : "close-rx-unsigned"}
    >
      {t(lacks ? "doctor.prescribe.needed" : "doctor.prescribe.unsigned")}
    </Banner>
  );
}
