// The view that all panels share, in numbers worked out by hand.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, fire } from "./dom.mjs";
import { load } from "./load.mjs";
import { random } from "./values.mjs";

const globals = browser();
const { createView, wheelFactor, listenToGestures, zoomWithKeys, MAX_ZOOM } = load(
  ["view.js"], ["createView", "wheelFactor", "listenToGestures", "zoomWithKeys", "MAX_ZOOM"], globals,
);

function opened(width = 400, height = 200) {
  const seen = [];
  const view = createView(({ x, y, zoom }) => seen.push([x, y, zoom]));
  view.open(width, height);
  return { view, seen };
}

test("an image opens whole, and each change is told", () => {
  const { view, seen } = opened();
  assert.equal(view.viewBox(), "0 0 400 200");
  view.zoomAt(100, 50, 2);
  assert.equal(view.viewBox(), "50 25 200 100");
  view.open(30, 60);
  assert.equal(view.viewBox(), "0 0 30 60");
  assert.deepEqual(seen, [[0, 0, 1], [50, 25, 2], [0, 0, 1]]);
});

test("zoom stays between the whole image and its limit", () => {
  const { view } = opened();
  view.zoomCentre(1 / 3);
  assert.equal(view.viewBox(), "0 0 400 200");
  view.zoomCentre(1e9);
  assert.equal(view.state.zoom, MAX_ZOOM);
  assert.equal(view.viewBox(), "195 97.5 10 5"); // 400 / 40 and 200 / 40 about the middle
  view.reset();
  assert.equal(view.viewBox(), "0 0 400 200");
});

test("the image's edge stops a move", () => {
  const { view } = opened();
  view.move(10, 10); // nowhere to go: the whole image is in view
  assert.equal(view.viewBox(), "0 0 400 200");
  view.zoomCentre(2);
  view.step(0.1, -0.1); // a tenth of the 200 x 100 px that are shown
  assert.equal(view.viewBox(), "120 40 200 100");
  view.move(-1000, 1000);
  assert.equal(view.viewBox(), "0 100 200 100");
});

test("the point under the pointer stays while zooming in", () => {
  const next = random(1);
  for (let run = 0; run < 500; run += 1) {
    const { view } = opened(1 + 4000 * next(), 1 + 4000 * next());
    const { state } = view;
    view.zoomAt(state.width * next(), state.height * next(), 1 + 10 * next());
    const share = () => [(x - state.x) * state.zoom / state.width, (y - state.y) * state.zoom / state.height];
    const x = state.x + (next() * state.width) / state.zoom;
    const y = state.y + (next() * state.height) / state.zoom;
    const before = share();
    view.zoomAt(x, y, 1 + 10 * next());
    share().forEach((after, axis) => assert.ok(Math.abs(after - before[axis]) < 1e-9, `run ${run}`));
    assert.ok(state.x >= 0 && state.x + state.width / state.zoom <= state.width * (1 + 1e-12), `run ${run}`);
  }
});

test("the wheel zooms in upwards, out downwards, and never jumps", () => {
  assert.equal(wheelFactor({ deltaY: 0, deltaMode: 0, ctrlKey: false }), 1);
  assert.equal(wheelFactor({ deltaY: -100, deltaMode: 0, ctrlKey: false }), Math.exp(0.3));
  assert.equal(wheelFactor({ deltaY: 100, deltaMode: 0, ctrlKey: true }), Math.exp(-1));
  assert.equal(wheelFactor({ deltaY: 3, deltaMode: 1, ctrlKey: false }), Math.exp(-48 * 0.003)); // 3 lines of 16 px
  assert.equal(wheelFactor({ deltaY: 5000, deltaMode: 0, ctrlKey: false }), Math.exp(-0.36));
});

function gestures(wheelMayZoom = () => true) {
  const { view } = opened();
  const svg = globals.document.createElement("svg");
  svg.screen = { a: 2, e: 10, f: 0 }; // two screen pixels a pixel of the image, 10 px from the left
  const taps = [];
  const left = [];
  const [onTap, onLeave] = [() => taps.push("tap"), () => left.push(1)];
  listenToGestures(svg, view, { wheelMayZoom, onTap, onHover() {}, onLeave });
  return { view, svg, taps, left };
}

test("a wheel that has nothing to zoom, or may not, is left to the page", () => {
  const out = { deltaY: 10, deltaMode: 0, ctrlKey: false, clientX: 210, clientY: 100 };
  const first = gestures();
  assert.equal(fire(first.svg, "wheel", out).defaultPrevented, false);
  assert.equal(fire(first.svg, "wheel", { ...out, deltaY: -10 }).defaultPrevented, true);
  assert.equal(fire(first.svg, "wheel", out).defaultPrevented, true);
  const second = gestures(() => false);
  assert.equal(fire(second.svg, "wheel", { ...out, deltaY: -10 }).defaultPrevented, false);
  assert.equal(second.view.state.zoom, 1);
});

test("a drag moves the image with the pointer, and is no tap", () => {
  const { view, svg, taps } = gestures();
  view.zoomCentre(2);
  fire(svg, "pointerdown", { pointerId: 1, clientX: 100, clientY: 100 });
  fire(svg, "pointermove", { pointerId: 1, clientX: 120, clientY: 90 }); // 20 and -10 px: half of it on the image
  fire(svg, "pointerup", { pointerId: 1 });
  assert.equal(view.viewBox(), "90 55 200 100");
  assert.deepEqual(taps, []);
  fire(svg, "pointerdown", { pointerId: 1, clientX: 100, clientY: 100 });
  fire(svg, "pointermove", { pointerId: 1, clientX: 103, clientY: 100 });
  fire(svg, "pointerup", { pointerId: 1 });
  assert.deepEqual(taps, ["tap"]);
});

test("two fingers zoom by how far they part, about the one that rests", () => {
  const { view, svg } = gestures();
  fire(svg, "pointerdown", { pointerId: 1, clientX: 210, clientY: 100 }); // (100, 50) on the image
  fire(svg, "pointerdown", { pointerId: 2, clientX: 230, clientY: 100 }); // 10 px of the image further right
  fire(svg, "pointermove", { pointerId: 2, clientX: 250, clientY: 100 }); // 20 px: twice as far
  assert.equal(view.viewBox(), "50 25 200 100");
});

test("only a mouse that leaves hides what it showed", () => {
  const { svg, left } = gestures();
  fire(svg, "pointerleave", { pointerType: "touch" });
  assert.deepEqual(left, []);
  fire(svg, "pointerleave", { pointerType: "mouse" });
  assert.deepEqual(left, [1]);
});

test("keys zoom and move, and others are the page's", () => {
  const { view } = opened();
  const grid = globals.document.createElement("div");
  zoomWithKeys(grid, view);
  const press = (key, more = {}) => fire(grid, "keydown", { key, ...more }).defaultPrevented;
  assert.equal(press("ArrowRight"), false); // the whole image is in view
  assert.equal(press("+", { ctrlKey: true }), false); // the browser's own zoom
  assert.equal(press("a"), false);
  assert.equal(view.viewBox(), "0 0 400 200");
  assert.equal(press("+"), true);
  assert.equal(view.state.zoom, 1.4);
  assert.equal(press("ArrowRight"), true);
  assert.ok(view.state.x > (400 - 400 / 1.4) / 2);
  assert.equal(press("-"), true);
  assert.equal(view.viewBox(), "0 0 400 200");
});
