/** Why the server has refused to tell appointments, and the way to ask again. What the tablet knew before stands below it. */

import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { errorTextOf, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import type { Reading } from "./answers.ts";

export const Refused = ({ reading }: { reading: Reading }) => (
  <Banner tone="warn" icon={icon.alert} data-testid="appointments-refused" actions={<Button onClick={reading.again}>{t("common.retry")}</Button>}>
    {errorTextOf(reading.error)}
  </Banner>
);
