import assert from "node:assert/strict";
import { test } from "node:test";
import { isNotRenewable } from "../formulary/not-renewable.ts";

/** The same lines stand in `clinic/src/prescribing/renewal.rs`. */
test("a drug that is not renewable is known by its code, and by its name without one", () => {
  for (const [atc, drug, isOne] of [
    ["N02AA01", "morphine 10 mg, comprimé", true],
    ["N05BA01", "diazépam 5 mg, comprimé", true],
    ["J01CA04", "amoxicilline 500 mg, gélule", false],
    ["J01CA04", "morphine", false],
    ["", "Phénobarbital 50 mg, comprimé", true],
    ["", "VALIUM (10 mg)", true],
    ["", "Fosfomycine 3 g, sachet", false],
    ["", "", false],
  ] as const) {
    assert.equal(isNotRenewable({ atc, drug }), isOne, `${atc} ${drug}`);
  }
});
