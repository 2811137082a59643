import type { Identity } from "../protocol/messages.ts";

/** `code` as in docs/API.md, or `offline` when the server was not reached. Text: `error.<code>`. */
export declare class ApiError extends Error {
  readonly code: string;
  readonly retryAfterS: number | null;
}
export declare function signIn(login: string, password: string): Promise<Identity>;
export declare function signOut(): Promise<void>;
/** Null: signed out. Throws ApiError `offline` when offline. */
export declare function me(): Promise<Identity | null>;
/** GET of an /api path. */
export declare function get<T>(path: string): Promise<T>;
