// The tooltip beside the pointer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser } from "./dom.mjs";
import { load } from "./load.mjs";
import { NASTY } from "./values.mjs";

test("the tooltip stays within the viewer", () => {
  const { tipPlace } = load(["tip.js"], ["tipPlace"]);
  const area = { left: 100, top: 50, width: 300 };
  assert.deepEqual(tipPlace({ clientX: 150, clientY: 60 }, area, 80), { left: 64, top: 26 });
  assert.deepEqual(tipPlace({ clientX: 390, clientY: 60 }, area, 80), { left: 216, top: 26 }); // 300 - 80 - 4
  assert.deepEqual(tipPlace({ clientX: 390, clientY: 60 }, area, 400), { left: 4, top: 26 });
});

test("it says its lines as text, the first in bold, and goes without any", () => {
  const globals = browser();
  const { showTip } = load(["tip.js"], ["showTip"], globals);
  const [root, tip] = ["div", "div"].map((tag) => globals.document.createElement(tag));
  root.rect = { left: 0, top: 0, width: 300, height: 100 };
  showTip(tip, [NASTY, "0.5"], { clientX: 10, clientY: 20 }, root);
  assert.deepEqual(tip.children.map(({ tag, textContent }) => [tag, textContent]), [["strong", NASTY], ["span", "0.5"]]);
  assert.deepEqual([tip.hidden, tip.style.left, tip.style.top], [false, "24px", "36px"]);
  showTip(tip, null, {}, root);
  assert.equal(tip.hidden, true);
});
