/** The surroundings of `connection.ts` in a page: its socket, its events and its session storage. */

import { pageClock } from "../platform/clock.ts";
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
    load: () => sessionStorage.getItem(RESUME_KEY),
    save: (token) =>
      token ? sessionStorage.setItem(RESUME_KEY, token) : sessionStorage.removeItem(RESUME_KEY),
  },
};
