/** Loads the doctor's screens that are not part of the first visit, each with the texts and the stylesheet that it needs. */

import { loadStylesheet } from "../ui/stylesheet.ts";
import callBar from "../ui/call-bar.css?later";
import cases from "./cases/cases.css?later";
import styles from "./call.css?later";
import dutiesStyles from "./duties.css?later";

/** Loads the call screen. */
export async function callScreen() {
  await Promise.all([loadStylesheet(styles), loadStylesheet(callBar)]);
  return (await import("./Call.tsx")).Call;
}

/** Loads a row of the queue. */
export const queueRow = async () => (await import("./QueueRow.tsx")).QueueRow;

/** Loads what the desk shows while nobody waits. */
export const emptyDesk = async () => (await import("./EmptyDesk.tsx")).EmptyDesk;

/** Loads the list of cases. */
export async function caseList() {
  await loadStylesheet(cases);
  return (await import("./cases/CaseList.tsx")).CaseList;
}

/** Loads the screen of one case. */
export async function caseScreen() {
  await Promise.all([loadStylesheet(styles), loadStylesheet(cases)]);
  return (await import("./cases/CaseScreen.tsx")).CaseScreen;
}

/** Loads the list of past consultations. */
export async function historyScreen() {
  await loadStylesheet(styles);
  return (await import("./History.tsx")).History;
}

/** Loads the dialog in which devices are tried. */
export async function deviceDialog() {
  await loadStylesheet(styles);
  return (await import("./DeviceDialog.tsx")).DeviceDialog;
}

/** Loads the dialog "Mes gardes". */
export async function dutiesDialog() {
  await loadStylesheet(dutiesStyles);
  return (await import("./Duties.tsx")).Duties;
}

/** Loads the dialog "Mes sessions". */
export const sessionsDialog = async () => (await import("./account.ts")).Sessions;

/** Loads the line that tells that the session ends soon. */
export const sessionEnding = async () => (await import("./account.ts")).SessionEnding;
