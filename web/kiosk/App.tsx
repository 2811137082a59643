/**
 * The root of the kiosk. It shows enrolment or the first screen, and loads the other screens when they are needed.
 */

import { effect, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { Loading } from "../ui/FullPage.tsx";
import { Elsewhere, Replaced } from "../ui/take-over.ts";
import { StorageNote } from "../ui/StorageNote.tsx";
import { loadStylesheet } from "../ui/stylesheet.ts";
import { Bar } from "./Bar.tsx";
import { Enrolment } from "./Enrolment.tsx";
import { Home } from "./Home.tsx";
import callBar from "../ui/call-bar.css?later";
import styles from "./screens.css?later";
import { access, busy, connection, fallback, outgoing, screen } from "./shell.ts";

const screens = signal<ComponentType | null>(null);
let loading = false;

/** Loads the screens when the user leaves the first one, or something is already going on. */
effect(() => {
  const wanted = screen.value.at !== "home" || busy.value || outgoing.value;
  if (access.value === "known" && wanted) void loadScreens();
});

async function loadScreens(): Promise<void> {
  if (loading) return;
  loading = true;
  try {
    await Promise.all([loadStylesheet(styles), loadStylesheet(callBar)]);
    screens.value = (await import("./Screens.tsx")).Screens;
  } catch {
    setTimeout(() => location.reload(), RELOAD_AFTER_MS);
  }
}

export function App() {
  switch (access.value) {
    case "unknown":
    case "revoked":
      return <Enrolment revoked={access.value === "revoked"} />;
    case "replaced":
      return <Replaced />;
    case "known":
      return <Known />;
    default:
      return (
        <Loading>
          <StorageNote phone={fallback.value?.phone} />
        </Loading>
      );
  }
}

function Known() {
  const Screens = screens.value;
  if (connection.state.value.at === "elsewhere") return <Elsewhere connection={connection} />;
  if (Screens) return <Screens />;
  return (
    <>
      <Bar />
      {screen.value.at === "home" && !busy.value ? <Home /> : <Loading />}
    </>
  );
}

/** The pause before a reload if the link broke while the screens were loading. */
const RELOAD_AFTER_MS = 3000;
