/** One sentence about this device's storage, and whom to telephone if it has stopped; nothing while it keeps what it should. */

import { deviceStorage, spaceIsShort } from "../client/platform/storage.ts";
import { lazy } from "./lazy.tsx";

const StorageFault = lazy(async () => (await import("./StorageFault.tsx")).StorageFault);

export function StorageNote({ phone }: { phone?: string | undefined }) {
  const { value: state } = deviceStorage;
  return state === "kept" && !spaceIsShort.value ? null : <StorageFault state={state} phone={phone} />;
}
