/** Who has just left a call, so that the others read it in a sentence. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Ongoing } from "../client/index.ts";
import type { Member } from "../protocol/messages.ts";

/** The name of somebody who was in the call and has left it; null if nobody has. */
export function departure(before: readonly Member[], after: readonly Member[], me: number): string | null {
  const gone = before.find(({ member, state, name }) => {
    const now = after.find((one) => one.member === member || one.name === name);
    return member !== me && state !== "left" && state !== "invited" && (!now || now.state === "left");
  });
  return gone?.name ?? null;
}

/** The name of somebody who left within the last ten seconds. */
export function useDeparture({ members, me }: Ongoing): string | null {
  const before = useRef(members);
  const [name, setName] = useState<string | null>(null);
  useEffect(() => {
    const gone = departure(before.current, members, me);
    before.current = members;
    if (gone) setName(gone);
  }, [members]);
  useEffect(() => {
    if (!name) return;
    const timer = setTimeout(() => setName(null), 10_000);
    return () => clearTimeout(timer);
  }, [name]);
  return name;
}
