//! Signing in and reading records: the HTTP interface of docs/API.md.

import type { Identity } from "../../protocol/messages.ts";

/** `code` as in docs/API.md, or `offline` when the server was not reached. Text: `error.<code>`. */
export class ApiError extends Error {
  readonly code: string;
  readonly retryAfterS: number | null;

  constructor(code: string, retryAfterS: number | null = null) {
    super(code);
    this.code = code;
    this.retryAfterS = retryAfterS;
  }
}

export const signIn = (login: string, password: string): Promise<Identity> =>
  post("/api/signin", { login, password });

export const signOut = (): Promise<void> => post("/api/signout", {});

/** Null: signed out. Throws ApiError `offline` when the server is not reached. */
export async function me(): Promise<Identity | null> {
  try {
    return await get<Identity>("/api/me");
  } catch (error) {
    if (error instanceof ApiError && error.code === "signed_out") return null;
    throw error;
  }
}

export const get = <T>(path: string): Promise<T> => call(path, {});

export const post = <T>(path: string, body: unknown): Promise<T> =>
  call(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

async function call<T>(path: string, request: RequestInit): Promise<T> {
  const response = await fetch(path, { ...request, cache: "no-store" }).catch(() => null);
  if (!response) throw new ApiError("offline");
  if (response.status === 204) return undefined as T;
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body as T;
  throw new ApiError(body.code ?? "internal", body.retry_after_s ?? null);
}
