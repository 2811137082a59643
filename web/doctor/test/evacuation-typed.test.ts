import assert from "node:assert/strict";
import { test } from "node:test";
import { place, referral, step } from "../../ui/test/referral.ts";
import { newsOf } from "../evacuation/news.ts";
import { canCancel, nextOf } from "../evacuation/next.ts";
import { earlier, first, last, MOST, stillProposed, without } from "../evacuation/room/order.ts";
import { asking, blank, isBegun, isRefusal, isTyped, refused, told } from "../evacuation/typed.ts";
import { stands, upToDate } from "../evacuation/up-to-date.ts";

const draft = { referral: "r", structure: "a", others: [], needs: [], letter: referral().order.letter };

test("what was sent without an answer stays as it was sent, until the server has it or refuses it", () => {
  assert.equal(isBegun(blank()), false);
  const sent = asking({ ...blank(), order: ["a"] }, draft);
  assert.deepEqual([isBegun(sent), sent.asked], [true, draft]);
  assert.equal(told(sent, [referral({ referral: "other" })]), sent);
  assert.deepEqual(told(sent, [referral({ referral: "r" })]), blank());
  assert.deepEqual(refused(sent, "r"), { needs: [], order: ["a"], letter: {} });
  assert.equal(refused(sent, "other"), sent, "the refusal of another one changes nothing");
});

test("only an answer that tells that nothing was stored is a refusal", () => {
  assert.deepEqual(["referral_structure", "referrals_full", "offline", "internal", "storage", "draining"].map((code) => isRefusal({ code })), [true, true, false, false, false, false]);
  assert.equal(isRefusal(null), false);
});

test("a draft of another version of the page is not read", () => {
  assert.equal(isTyped(blank()), true);
  for (const other of [undefined, {}, { needs: [], order: [] }, { needs: [], order: [], letter: null }]) assert.equal(isTyped(other as never), false);
});

test("with the first choice the others follow by nearness, and each can be moved or left out", () => {
  const shown = ["a", "b", "c"];
  assert.deepEqual(first([], "b", shown), ["b", "a", "c"]);
  assert.deepEqual(first(["b", "a"], "c", shown), ["c", "b", "a"]);
  assert.equal(first([], "g", ["a", "b", "c", "d", "e", "f"]).length, MOST);
  assert.deepEqual(last(["a"], "b"), ["a", "b"]);
  assert.deepEqual(last(["a", "b", "c", "d", "e"], "f").length, MOST);
  assert.deepEqual(earlier(["a", "b", "c"], "c"), ["a", "c", "b"]);
  assert.deepEqual(earlier(["a", "b"], "a"), ["a", "b"]);
  assert.deepEqual(without(["a", "b"], "a"), ["b"]);
});

test("a structure that cannot do what is needed is not asked, and no other one takes the first place by itself", () => {
  assert.deepEqual(stillProposed(["a", "b", "c"], ["a", "c"]), ["a", "c"]);
  assert.deepEqual(stillProposed(["a", "b"], ["b"]), []);
});

test("the next structure is one that was not asked, as long as asking can help", () => {
  assert.equal(nextOf(referral())?.id, "district");
  const tried = [{ structure: place("hospital"), state: "rejected" as const, at: 1 }];
  assert.equal(nextOf(referral({ structure: place("district"), tried }))?.id, "regional");
  assert.equal(nextOf(referral({ structure: place("regional"), tried: [...tried, { structure: place("district"), state: "unanswered", at: 2 }] })), undefined);
  const going = referral({ state: "en_route", steps: [step(2, { event: "accepted" })] });
  assert.equal(nextOf(going), undefined);
  assert.equal(canCancel(going), false);
  assert.deepEqual([nextOf(referral({ state: "en_route" }))?.id, canCancel(referral({ state: "en_route" }))], ["district", true], "nobody has said yes");
  assert.deepEqual((["requested", "accepted", "rejected", "arrived", "cancelled"] as const).map((state) => canCancel(referral({ state }))), [true, true, true, false, false]);
});

test("of two tellings the one with more steps counts, and a cancelled evacuation does not stand", () => {
  const later = referral({ state: "received", steps: [step(2, { event: "received" })] });
  assert.deepEqual(upToDate([referral()], [later]), [later]);
  assert.deepEqual(upToDate([later], [referral()]), [later]);
  assert.deepEqual(upToDate([referral({ referral: "b", at: 2 })], [referral({ referral: "a", at: 1 })]).map(({ order }) => order.referral), ["a", "b"]);
  assert.deepEqual([stands(referral()), stands(referral({ state: "cancelled" }))], [true, false]);
});

test("the desk tells what needs somebody first, and nothing of an evacuation that goes on by itself", () => {
  const all = [
    referral({ referral: "back", state: "completed" }),
    referral({ referral: "going", state: "en_route" }),
    referral({ referral: "next", state: "rejected" }),
    referral({ referral: "last", state: "rejected", tried: [place("district"), place("regional")].map((structure) => ({ structure, state: "rejected", at: 1 })) }),
    referral({ referral: "silent", unanswered_since: 5 }),
    referral({ referral: "went", state: "en_route", unanswered_since: 5 }),
    referral({ referral: "lost", state: "failed", failed: "not_arrived" }),
    referral({ referral: "dead", state: "failed", failed: "died_on_the_way" }),
  ];
  assert.deepEqual(newsOf(all).map(({ word, referral: one }) => `${one.order.referral} ${word}`), ["silent unanswered", "went unanswered", "last rejected", "dead died", "lost failed", "back counter"]);
});

test("the desk tells that a structure was closed, and which one is asked in its place", () => {
  const closing = { at: 7, actor: "server", by: "", event: { event: "rejected", reason: "other" } } as const;
  const asked = { at: 8, actor: "server", by: "", event: { event: "asked_next", structure: place("district") } } as const;
  const tried = [{ structure: place("hospital"), state: "rejected", at: 7 }] as const;
  const instead = referral({ structure: place("district"), steps: [closing, asked], tried: [...tried] });
  const onWay = referral({ state: "en_route", steps: [closing], tried: [...tried], departed: { transport: "other", at: 6 } });
  const last = referral({ state: "rejected", steps: [closing], tried: [...tried, ...["district", "regional"].map((id) => ({ structure: place(id), state: "unanswered", at: 1 }) as const)].reverse() });
  assert.deepEqual([instead, onWay, last].map((one) => newsOf([one])[0]?.word), ["closed", "rejected_on_way", "closed_last"]);
  assert.equal(nextOf(onWay)?.id, "district");
});
