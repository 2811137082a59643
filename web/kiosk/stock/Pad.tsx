/** The figures with which a count is typed. */

import { Button } from "../../ui/Button.tsx";
import { t } from "../../ui/i18n.ts";

/** Figures as on a telephone. The keyboard of a tablet stays away, because it would hide them. */
export function Pad({ onFigure, onErase }: { onFigure: (figure: string) => void; onErase: () => void }) {
  return (
    <div class="stock-pad">
      {["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"].map((figure) => (
        <Button key={figure} data-testid={`stock-figure-${figure}`} onClick={() => onFigure(figure)}>
          {figure}
        </Button>
      ))}
      <Button aria-label={t("kiosk.stock.erase")} data-testid="stock-erase" onClick={onErase}>
        ⌫
      </Button>
    </div>
  );
}
