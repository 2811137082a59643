import assert from "node:assert/strict";
import { test } from "node:test";
import { safetyNet } from "../workflow/safety-net.ts";

/** The same texts stand in `clinic/src/safety_net.rs`. */
test("the lines that say when to come back are told apart", () => {
  const told: [string, string[]][] = [
    ["Repos.\nRevenez aussitôt si : fièvre, saignement.\nBoire.", ["Revenez aussitôt si : fièvre, saignement."]],
    ["REVENEZ AUSSITOT si :\n- fièvre\n• saignement\n\n- repos", ["REVENEZ AUSSITOT si :", "- fièvre", "• saignement"]],
    ["- Revenir aussitôt en cas de malaise", ["- Revenir aussitôt en cas de malaise"]],
    ["Come back at once if the fever rises", ["Come back at once if the fever rises"]],
    ["Ne pas revenir aussitôt", []],
    ["- fièvre", []],
    ["", []],
  ];
  for (const [text, lines] of told) assert.deepEqual(safetyNet(text), lines, text);
});
