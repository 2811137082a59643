import type { ReadonlySignal } from "@preact/signals-core";
import type { Identity, Role } from "../protocol/messages.ts";
import type { Call } from "./call.ts";
import type { Connection } from "./connection.ts";
import type { Consultation } from "./consultation.ts";
import type { Desk } from "./desk.ts";
import type { Devices } from "./devices.ts";
import type { Drafts } from "./drafts.ts";
import type { Outbox } from "./outbox.ts";
import type { Post } from "./post.ts";

export interface ClientOptions {
  role: Role;
}

/** Builds every part and wires them; owns their order of start and stop. */
export declare class Client {
  constructor(options: ClientOptions);
  readonly connection: Connection;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly devices: Devices;
  readonly call: Call;
  readonly consultation: Consultation;
  readonly post: Post;
  readonly desk: Desk;
  readonly identity: ReadonlySignal<Identity | null>;
  /** Nothing goes on that an update or a reload would disturb. */
  readonly idle: ReadonlySignal<boolean>;
  start(): void;
  stop(): void;
}
