// The table of times below the panels.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, parse } from "./dom.mjs";
import { load } from "./load.mjs";
import { NASTY, panel, person } from "./values.mjs";

const { document } = browser();
const { fillTable, cellTexts, barShares, totalTime, timeSpent, milliseconds } = load(
  ["table.js"], ["fillTable", "cellTexts", "barShares", "totalTime", "timeSpent", "milliseconds"], { document },
);
const SLOW = { preprocess: 10, body: 40, forward: 100, postprocess: 50 };
const FAST = { preprocess: 1, body: 0, forward: 8.25, postprocess: 0.75 };

test("times have one digit behind the point up to 100 ms", () => {
  const times = [0, 0.04, 9.96, 99.94, 100, 1234.5];
  assert.deepEqual(times.map(milliseconds), ["0.0", "0.0", "10.0", "99.9", "100", "1235"]);
});

test("a total is all stages, and the shared body is told apart", () => {
  assert.equal(totalTime(SLOW), 200);
  assert.equal(timeSpent(SLOW), "160 ms + 40.0 ms shared body");
  assert.equal(timeSpent(FAST), "10.0 ms");
});

test("what was not measured is a dash, and says why there is no total", () => {
  const two = panel("a", [person(0), person(1)], { timing: SLOW });
  assert.deepEqual(cellTexts(two), ["2", "10.0", "40.0", "100", "50.0", "200"]);
  assert.deepEqual(cellTexts(panel("a", [], { timing: FAST })), ["0", "1.0", "–", "8.3", "0.8", "10.0"]);
  assert.deepEqual(cellTexts(panel("a")), ["0", "–", "–", "–", "–", "–"]);
  assert.deepEqual(cellTexts(panel("a", [], { ran: false })), ["0", "–", "–", "–", "–", "not yet"]);
  assert.deepEqual(cellTexts(panel("a", [], { imported: true })), ["0", "–", "–", "–", "–", "imported"]);
});

test("bars are parts of the slowest method's time", () => {
  assert.deepEqual(barShares([panel("a", [], { timing: SLOW }), panel("b", [], { timing: FAST }), panel("c")]), [
    [5, 20, 50, 25], [0.5, 0, 4.125, 0.375], [0, 0, 0, 0],
  ]);
  assert.deepEqual(barShares([panel("c")]), [[0, 0, 0, 0]]);
  assert.deepEqual(barShares([]), []);
});

test("each method is a row, and its name is text", () => {
  const table = parse("<table><tbody></tbody></table>", document).querySelector("table");
  fillTable(table, [panel(NASTY, [], { timing: SLOW }), panel("b", [], { ran: false })]);
  const [first, second] = table.rows;
  assert.equal(first.cells[0].textContent, NASTY);
  assert.equal(table.querySelector("img"), null);
  assert.deepEqual(second.cells.map(({ textContent }) => textContent), ["b", "0", "–", "–", "–", "–", "not yet", ""]);
  assert.deepEqual(first.querySelectorAll("span").map(({ className, style }) => [className, style.width]), [
    ["preprocess", "5%"], ["body", "20%"], ["forward", "50%"], ["postprocess", "25%"],
  ]);
  fillTable(table, []);
  assert.deepEqual(table.rows, []);
});
