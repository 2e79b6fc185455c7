// One person, keypoint by keypoint, in every method.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, fire } from "./dom.mjs";
import { load } from "./load.mjs";
import { keypoint, NASTY, panel, person, value } from "./values.mjs";

const globals = browser();
const { middleOf, offset, compareKeypoints, cellLines, makePersonTable, MIDDLE, TRUTH } = load(
  ["overlay.js", "person.js"],
  ["middleOf", "offset", "compareKeypoints", "cellLines", "makePersonTable", "MIDDLE", "TRUTH"], globals,
);
const close = (found, expected) => assert.ok(Math.abs(found - expected) < 1e-12, `${found} is not ${expected}`);

test("the middle is the median of x and of y, of who has the keypoint", () => {
  const people = [
    person(0, [keypoint(0, 9), keypoint(5, 5), null]), person(0, [keypoint(2, 0), null, null]),
    person(0, [keypoint(100, 3), keypoint(7, 1), null]),
  ];
  assert.deepEqual(middleOf(people, ["a", "b", "c"]), [[2, 3], [6, 3], null]);
  assert.deepEqual(middleOf([], ["a"]), [null]);
});

test("a part of OKS is COCO's", () => {
  assert.deepEqual(offset(keypoint(1, 1), [1, 1], 100, 0.1), { distance: 0, oks: 1 });
  const { distance, oks } = offset(keypoint(3, 4), [0, 0], 100, 0.25);
  assert.equal(distance, 5);
  close(oks, Math.exp(-0.5)); // 25 / (2 * (2 * 0.25) ** 2 * 100)
});

const HERE = person(3, [keypoint(10, 0, 0.9), keypoint(0, 0, null, 1, 0.2, 0.7, 0.1, 0.4), null]);
const THERE = person(3, [keypoint(14, 3, 0.8), keypoint(0, 4), keypoint(8, 8)]);
const RANKED = { people: [{ id: 3, area: 100, keypoints: [], disagreement: 0.5, found: 2 }], keypoints: [] };

test("without ground truth, methods are compared with their middle", () => {
  const { columns, rows } = compareKeypoints(
    value([panel("one", [HERE]), panel("two", [THERE]), panel("three")], { ranking: RANKED }), 3, MIDDLE,
  );
  assert.deepEqual(columns.map(({ name }) => name), ["one", "two", "three"]);
  assert.deepEqual(columns.map((column) => column.person), [HERE, THERE, null]);
  assert.deepEqual(rows.map((row) => row.keypoint), ["nose", "left_eye", "right_eye"]);
  const [nose, , right] = rows;
  assert.equal(nose.cells[0].distance, 2.5); // half of the way from (10, 0) to (14, 3)
  close(nose.cells[0].oks, Math.exp(-6.25 / 8)); // sigma 0.1, area 100: 8 * 0.01 * 100 = 8
  assert.deepEqual(right.cells[0], { out: true });
  assert.equal(right.cells[1].distance, 0); // nobody else has it
  assert.equal(nose.cells[2], null);
});

test("against the ground truth a keypoint that is not annotated has no distance", () => {
  const groundTruth = [person(3, [keypoint(10, 4), null, null], { area: 50 })];
  const kinds = { 3: ["jitter", null, null] };
  const shown = value([panel("one", [HERE], { errors: kinds })], { ground_truth: groundTruth });
  const [nose, left] = compareKeypoints(shown, 3, TRUTH).rows.map(({ cells }) => cells[0]);
  assert.equal(nose.distance, 4);
  assert.equal(nose.kind, "jitter");
  assert.deepEqual([left.distance, left.oks], [null, null]);
  assert.equal(compareKeypoints(shown, 3, "one").rows[0].cells[0].kind, null); // errors are against the ground truth alone
});

test("against a method its own keypoints are in place", () => {
  const shown = value([panel("one", [HERE]), panel("two", [THERE])], { ranking: RANKED });
  const { rows } = compareKeypoints(shown, 3, "two");
  assert.equal(rows[0].cells[1].distance, 0);
  assert.equal(rows[0].cells[0].distance, 5);
});

test("without a size of the person nothing is measured", () => {
  const [nose] = compareKeypoints(value([panel("one", [HERE])]), 3, MIDDLE).rows;
  assert.equal(nose.cells[0].distance, null);
});

test("a cell says what there is", () => {
  const cell = { distance: 2.46, oks: 0.987, score: 0.5, state: null, chances: [], kind: null };
  assert.deepEqual(cellLines(null), ["not found"]);
  assert.deepEqual(cellLines({ out: true }), ["left out"]);
  assert.deepEqual(cellLines(cell), ["2.5 px · OKS 0.99", "score 0.50"]);
  assert.deepEqual(cellLines({ ...cell, kind: "good" }), ["2.5 px · OKS 0.99", "score 0.50"]);
  assert.deepEqual(cellLines({ ...cell, kind: "swap" })[0], "2.5 px · OKS 0.99 · swap");
  assert.deepEqual(cellLines({ ...cell, distance: null, oks: null, score: null }), ["–", "no score"]);
  assert.deepEqual(cellLines({ ...cell, state: 1, chances: [0.3, 0.625, 0, 0] })[1], "score 0.50 · hidden 63%");
});

function mounted() {
  const section = globals.document.createElement("section");
  for (const tag of ["h3", "select", "button", "thead", "tbody"]) section.append(globals.document.createElement(tag));
  const pointed = [];
  const table = makePersonTable(section, {
    onKeypoint: (...what) => pointed.push(what), onClose: () => pointed.push("closed"),
  });
  return { section, table, pointed };
}

test("a person whom somebody found or missed is shown, anybody else not", () => {
  const { section, table } = mounted();
  const shown = value([panel("one", [HERE])], { ground_truth: [person(5, [keypoint(1, 1)], { area: 9 })] });
  table.show(shown, null);
  assert.equal(section.hidden, true);
  table.show(shown, 4);
  assert.equal(section.hidden, true);
  table.show(shown, 5);
  assert.equal(section.hidden, false);
  assert.equal(section.querySelector("tbody").rows[0].cells[1].textContent, "not found");
  table.show(shown, 3);
  assert.equal(section.querySelector("h3").textContent, "Person 4, keypoint by keypoint");
  table.show(value(), 3);
  assert.equal(section.hidden, true);
});

test("what to compare with is kept while it is there", () => {
  const { section, table } = mounted();
  const select = section.querySelector("select");
  const choices = () => select.children.map((option) => option.value);
  table.show(value([panel("one", [HERE]), panel("two", [THERE])], { ranking: RANKED }), 3);
  assert.deepEqual(choices(), [MIDDLE, "one", "two"]);
  select.value = "two";
  fire(select, "change");
  assert.match(section.querySelector("tbody").rows[0].cells[1].textContent, /^5\.0 px/);
  table.show(value([panel("one", [HERE]), panel("two", [THERE])], { ground_truth: [person(3, [], { area: 9 })] }), 3);
  assert.deepEqual(choices(), [TRUTH, MIDDLE, "one", "two"]);
  assert.equal(select.value, "two");
  table.show(value([panel("one", [HERE])]), 3);
  assert.equal(select.value, MIDDLE);
});

test("a row that is pointed at is told, and visibility is a bar that says its numbers", () => {
  const { section, table, pointed } = mounted();
  table.show(value([panel("one", [HERE])]), 3);
  fire(section.querySelector("tbody").rows[1], "mouseenter");
  fire(section.querySelector("tbody").rows[1], "mouseleave");
  section.querySelector("button").click();
  assert.deepEqual(pointed, [[3, 1], [null, null], "closed"]);
  const [bar, ...more] = section.querySelectorAll(".pv-states");
  assert.deepEqual(more, []);
  assert.equal(bar.getAttribute("aria-label"), "visible 20%, hidden 70%, not in the image 10%, probably misplaced 40%");
  assert.deepEqual(bar.children.map(({ style }) => style.width), ["20%", "70%", "10%"]);
});

test("names are text, never markup", () => {
  const { section, table } = mounted();
  table.show(value([panel(NASTY, [HERE])], { keypoints: [NASTY, "b", "c"] }), 3);
  assert.equal(section.querySelector("thead").rows[0].cells[1].text, NASTY);
  assert.equal(section.querySelector("tbody").rows[0].cells[0].textContent, NASTY);
  assert.equal(section.querySelector("img"), null);
});
