// Steps one at a time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser } from "./dom.mjs";
import { load } from "./load.mjs";

function made(names) {
  const { document } = browser();
  const bar = document.createElement("div");
  bar.append(...Array.from({ length: 3 }, () => document.createElement("button")));
  const { makeStepper } = load(["stepper.js"], ["makeStepper"]);
  let large = null;
  const enlarge = (name) => {
    large = large === name ? null : name;
    stepper.tell(large);
  };
  const stepper = makeStepper(bar, { names: () => names, enlarge });
  stepper.tell(null);
  return { stepper, large: () => large, text: () => bar.children[1].textContent, all: bar.children[1] };
}

test("from all steps forward is the first one, backward the last one", () => {
  const forward = made(["a", "b", "c"]);
  forward.stepper.go(1);
  assert.deepEqual([forward.large(), forward.text()], ["a", "Step 1 of 3"]);
  const backward = made(["a", "b", "c"]);
  backward.stepper.go(-1);
  assert.deepEqual([backward.large(), backward.text()], ["c", "Step 3 of 3"]);
});

test("it ends at both ends, and shows all again", () => {
  const { stepper, large, text, all } = made(["a", "b"]);
  for (const by of [1, 1, 1, 1]) stepper.go(by);
  assert.equal(large(), "b");
  for (const by of [-1, -1, -1]) stepper.go(by);
  assert.equal(large(), "a");
  all.click();
  assert.deepEqual([large(), text()], [null, "All 2 steps"]);
});

test("without steps nothing happens", () => {
  const { stepper, large } = made([]);
  stepper.go(1);
  assert.equal(large(), null);
});
