/** The escalation clock: a ring that empties until more doctors are rung. */

import { useRef } from "preact/hooks";
import { now, seconds, type WaitState } from "../client/index.ts";
import { duration, t } from "../ui/i18n.ts";

export function EscalationClock({ wait: { step, rung, nextStepAt } }: { wait: WaitState }) {
  const left = nextStepAt === null ? 0 : Math.max(0, nextStepAt - (seconds.value, now()));
  const whole = useLongest(step, left);
  return (
    <figure class="ring" data-testid="step-clock" data-step={step}>
      <svg viewBox="0 0 120 120" aria-hidden="true">
        <circle cx="60" cy="60" r={RADIUS} class="track" />
        {left > 0 && (
          <circle
            cx="60"
            cy="60"
            r={RADIUS}
            class="left"
            stroke-dasharray={`${ROUND * (left / whole)} ${ROUND}`}
            transform="rotate(-90 60 60)"
          />
        )}
      </svg>
      <figcaption>
        {nextStepAt === null ? (
          t(rung ? "kiosk.wait.all_rung" : "kiosk.wait.none_rung")
        ) : (
          <>
            <strong class="digits">{duration(left)}</strong>
            <small>{t("kiosk.wait.until_next")}</small>
          </>
        )}
      </figcaption>
    </figure>
  );
}

/** The time in milliseconds that the whole ring stands for: what was left when the step began. */
function useLongest(step: string, left: number): number {
  const longest = useRef({ step, left: Math.max(1, left) });
  if (longest.current.step !== step || left > longest.current.left)
    longest.current = { step, left: Math.max(1, left) };
  return longest.current.left;
}

const RADIUS = 52;
const ROUND = 2 * Math.PI * RADIUS;
