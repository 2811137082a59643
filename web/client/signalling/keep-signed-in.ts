//! A tablet has its key: nobody types anything when its session is over. A session that was revoked may have been an
//! older one of the same tablet, enrolled anew: only the key's own refusal says that the tablet is out.

import { effect } from "@preact/signals-core";
import type { Clock } from "../platform/clock.ts";
import type { Connection } from "./connection.ts";
import { signInDevice } from "./device-key.ts";
import { ApiError } from "./session.ts";

const AGAIN_MS = 5000;

/** `refused`: the key is not known any more; enrol again. */
export function keepSignedIn(connection: Connection, clock: Clock, refused: () => void): void {
  async function signInAgain(): Promise<void> {
    try {
      await signInDevice();
      connection.start();
    } catch (error) {
      if (error instanceof ApiError && error.code === "device") refused();
      else clock.after(AGAIN_MS, () => void signInAgain());
    }
  }

  effect(() => {
    const state = connection.state.value;
    const over = state.at === "ended" && (state.reason === "signed_out" || state.reason === "revoked");
    if (over) void signInAgain();
  });
}
