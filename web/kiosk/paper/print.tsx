/** Prints a sheet of advice. */

import { standing } from "../../client/workflow/advice.ts";
import { sealOf } from "./seal.ts";
import { Sheet, type SheetProps } from "./Sheet.tsx";
import { printPage } from "./show.ts";

/** Rejects if the styles cannot be loaded. */
export async function printSheet(of: Omit<SheetProps, "seal">): Promise<void> {
  const seal = await sealOf(standing(of.advice));
  await printPage(<Sheet {...of} seal={seal} />);
}
