//! What is drawn first: enrolment, or the porch with its three doors, and then the house behind it.

import { effect, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { Elsewhere, Loading, Replaced } from "../ui/FullPage.tsx";
import { Bar } from "./Bar.tsx";
import { Enrol } from "./Enrolment.tsx";
import { Home } from "./Home.tsx";
import { access, busy, connection, screen } from "./shell.ts";

const house = signal<ComponentType | null>(null);
let fetching = false;

/** Somebody wants in, or something goes on behind. */
effect(() => {
  const wanted = screen.value.at !== "home" || busy.value;
  if (access.value === "known" && wanted) void fetchHouse();
});

async function fetchHouse(): Promise<void> {
  if (fetching) return;
  fetching = true;
  try {
    house.value = (await import("./Screens.tsx")).House;
  } catch {
    setTimeout(() => location.reload(), RELOAD_AFTER_MS);
  }
}

export function Door() {
  switch (access.value) {
    case "unknown":
    case "revoked":
      return <Enrol revoked={access.value === "revoked"} />;
    case "replaced":
      return <Replaced />;
    case "known":
      return <Known />;
    default:
      return <Loading />;
  }
}

function Known() {
  const House = house.value;
  if (connection.state.value.at === "elsewhere") return <Elsewhere connection={connection} />;
  if (House) return <House />;
  return (
    <>
      <Bar />
      {screen.value.at === "home" && !busy.value ? <Home /> : <Loading />}
    </>
  );
}

/** The link broke while the house was loading. */
const RELOAD_AFTER_MS = 3000;
