/** One sentence about this device's storage; nothing while it keeps what it should. */

import { deviceStorage, spaceIsShort } from "../client/platform/storage.ts";
import { lazy } from "./lazy.tsx";

const StorageFault = lazy(async () => (await import("./StorageFault.tsx")).StorageFault);

export function StorageNote() {
  const { value: state } = deviceStorage;
  return state === "kept" && !spaceIsShort.value ? null : <StorageFault state={state} />;
}
