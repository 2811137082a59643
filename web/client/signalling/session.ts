/** Signing in and out, and the requests to the HTTP interface of docs/API.md. */

import type { Identity } from "../../protocol/messages.ts";

/**
 * A refusal. Its `code` is one of docs/API.md, or `offline` if the server was not reached; its text is
 * `error.<code>`.
 */
export class ApiError extends Error {
  readonly code: string;
  readonly retryAfterS: number | null;
  /** The body of the answer, which tells more about some refusals. */
  readonly body: unknown;

  constructor(code: string, retryAfterS: number | null = null, body: unknown = null) {
    super(code);
    this.code = code;
    this.retryAfterS = retryAfterS;
    this.body = body;
  }
}

/** Signs in with a password. Throws ApiError. */
export const signIn = (login: string, password: string): Promise<Identity> =>
  post("/api/signin", { login, password });

/** Signs out. Throws ApiError. */
export const signOut = (): Promise<void> => post("/api/signout", {});

/** The signed-in user; null if nobody is signed in. Throws ApiError `offline` if the server is not reached. */
export async function me(): Promise<Identity | null> {
  try {
    return await get<Identity>("/api/me");
  } catch (error) {
    if (error instanceof ApiError && error.code === "signed_out") return null;
    throw error;
  }
}

/** Fetches JSON. Throws ApiError. */
export const get = <T>(path: string, headers: Record<string, string> = {}): Promise<T> => call(path, { headers });

/** Posts JSON and returns the answer, which may be empty. Throws ApiError. */
export const post = <T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> =>
  call(path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });

/** Deletes what is at an address. Throws ApiError. */
export const remove = (path: string): Promise<void> => call(path, { method: "DELETE" });

async function call<T>(path: string, request: RequestInit): Promise<T> {
  const response = await fetch(path, { ...request, cache: "no-store" }).catch(() => null);
  if (!response) throw new ApiError("offline");
  if (response.status === 204) return undefined as T;
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body as T;
  throw new ApiError(body.code ?? "internal", body.retry_after_s ?? null, body);
}
