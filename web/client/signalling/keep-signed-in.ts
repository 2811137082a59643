/**
 * Signs an enrolled tablet in again when its session is over, with the tablet's own key, so that nobody types
 * anything. A session that was revoked may be an older one of the same tablet, so only a refusal of the key means
 * that it is out.
 */

import { effect } from "@preact/signals-core";
import type { Clock } from "../platform/clock.ts";
import type { Connection } from "./connection.ts";
import { signInDevice } from "./device-key.ts";
import { ApiError } from "./session.ts";

/**
 * Watches the connection. `refused` is called if the key is not known any more and the tablet must be enrolled
 * again.
 */
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

/** The pause before the next try without a network. */
const AGAIN_MS = 5000;
