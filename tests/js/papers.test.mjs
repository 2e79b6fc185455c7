// Tables that sort by a click on a heading.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, parse } from "./dom.mjs";
import { load } from "./load.mjs";
import { random } from "./values.mjs";

const { compareCells } = load(["papers.js"], ["compareCells"], { element: browser().document });

function sorted(texts, falling) {
  return [...texts].sort((one, other) => compareCells(one, other, falling));
}

test("numbers are sorted as numbers, words as words, empty cells last", () => {
  assert.deepEqual(sorted(["9", "–", "10", "-1.5"], false), ["-1.5", "9", "10", "–"]);
  assert.deepEqual(sorted(["9", "–", "10", "-1.5"], true), ["10", "9", "-1.5", "–"]);
  assert.deepEqual(sorted(["b", "–", "a"], false), ["a", "b", "–"]);
  assert.deepEqual(sorted(["b", "–", "a"], true), ["b", "a", "–"]);
  assert.deepEqual(sorted([], true), []);
});

test("any numbers come out in order with the empty ones behind", () => {
  const next = random(5);
  for (let run = 0; run < 100; run += 1) {
    const text = () => (next() < 0.2 ? "–" : String(Math.round(2000 * next() - 1000) / 10));
    const texts = Array.from({ length: 12 }, text);
    const numbers = texts.filter((each) => each !== "–").map(Number).sort((one, other) => other - one);
    const expected = [...numbers.map(String), ...texts.filter((each) => each === "–")];
    assert.deepEqual(sorted(texts, true), expected);
  }
});

test("a heading sorts falling first, then rising; equal rows keep their order", () => {
  const { document } = browser();
  const rows = [["a", "2"], ["b", "–"], ["c", "10"], ["d", "2"]];
  const head = "<tr><th><button></button></th><th><button></button></th></tr>";
  const lines = rows.map(([name, number]) => `<tr><td>${name}</td><td>${number}</td></tr>`).join("");
  const markup = `<table class="sortable"><thead>${head}</thead><tbody>${lines}</tbody></table>`;
  const body = parse(markup, document);
  load(["papers.js"], [], { element: body });
  const [names, numbers] = body.querySelectorAll("th");
  const order = () => body.querySelector("tbody").rows.map((row) => row.cells[0].textContent).join("");
  const press = (heading) => heading.querySelector("button").click();
  press(numbers);
  assert.equal(order(), "cadb");
  assert.equal(numbers.getAttribute("aria-sort"), "descending");
  press(numbers);
  assert.equal(order(), "adcb");
  assert.equal(numbers.getAttribute("aria-sort"), "ascending");
  press(names);
  assert.equal(order(), "dcba");
  assert.equal(numbers.getAttribute("aria-sort"), null);
});
