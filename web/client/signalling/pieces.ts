/** The socket of a page whose long messages come in pieces beside a voice (`signaling/PROTOCOL.md`). */

import type { ClientMessage } from "../../protocol/messages.ts";
import type { Socket } from "./connection.ts";

const FIRST = 1;
const LAST = 2;
const RECEIVED: ClientMessage = { type: "piece_received" };

/**
 * Returns a socket that puts messages together: it answers the pieces of `raw`, and tells each message as one text frame, in the order in which
 * they came, also those that come while a long one is unpacked. Pieces that make no message close it.
 */
export function inPieces(raw: Socket): Socket {
  const socket: Socket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (text) => raw.send(text),
    close: () => raw.close(),
  };
  let parts: Blob[] = [];
  let turn: Promise<void> | null = null;
  const tell = (data: string) => socket.onmessage?.call(raw as WebSocket, { data } as MessageEvent);

  async function add(piece: Blob): Promise<void> {
    raw.send(JSON.stringify(RECEIVED));
    const [flags = 0] = new Uint8Array(await piece.slice(0, 1).arrayBuffer());
    if (flags & FIRST) parts = [];
    parts.push(piece.slice(1));
    if (flags & LAST) tell(await unpacked(parts));
  }

  raw.onopen = (event) => socket.onopen?.call(raw as WebSocket, event);
  raw.onclose = (event) => socket.onclose?.call(raw as WebSocket, event);
  raw.onmessage = ({ data }: MessageEvent<string | Blob>) => {
    if (typeof data === "string" && !turn) return tell(data);
    const read = () => (typeof data === "string" ? tell(data) : add(data));
    const mine = (turn = Promise.resolve(turn).then(read).catch(() => raw.close()).then(() => {
      if (turn === mine) turn = null;
    }));
  };
  return socket;
}

const unpacked = (parts: Blob[]): Promise<string> =>
  new Response(new Blob(parts).stream().pipeThrough(new DecompressionStream("deflate"))).text();
