/** What this kiosk does with its cases. Every act tells in one sentence what went wrong, and keeps what was typed. */

import { CaseActs } from "../../client/workflow/case-acts.ts";
import { pageClock } from "../../client/platform/clock.ts";
import { errorTextOf } from "../../ui/i18n.ts";
import { toast } from "../../ui/Toast.tsx";
import { connection } from "../shell.ts";

export const acts = new CaseActs(connection, pageClock);

/** True if it succeeded; else the sentence of the refusal was shown. */
export async function tryTo(act: Promise<void>): Promise<boolean> {
  try {
    await act;
    return true;
  } catch (error) {
    toast(errorTextOf(error));
    return false;
  }
}
