/** A component that is loaded when it is first rendered, and again until it could be loaded. */

import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Makes a component of a function that loads it. */
export function lazy<P extends object>(load: () => Promise<FunctionComponent<P>>): FunctionComponent<P> {
  let known: FunctionComponent<P> | null = null;
  return function Lazy(props: P) {
    const [tries, setTries] = useState(0);
    useEffect(() => {
      if (known) return;
      let wanted = true;
      const again = () => wanted && setTries(tries + 1);
      load().then(
        (loaded) => {
          known = loaded;
          again();
        },
        () => setTimeout(again, RETRY_MS),
      );
      return () => void (wanted = false);
    }, [tries]);
    const Known = known;
    return Known && <Known {...props} />;
  };
}

const RETRY_MS = 2000;
