// A small bar chart beside a step's picture.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser } from "./dom.mjs";
import { load } from "./load.mjs";
import { NASTY } from "./values.mjs";

const { drawBars } = load(["bars.js"], ["drawBars"], browser());

test("a row has a name, a bar as long as its share, and the number in words", () => {
  const rows = [{ name: NASTY, share: 0.5, told: "1 of 2" }, { name: "eye", share: 0, told: "0 of 2" }];
  const chart = drawBars({ title: "Replaced", rows });
  assert.equal(chart.querySelector("summary").textContent, "Replaced");
  const told = chart.querySelectorAll("li").map(({ children: [name, bar, number] }) => [
    name.textContent, bar.children[0].style.width, number.textContent,
  ]);
  assert.deepEqual(told, [[NASTY, "50%", "1 of 2"], ["eye", "0%", "0 of 2"]]);
});
