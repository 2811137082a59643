/** The patient's consent in a call. The post may tell it, or withdraw it, at any time. */

import { useEffect, useState } from "preact/hooks";
import type { ConsentTold } from "../../protocol/messages.ts";
import { ConsentLine } from "../../ui/consent/ConsentLine.tsx";
import type { CallProps } from "../props.ts";

export function LiveConsent({ client, ongoing: { id, record } }: CallProps) {
  const [told, setTold] = useState<ConsentTold | null>(null);
  useEffect(() => client.connection.on("consent", setTold), [client]);
  const [known, news] = [record?.consent, told?.consultation === id ? told.consent : undefined];
  // After an outage the record may be newer than what was told.
  return <ConsentLine consent={known && news && known.at > news.at ? known : (news ?? known)} />;
}
