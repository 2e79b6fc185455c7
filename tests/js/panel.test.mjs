// One panel of the viewer: what its caption says and what lies over the image.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, fire } from "./dom.mjs";
import { load } from "./load.mjs";
import { keypoint, layer, map, mark, NASTY, panel, person, value } from "./values.mjs";

const SCRIPTS = ["view.js", "overlay.js", "marks.js", "maps.js", "bars.js", "inside.js", "table.js", "panel.js"];
const { makePanel, makeInside, createView } = load(SCRIPTS, ["makePanel", "makeInside", "createView"], browser());

function mounted(name = "kapao-n", wanted = new Set()) {
  return makePanel(name, createView(() => {}), makeInside(name, wanted, () => {}), {});
}

test("a caption counts the people", () => {
  for (const [people, said] of [[[], "0 people"], [[person(0)], "1 person"], [[person(0), person(1)], "2 people"]]) {
    const made = mounted();
    made.fill(panel("kapao-n", people), value());
    assert.equal(made.figure.querySelector("figcaption").children[2].textContent, said);
    assert.equal(made.svg.getAttribute("aria-label"), `kapao-n: ${said}`);
  }
});

test("nobody found is an empty overlay with a note", () => {
  const made = mounted();
  made.fill(panel("kapao-n", [person(0, [keypoint(1, 1)])]), value());
  assert.equal(made.overlay.children.length, 1);
  assert.equal(made.figure.querySelector(".pv-note").hidden, true);
  made.fill(panel("kapao-n", [], { note: "No person above 0.30." }), value());
  assert.deepEqual(made.overlay.children, []);
  assert.equal(made.figure.querySelector(".pv-note").textContent, "No person above 0.30.");
  assert.equal(made.figure.querySelector(".pv-note").hidden, false);
  assert.deepEqual(made.svg.querySelector(".pv-ground-truth").children, []);
});

test("other people are shown without drawing those anew who were drawn before", () => {
  const made = mounted();
  const [one, two] = [person(0, [keypoint(1, 1)]), person(1)];
  made.fill(panel("kapao-n", [one, two]), value());
  const [first, second] = made.overlay.children;
  made.show([two], value().limbs);
  assert.deepEqual(made.overlay.children, [second]);
  made.show([one, two], value().limbs);
  assert.deepEqual(made.overlay.children, [first, second]);
  made.fill(panel("kapao-n", [structuredClone(one)]), value()); // the server's answer
  assert.deepEqual(made.overlay.children, [first]);
  made.show([{ ...one, score: 0.4 }], value().limbs);
  assert.notEqual(made.overlay.children[0], first);
});

test("the ground truth lies over the poses", () => {
  const made = mounted();
  made.fill(panel("kapao-n", [person(0)]), value([], { ground_truth: [person(7), person(8)] }));
  const groups = made.svg.children.map(({ className }) => className);
  assert.ok(groups.indexOf("pv-ground-truth") > groups.indexOf("pv-poses"));
  assert.deepEqual(made.svg.querySelector(".pv-ground-truth").children.map(({ dataset }) => dataset.person), ["7", "8"]);
});

test("a time is told where one was measured", () => {
  const made = mounted();
  made.fill(panel("kapao-n", [], { timing: { preprocess: 1, body: 20, forward: 5, postprocess: 2 } }), value());
  assert.equal(made.figure.querySelector(".pv-time").textContent, "8.0 ms + 20.0 ms shared body");
  made.fill(panel("kapao-n"), value());
  assert.equal(made.figure.querySelector(".pv-time").textContent, "");
});

test("layers are drawn where they are wanted and were sent, those of a step always", () => {
  const made = mounted("kapao-n", new Set(["cells", "boxes"]));
  const [boxes, points] = [[mark("box", [0, 0, 9, 9])], [mark("point", [1, 1])]];
  const layers = [layer("boxes", boxes), layer("cells", null), layer("points", points)];
  made.fill(panel("kapao-n", [], { layers }), value());
  assert.deepEqual(made.intermediate.children.map(({ dataset }) => dataset.layer), ["boxes"]);
  made.fill(panel("kapao-n", [], { always: [layer("step", [])], layers: [] }), value());
  assert.deepEqual(made.intermediate.children.map(({ dataset }) => dataset.layer), ["step"]);
});

test("a step has words in place of a count", () => {
  const made = mounted();
  made.fill(panel("1. Detect", [person(0)], { text: "Boxes.", source: "Section 3", always: [] }), value());
  assert.equal(made.figure.querySelector("figcaption").children[2].textContent, "");
  assert.equal(made.figure.querySelector(".pv-text").textContent, "Boxes.");
  assert.equal(made.svg.getAttribute("aria-label"), "1. Detect: Boxes.");
});

test("names are text, never markup", () => {
  const made = mounted(NASTY);
  const words = { summary: NASTY, note: NASTY, ground_truth: NASTY, text: NASTY, source: NASTY };
  made.fill(panel(NASTY, [], words), value());
  assert.equal(made.figure.querySelector("strong").textContent, NASTY);
  assert.equal(made.figure.querySelector(".pv-note").textContent, NASTY);
  assert.equal(made.figure.querySelector(".pv-oks").textContent, NASTY);
  assert.equal(made.figure.querySelector("img"), null);
});

test("one map at a time lies under the poses, as chosen", () => {
  const made = mounted();
  const layers = [
    layer("small", [], { maps: { channels: ["nose", "eye"], maps: [map([0, 0, 2, 1], [[[10, 0]], [[0, 20]]])] } }),
    layer("large", [], { maps: { channels: ["nose", "eye"], maps: [map([0, 0, 2, 2], [[[0]], [[255]]])] } }),
  ];
  made.fill(panel("kapao-n", [], { always: [...layers, layer("boxes", [mark("box", [0, 0, 1, 1])])] }), value());
  assert.equal(made.map.layer.name, "large"); // the higher one comes first
  const groups = made.svg.children.map(({ className }) => className);
  const shown = () => made.svg.querySelectorAll("image.pv-map");
  assert.equal(shown().length, 1);
  assert.ok(made.svg.children.indexOf(shown()[0].parent) < groups.indexOf("pv-poses"));
  assert.equal(made.intermediate.querySelectorAll(".pv-mark").length, 1);
  const [which] = made.figure.querySelectorAll("select");
  which.value = "small";
  fire(which, "change");
  assert.deepEqual([made.map.layer.name, shown()[0].getAttribute("width")], ["small", "2"]);
  made.fill(panel("kapao-n", [], { always: layers }), value()); // the choice stays
  assert.equal(made.map.layer.name, "small");
  made.fill(panel("kapao-n", [], { always: [] }), value());
  assert.deepEqual([shown().length, made.map, made.figure.querySelector(".pv-map-bar").hidden], [0, null, true]);
});

test("bars are drawn where there is something to count", () => {
  const made = mounted();
  const rows = [{ name: "nose", share: 0.25, told: "1 of 4" }];
  made.fill(panel("kapao-n", [], { charts: [{ title: "Replaced", rows }, { title: "Nothing", rows: [] }] }), value());
  assert.deepEqual(made.figure.querySelectorAll("summary").slice(1).map(({ textContent }) => textContent), ["Replaced"]);
  const [name, bar, told] = made.figure.querySelector(".pv-charts").querySelector("li").children;
  assert.deepEqual([name.textContent, bar.children[0].style.width, told.textContent], ["nose", "25%", "1 of 4"]);
  made.fill(panel("kapao-n"), value());
  assert.equal(made.figure.querySelector(".pv-charts").hidden, true);
});
