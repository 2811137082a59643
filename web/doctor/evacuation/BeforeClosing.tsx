/** What the dialogs at the end of a call and of a case say about an evacuation. */

import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import type { Evacuating } from "./kept-evacuation.ts";

interface BeforeProps {
  evacuating: Evacuating;
  /** True if "Évacuation" is chosen, which names an act that nobody has done yet. */
  lacks?: boolean;
  /** Closes the dialog, under which the room opens. */
  onClose: () => void;
}

/** An evacuation that is missing or not sent, and the way to it. Closing does not send it; it stays on the device. */
export function EvacuationBeforeClosing({ evacuating, lacks = false, onClose }: BeforeProps) {
  const { isUnsent, open } = evacuating;
  if (!lacks && !isUnsent) return null;
  const prepare = () => {
    onClose();
    open();
  };
  return (
    <Banner
      tone="warn"
      icon={icon.arrow}
      actions={
        <Button data-testid="close-evacuate" onClick={prepare}>
          {t(isUnsent ? "doctor.evacuate.resume" : "doctor.evacuate.prepare")}
        </Button>
      }
      data-testid={lacks ? "close-unreferred" : "close-ev-unsent"}
    >
      {t(lacks ? "doctor.evacuate.needed" : "doctor.evacuate.unsent")}
    </Banner>
  );
}
