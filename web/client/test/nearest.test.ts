import assert from "node:assert/strict";
import { test } from "node:test";
import { NearestList } from "../offline/nearest.ts";

const PLACE = { id: "a", name: "Centre", district: "Matam", region: "Matam", phone: "33 000 00 13" };

test("a list that a page of a former version has kept is shown, and says that nothing more is known", async () => {
  const kept = { at: 1, structures: [{ place: PLACE, level: "district", km: 14.8 }] };
  const list = new NearestList({ get: async <T>() => kept as T, put: async () => undefined });
  await list.load();
  const [one] = list.list.value?.structures ?? [];
  assert.deepEqual(
    [one?.place.phone, one?.km, one?.minutes, one?.position, one?.capabilities, one?.data_at],
    [PLACE.phone, 14.8, null, "unknown", [], null],
  );
});

test("what the tablet keeps does not replace what the server has told", async () => {
  const list = new NearestList({ get: async <T>() => ({ at: 1, structures: [] }) as T, put: async () => undefined });
  await list.take({ at: 2, structures: [] });
  await list.load();
  assert.deepEqual(list.list.value, { at: 2, structures: [] });
});
