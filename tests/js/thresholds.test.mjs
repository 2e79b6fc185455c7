// Thresholds moved in the browser: whom candidates leave at a threshold, and what the visitor sees until the server answers.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { browser, fire, parse } from "./dom.mjs";
import { load, readStatic } from "./load.mjs";
import { keypoint, panel, person } from "./values.mjs";

const { peopleAt, commonConfidence } = load(["thresholds.js"], ["peopleAt", "commonConfidence"]);
const ids = (people) => people.map(({ id }) => id);
const candidate = (id, up_to, more = {}) => ({ above: -1, up_to, person: person(id, [keypoint(1, 1, 0.4)]), ...more });

test("whoever has a lower score goes, one with the same stays", () => {
  const all = [candidate(0, 0.9), candidate(1, 0.5), candidate(2, 0.1)];
  const at = (people) => ids(peopleAt(all, { people, keypoints: null }));
  assert.deepEqual([at(0), at(0.5), at(0.51), at(0.95)], [[0, 1, 2], [0, 1], [0], []]);
});

test("of several versions of somebody one is shown at a time", () => {
  const all = [candidate(0, 0.9, { above: 0.5 }), candidate(0, 0.5, { person: person(0, [keypoint(7, 7)]) })];
  const x = (people) => peopleAt(all, { people, keypoints: null }).map(({ keypoints }) => keypoints[0][0]);
  assert.deepEqual([x(0.6), x(0.5), x(0.2)], [[1], [7], [7]]);
});

test("keypoints of a lower score go, those without one stay, and the candidates are left alone", () => {
  const mixed = [keypoint(1, 1, 0.4), keypoint(2, 2), null];
  const all = [{ above: -1, up_to: 1, person: person(0, mixed) }];
  const [shown] = peopleAt(all, { people: 0.5, keypoints: 0.5 });
  assert.deepEqual(shown.keypoints, [null, keypoint(2, 2), null]);
  assert.equal(peopleAt(all, { people: 0.5, keypoints: 0.4 })[0], all[0].person);
  assert.deepEqual(all[0].person.keypoints, mixed);
});

test("methods have one confidence or each its own", () => {
  const filtered = (people) => panel("one", [], { filter: { people, keypoints: null, candidates: "" } });
  assert.equal(commonConfidence([filtered(0.5), filtered(0.5)]), 0.5);
  assert.equal(commonConfidence([filtered(0.5), filtered(0.4)]), null);
});

function mounted() {
  const globals = browser();
  const { makeThresholds } = load(["thresholds.js"], ["makeThresholds"], { ...globals, setTimeout, clearTimeout });
  const root = parse(readStatic("viewer.html"), globals.document).querySelector(".pv");
  const [moves, asked] = [[], []];
  const thresholds = makeThresholds(root, {
    onMove: (names) => moves.push(names), ask: (...what) => asked.push(what),
  });
  const range = root.querySelector(".pv-confidence").querySelector("input");
  const move = (confidence) => {
    range.value = confidence;
    fire(range, "input");
  };
  return { root, thresholds, moves, asked, move };
}

const sent = (people = 0.5, key = "k1") => (
  panel("one", [person(0)], { filter: { people, keypoints: 0.1, candidates: key } })
);
const CANDIDATES = JSON.stringify({ one: { key: "k1", people: [candidate(0, 0.9), candidate(1, 0.3)] } });

test("candidates are asked for once, and again when there are others", () => {
  const { thresholds, asked } = mounted();
  thresholds.fill([sent(), panel("imported")]);
  thresholds.fill([sent()]);
  thresholds.fill([sent(0.5, "k2")]);
  assert.deepEqual(asked, [["expand", { methods: ["one"] }], ["expand", { methods: ["one"] }]]);
});

test("a move shows the candidates until the server has answered it", () => {
  const { root, thresholds, moves, asked, move } = mounted();
  thresholds.fill([sent()], CANDIDATES);
  assert.deepEqual(ids(thresholds.people(sent())), [0]);
  move(0.2);
  assert.deepEqual(moves, [["one"]]);
  assert.deepEqual(asked.at(-1), ["input", { confidence: 0.2 }]);
  assert.deepEqual(ids(thresholds.people(sent())), [0, 1]);
  assert.equal(root.classList.contains("ahead"), true);
  thresholds.fill([sent(0.4)], CANDIDATES); // an answer to an earlier move
  assert.deepEqual(ids(thresholds.people(sent(0.4))), [0, 1]);
  thresholds.fill([sent(0.2)], CANDIDATES);
  assert.deepEqual(ids(thresholds.people(sent(0.2))), [0]); // as the server says
  assert.equal(root.classList.contains("ahead"), false);
});

test("while a threshold moves, keypoints keep the states that were told of them", () => {
  const { thresholds, move } = mounted();
  const told = [keypoint(1, 1, 0.6, 1, 0.2, 0.7, 0.1, 0.4), keypoint(2, 2, 0.6, 0, 1, 0, 0, 0)];
  const panels = (people) => ({ ...sent(people), people: [person(0, told)] });
  const candidates = [{ above: -1, up_to: 1, person: person(0, [keypoint(1, 1, 0.6), keypoint(2, 3, 0.6)]) }];
  thresholds.fill([panels(0.5)], JSON.stringify({ one: { key: "k1", people: candidates } }));
  move(0.2);
  assert.deepEqual(thresholds.people(panels(0.5))[0].keypoints, [told[0], keypoint(2, 3, 0.6)]); // the second moved
});

test("candidates of other settings are not shown", () => {
  const { thresholds, move } = mounted();
  thresholds.fill([sent(0.5, "k2")], CANDIDATES);
  move(0.2);
  assert.deepEqual(ids(thresholds.people(sent(0.5, "k2"))), [0]);
});

test("a field among the settings says whose threshold it is", () => {
  const { document } = browser();
  const { thresholdOf } = load(["thresholds.js"], ["thresholdOf"]);
  const fields = parse(
    '<div id="a-1-pose_confidence"><input></div><div id="a-1-keypoint_confidence"><input></div><div id="a-1-pose_iou"><input></div>',
    document,
  ).querySelectorAll("input");
  assert.deepEqual(fields.map(thresholdOf), [["a-1", "people"], ["a-1", "keypoints"], null]);
});

test("work is shown after a while, until it is done", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { root, thresholds, move } = mounted();
  thresholds.fill([sent()], CANDIDATES);
  move(0.2);
  mock.timers.tick(299);
  assert.equal(root.classList.contains("waiting"), false);
  mock.timers.tick(1);
  assert.equal(root.classList.contains("waiting"), true);
  thresholds.fill([sent(0.2)], CANDIDATES);
  assert.equal(root.classList.contains("waiting"), false);
  mock.timers.reset();
});
