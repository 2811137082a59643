/** Loads the parts of the kiosk's screens that can follow them, each with its stylesheet. */

import { loadStylesheet } from "../ui/stylesheet.ts";
import vitals from "../ui/vitals.css?later";

/** Loads the part of a screen in which files are added to a consultation, with what shows them. */
export async function addAttachment() {
  const { loaded } = await import("../ui/attachments/parts.ts");
  await loaded();
  return (await import("./AddAttachment.tsx")).AddAttachment;
}

/** Loads what is known of the wait. */
export const waitDetails = async () => (await import("./WaitDetails.tsx")).WaitDetails;

/** Loads what helps during the wait. */
export async function meanwhile() {
  await loadStylesheet(vitals);
  return (await import("./Meanwhile.tsx")).Meanwhile;
}
