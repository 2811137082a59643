import "../../client/test/device-storage.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "@preact/signals";
import { loadFormulary } from "../../ui/formulary/products.ts";
import { found } from "../../ui/formulary/search.ts";
import { warmEditor } from "../prescription/warm.ts";

/** A desk whose timers fire when they are told. */
function desk(isKept: boolean, load: () => Promise<unknown> = async () => undefined) {
  const [idle, state] = [signal(true), signal({ at: "connecting" })];
  const waiting = new Set<() => void>();
  const clock = {
    after: (_: number, run: () => void) => {
      waiting.add(run);
      return () => void waiting.delete(run);
    },
  };
  let loads = 0;
  warmEditor({ idle, connection: { state } }, clock, () => isKept, () => ((loads += 1), load()));
  const pass = async () => {
    const due = [...waiting];
    waiting.clear();
    for (const run of due) run();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { idle, state, pass, loads: () => loads };
}

test("the editor and its list are loaded while the desk rests, once, where no service worker keeps them", async () => {
  const { state, pass, loads } = desk(false);
  await pass();
  assert.equal(loads(), 0, "not before there is a network");
  state.value = { at: "ready" };
  await pass();
  assert.equal(loads(), 1);
  state.value = { at: "lost" };
  state.value = { at: "ready" };
  await pass();
  assert.equal(loads(), 1);
});

test("what a service worker keeps is not loaded, nor anything beside a voice", async () => {
  const kept = desk(true);
  kept.state.value = { at: "ready" };
  await kept.pass();
  assert.equal(kept.loads(), 0);
  const busy = desk(false);
  busy.state.value = { at: "ready" };
  busy.idle.value = false;
  await busy.pass();
  assert.equal(busy.loads(), 0, "a call that began meanwhile has the link for itself");
  busy.idle.value = true;
  await busy.pass();
  assert.equal(busy.loads(), 1);
});

test("what could not be loaded is tried again with the next connection", async () => {
  const { state, pass, loads } = desk(false, () => Promise.reject(new Error("the link broke")));
  for (const at of ["ready", "lost", "ready"]) state.value = { at };
  await pass();
  state.value = { at: "lost" };
  state.value = { at: "ready" };
  await pass();
  assert.equal(loads(), 2);
});

test("the list that is loaded is the one in which a misspelt name is found", async () => {
  const list = await loadFormulary();
  assert.equal(found(list.values(), "parasetamol")[0]?.inn, "paracétamol");
});
