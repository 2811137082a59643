/** The surroundings of `connection.ts` in a page: its socket, its events and its session storage. */

import { pageClock } from "../platform/clock.ts";
import { ofWindow } from "../platform/storage.ts";
import type { ConnectionPorts } from "./connection.ts";
import { me } from "./session.ts";

const RESUME_KEY = "resume";

/** The surroundings of a page. */
export const pagePorts: ConnectionPorts = {
  clock: pageClock,
  random: Math.random,
  open: () => new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws`),
  signedIn: () =>
    me().then(
      (identity) => identity !== null,
      () => true,
    ),
  onWake(listener) {
    addEventListener("online", listener);
    document.addEventListener("visibilitychange", () => document.hidden || listener());
  },
  memory: {
    load: () => ofWindow.get(RESUME_KEY),
    save: (token) => ofWindow.set(RESUME_KEY, token || null),
  },
};
