//! A tablet has its key: nobody types anything when its session is over.

import { effect } from "@preact/signals-core";
import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { signInDevice } from "./devicekey.ts";
import { ApiError } from "./session.ts";

const AGAIN_MS = 5000;

export function keepSignedIn(connection: Connection, clock: Clock): void {
  effect(() => {
    const state = connection.state.value;
    if (state.at === "ended" && state.reason === "signed_out") void signInAgain(connection, clock);
  });
}

async function signInAgain(connection: Connection, clock: Clock): Promise<void> {
  try {
    await signInDevice();
    connection.start();
  } catch (error) {
    if (error instanceof ApiError && error.code === "device") connection.stop("revoked");
    else clock.after(AGAIN_MS, () => void signInAgain(connection, clock));
  }
}
