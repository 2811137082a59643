/** The bytes of a file of the server, fetched in parts behind a voice while a component shows them. */

import { useEffect, useMemo, useState } from "preact/hooks";
import type { Client } from "../../client/index.ts";
import { TransferError } from "../../client/photos/transfer.ts";
import { transferAt } from "../../client/photos/transfers.ts";
import { errorTextOf } from "../i18n.ts";

/** A file by its length and hash. */
export interface Wanted {
  bytes: number;
  sha256: string;
}

/** What has come of a file. */
export interface Fetched {
  bytes: Uint8Array<ArrayBuffer> | null;
  /** The share that has come, from 0 to 1. */
  share: number;
  /** A sentence; null if nothing went wrong. */
  fault: string | null;
  again: () => void;
}

/** Fetches a file once `wanted` is set, and keeps it while the page is open. */
export function useFetched(client: Client, path: string, wanted: Wanted | null): Fetched {
  const [whole, setWhole] = useState(() => cached.get(path) ?? null);
  const [fault, setFault] = useState<string | null>(null);
  const [tries, setTries] = useState(0);
  const transfer = useMemo(() => transferAt(client, path), [path, tries]);
  useEffect(() => {
    if (!wanted || whole) return;
    setFault(null);
    transfer.fetch(wanted).then(
      (bytes) => {
        keep(path, bytes as Uint8Array<ArrayBuffer>);
        setWhole(bytes as Uint8Array<ArrayBuffer>);
      },
      (error: unknown) => {
        if (!(error instanceof TransferError && error.code === "stopped")) setFault(errorTextOf(error));
      },
    );
  }, [wanted?.sha256, tries]);
  useEffect(() => () => transfer.stop(), [transfer]);
  const share = whole ? 1 : wanted ? transfer.done.value / wanted.bytes : 0;
  return { bytes: whole, share, fault, again: () => setTries(tries + 1) };
}

/** The files that were looked at last, so that whoever looks twice does not wait twice. */
const cached = new Map<string, Uint8Array<ArrayBuffer>>();
const CACHED = 24;

function keep(path: string, bytes: Uint8Array<ArrayBuffer>): void {
  cached.set(path, bytes);
  for (const old of [...cached.keys()].slice(0, -CACHED)) cached.delete(old);
}
