import assert from "node:assert/strict";
import { test } from "node:test";
import type { PatientLine } from "../../protocol/api.ts";
import { PatientList, soundsOf } from "../offline/patients.ts";

const line = (id: string, name: string | null, dpp: string | null = null): PatientLine => ({
  id,
  name,
  dpp,
  birth_year: 1998,
  sex: null,
  language: null,
  last_at: 1,
  visits: 1,
});

function store() {
  const values = new Map<string, unknown>();
  return {
    values,
    get: async <T>(_: string, name: string) => values.get(name) as T | undefined,
    put: async (_: string, name: string, value: unknown) => void values.set(name, value),
  };
}

test("a kept patient is found by a part of the name in any spelling, by the number, and after a reload", async () => {
  const kept = store();
  await new PatientList(kept).take([line("a", "Fatoumata N'Diaye"), line("b", "Awa Sy", "221-7788"), line("c", null)]);
  const later = new PatientList(kept);
  assert.deepEqual(later.find("Fatou", ""), [], "nothing is known before the store was read");
  await later.load();
  const found = (name: string, dpp = "") => later.find(name, dpp).map(({ id }) => id);
  for (const typed of ["fatou", "Fatou Ndiay", "ndiaye f", "N’DIAYE", "Faatu"]) assert.deepEqual(found(typed), ["a"], typed);
  assert.deepEqual(found("Fatou Sy"), []);
  assert.deepEqual(found("", "22177"), ["b"]);
  assert.deepEqual(found("Fatou", "22177"), ["b"], "a number counts more than a name");
  for (const little of ["", "Aw", "  ", "12"]) assert.deepEqual(found(little), [], little);
});

test("a name is found by its year of birth, exact to two years, and a number without it", async () => {
  const list = new PatientList(store());
  await list.take([line("a", "Awa Sy", "221-7788"), { ...line("b", "Awa Sy"), birth_year: 1960 }, { ...line("c", "Awa Sy"), birth_year: null }]);
  const found = (year: number | null, dpp = "") => list.find("awa sy", dpp, year).map(({ id }) => id);
  assert.deepEqual(found(null), ["a", "b", "c"]);
  assert.deepEqual(found(2000), ["a", "c"], "whose year is not known may be meant, too");
  assert.deepEqual(found(1961), ["b", "c"]);
  assert.deepEqual(found(2001), ["c"]);
  assert.deepEqual(found(1960, "22177"), ["a"], "a number decides");
});

test("spellings of one sound are one, and a store that fails proposes nobody", async () => {
  for (const [a, b] of [["Diop", "Joob"], ["Khady", "Xadi"], ["Ndiaye", "N'Diaye"], ["Sow", "Soow"]] as const)
    assert.deepEqual(soundsOf(a), soundsOf(b));
  const list = new PatientList({ get: () => Promise.reject(new Error("disk")), put: () => Promise.reject(new Error("disk")) });
  await list.load();
  await list.take([line("a", "Awa Sy")]);
  assert.equal(list.find("awa", "").length, 1, "the page goes on with what it has");
});
