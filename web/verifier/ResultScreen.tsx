/** The result: a large sign that nobody takes for another, what to do, and the prescription to compare with the paper. */

import { useEffect, useRef } from "preact/hooks";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { date, dateAndTime } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import { Icon } from "../ui/Icon.tsx";
import * as icon from "../ui/icons.ts";
import { DispensingPart } from "./DispensingPart.tsx";
import { faceOf } from "./face.ts";
import { PrescriptionTable } from "./PrescriptionTable.tsx";
import type { StatusAnswer } from "./status.ts";
import type { Verdict } from "./verdict.ts";
import { askAgain, readClock, type Result } from "./verifier.ts";

export function ResultScreen({ shown, onAgain }: { shown: Result; onAgain: () => void }) {
  const { verdict, answer } = shown;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const face = faceOf(verdict, answer, shown.hasList);
  return (
    <>
      <section class={`verdict ${face.tone}`} data-testid="verdict" data-verdict={face.name}>
        <Icon of={face.icon} />
        <h2 ref={heading} tabIndex={-1}>
          {t(face.word)}
        </h2>
        <p>{t(face.sentence, valuesOf(shown))}</p>
      </section>
      {"prescription" in verdict && (
        <>
          {verdict.clock_behind && (
            <Banner tone="warn" icon={icon.clock} data-testid="clock">
              {t("verifier.clock", { time: dateAndTime(readClock().now), until: date(verdict.prescription.valid_until) })}
            </Banner>
          )}
          {shown.isDateDoubtful && (
            <Banner tone="warn" icon={icon.clock} data-testid="date">
              {t("verifier.date", { today: date(readClock().now) })}
            </Banner>
          )}
          <Unanswered answer={answer} />
          {verdict.is === "authentic" && answer.state === "valid" && <DispensingPart prescription={verdict.prescription} acts={answer.dispensed ?? []} />}
          <PrescriptionTable prescription={verdict.prescription} signer={verdict.signer} />
        </>
      )}
      <div class="actions">
        <Button kind="primary" icon={icon.back} data-testid="again" onClick={onAgain}>
          {t("verifier.again")}
        </Button>
      </div>
    </>
  );
}

/** What this page cannot know without an answer of the server. */
function Unanswered({ answer: { state } }: { answer: StatusAnswer }) {
  if (state !== "offline" && state !== "unanswered") return null;
  return (
    <Banner
      tone="warn"
      icon={icon.linkOff}
      data-testid="status-unknown"
      actions={
        <Button data-testid="ask-again" onClick={() => void askAgain()}>
          {t("common.retry")}
        </Button>
      }
    >
      {t(`verifier.status.${state}`)}
    </Banner>
  );
}

/** What is announced to a screen reader when the verdict is there or changes. */
export function announcement(shown: Result | null): string {
  if (!shown) return "";
  const face = faceOf(shown.verdict, shown.answer, shown.hasList);
  const { state } = shown.answer;
  const unknown = "prescription" in shown.verdict && (state === "offline" || state === "unanswered");
  return `${t(face.word)}. ${t(face.sentence, valuesOf(shown))} ${unknown ? t(`verifier.status.${state}`) : ""}`;
}

/** The values that the sentences of all faces use. */
function valuesOf({ verdict, answer }: Result): Record<string, string> {
  const what = "at" in answer && answer.at !== undefined ? t("verifier.when", { time: dateAndTime(answer.at) }) : "";
  return { ...signerValues(verdict), today: date(readClock().now), what };
}

function signerValues(verdict: Verdict): Record<string, string> {
  if (verdict.is === "withdrawn_key") return { name: verdict.signer.name, time: date(verdict.at) };
  if ("prescription" in verdict) return { name: verdict.signer.name, until: date(verdict.prescription.valid_until) };
  return {};
}
