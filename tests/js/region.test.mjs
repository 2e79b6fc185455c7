// The box that a visitor drags on an image.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, fire, parse } from "./dom.mjs";
import { load } from "./load.mjs";
import { random } from "./values.mjs";

const globals = browser();
const { sortCorners, boxWithin, boxAfterKey, mountRegion } = load(
  ["region.js"], ["sortCorners", "boxWithin", "boxAfterKey", "mountRegion"], globals,
);
const IMAGE = { src: "data:,", width: 200, height: 100 };

test("a box's corners are sorted, whichever way it was dragged", () => {
  const boxes = [[1, 2, 3, 4], [3, 4, 1, 2], [3, 2, 1, 4], [1, 4, 3, 2]];
  for (const box of boxes) assert.deepEqual(sortCorners(box), [1, 2, 3, 4]);
});

test("a box is cut at the image's edges and is whole pixels", () => {
  assert.deepEqual(boxWithin([150.4, 60.6, -20, 300], IMAGE), [0, 61, 150, 100]);
  assert.deepEqual(boxWithin([500, 500, 600, 600], IMAGE), [200, 100, 200, 100]);
});

test("any box ends up on the image, and stays as it is then", () => {
  const next = random(4);
  for (let run = 0; run < 300; run += 1) {
    const box = boxWithin(Array.from({ length: 4 }, () => 600 * next() - 200), IMAGE);
    const [x1, y1, x2, y2] = box;
    assert.ok(x1 >= 0 && y1 >= 0 && x1 <= x2 && y1 <= y2 && x2 <= 200 && y2 <= 100, String(box));
    assert.deepEqual(boxWithin(box, IMAGE), box);
  }
});

test("arrows move the box by a fiftieth of the longer side, with Shift its lower right corner", () => {
  const after = (key, shiftKey = false) => boxAfterKey([10, 10, 30, 30], { key, shiftKey }, IMAGE);
  assert.deepEqual(after("ArrowRight"), [14, 10, 34, 30]);
  assert.deepEqual(after("ArrowUp"), [10, 6, 30, 26]);
  assert.deepEqual(after("ArrowLeft", true), [10, 10, 26, 30]);
  assert.deepEqual(after("ArrowDown", true), [10, 10, 30, 34]);
  assert.equal(after("Tab"), null);
  assert.equal(after("constructor"), null);
});

test("a box that is moved to the image's edge keeps its size", () => {
  const after = (box, key) => boxAfterKey(box, { key, shiftKey: false }, IMAGE);
  assert.deepEqual(after([1, 10, 21, 30], "ArrowLeft"), [0, 10, 20, 30]);
  assert.deepEqual(after([170, 10, 199, 30], "ArrowRight"), [171, 10, 200, 30]);
  assert.deepEqual(after([10, 0, 30, 30], "ArrowUp"), [10, 0, 30, 30]);
  assert.deepEqual(after([10, 68, 30, 98], "ArrowDown"), [10, 70, 30, 100]);
});

function mounted(value = { ...IMAGE, box: [10, 10, 30, 30] }) {
  const markup = '<div><div class="region" hidden><svg><image></image><rect></rect></svg></div></div>';
  const element = parse(markup, globals.document).children.at(-1);
  const chosen = [];
  const watched = {};
  const watch = (name, render) => { watched[name] = render; };
  const props = { value };
  mountRegion(element, props, watch, (event, { box }) => chosen.push([event, box]));
  const svg = element.querySelector("svg");
  svg.screen = { a: 2, e: 0, f: 0 };
  const rect = element.querySelector("rect");
  const frame = () => ["x", "y", "width", "height"].map((name) => Number(rect.getAttribute(name)));
  return { element, svg, props, chosen, frame, render: () => watched.value() };
}

test("without an image nothing shows; with one its box does", () => {
  const { element, props, frame, render } = mounted(null);
  assert.equal(element.querySelector(".region").hidden, true);
  props.value = { ...IMAGE, box: [10, 20, 30, 50] };
  render();
  assert.equal(element.querySelector(".region").hidden, false);
  assert.equal(element.querySelector("svg").getAttribute("viewBox"), "0 0 200 100");
  assert.deepEqual(frame(), [10, 20, 20, 30]);
});

test("a drag backwards draws a box and tells it once, when it ends", () => {
  const { svg, chosen, frame } = mounted();
  fire(svg, "pointermove", { clientX: 0, clientY: 0 }); // no drag yet
  assert.deepEqual(frame(), [10, 10, 20, 20]);
  fire(svg, "pointerdown", { pointerId: 1, clientX: 300, clientY: 100 });
  fire(svg, "pointermove", { clientX: 200, clientY: 60 });
  assert.deepEqual(frame(), [100, 30, 50, 20]);
  assert.deepEqual(chosen, []);
  fire(svg, "pointerup");
  fire(svg, "pointerup"); // of another pointer
  assert.deepEqual(chosen, [["select", [100, 30, 150, 50]]]);
});

test("a key that moves is the box's, any other the page's", () => {
  const { svg, chosen } = mounted();
  assert.equal(fire(svg, "keydown", { key: "Tab" }).defaultPrevented, false);
  assert.equal(fire(svg, "keydown", { key: "ArrowRight", shiftKey: false }).defaultPrevented, true);
  assert.deepEqual(chosen, [["select", [14, 10, 34, 30]]]);
});
