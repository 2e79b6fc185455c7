// Two methods on one image, parted by a divider.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, fire, parse } from "./dom.mjs";
import { load } from "./load.mjs";
import { keypoint, NASTY, panel, person, random, value } from "./values.mjs";

const globals = browser();
const { makeSlide, imageX, percentAt } = load(
  ["overlay.js", "slide.js"], ["makeSlide", "imageX", "percentAt"], globals,
);

test("a share of the stage is a place on the image", () => {
  const box = { left: 100, width: 400 };
  assert.equal(imageX(0, box, { a: 2, e: 100 }), 0);
  assert.equal(imageX(0.25, box, { a: 2, e: 100 }), 50); // 100 of 400 screen pixels, two a pixel of the image
  assert.equal(imageX(0.5, box, { a: 4, e: -300 }), 150); // zoomed in: the image begins 300 px left of the screen
});

test("a pointer is a percentage of the stage, and back", () => {
  assert.equal(percentAt(100, { left: 100, width: 400 }), 0);
  assert.equal(percentAt(200, { left: 100, width: 400 }), 25);
  const next = random(3);
  for (let run = 0; run < 200; run += 1) {
    const [box, scale, x] = [{ left: 500 * next(), width: 1 + 500 * next() }, 0.1 + 5 * next(), 2000 * next()];
    const matrix = { a: scale, e: 300 * next() - 150 };
    const back = imageX(percentAt(scale * x + matrix.e, box) / 100, box, matrix);
    assert.ok(Math.abs(back - x) < 1e-6, `run ${run}: ${back} is not ${x}`);
  }
});

function mounted() {
  const bar = "<select></select><select></select>";
  const markup = `<div>${bar}<div class="pv-slide-stage"></div></div>`;
  const holder = parse(markup, globals.document).children.at(-1);
  const made = makeSlide(holder, { viewBox: () => "0 0 100 50" });
  const slide = { ...made, fill: (next) => made.fill(next, ({ people }) => people) };
  slide.svg.rect = { left: 10, top: 0, width: 200, height: 100 };
  slide.svg.screen = { a: 2, e: 10, f: 0 };
  holder.querySelector(".pv-slide-stage").rect = slide.svg.rect;
  const [before, after] = slide.svg.querySelectorAll("clipPath").map((clip) => clip.firstChild);
  const sides = slide.svg.querySelectorAll("g").filter((group) => group.getAttribute("clip-path"));
  const drawn = () => sides.map((side) => side.querySelectorAll(".pv-person").map(({ dataset }) => dataset.person));
  return { holder, slide, before, after, drawn, selects: holder.querySelectorAll("select") };
}

const ONE = panel("one", [person(1, [keypoint(5, 5)])]);
const TWO = panel("two", [person(2), person(3)]);

test("the first method is on the left and the last on the right, until the visitor chooses", () => {
  const { slide, drawn, selects } = mounted();
  slide.fill(value([ONE, panel("middle"), TWO]));
  assert.deepEqual(drawn(), [["1"], ["2", "3"]]);
  assert.equal(slide.svg.getAttribute("aria-label"), "one on the left, two on the right");
  selects[0].value = "middle";
  fire(selects[0], "change");
  assert.deepEqual(drawn(), [[], ["2", "3"]]);
  slide.fill(value([ONE, panel("middle"), TWO]));
  assert.equal(selects[0].value, "middle");
  slide.fill(value([ONE, TWO])); // "middle" is gone
  assert.deepEqual(drawn(), [["1"], ["2", "3"]]);
});

test("one method is on both sides, and no method changes nothing", () => {
  const { slide, drawn } = mounted();
  slide.fill(value([]));
  assert.deepEqual(drawn(), [[], []]);
  slide.fill(value([ONE]));
  assert.deepEqual(drawn(), [["1"], ["1"]]);
});

test("both sides part where the line is", () => {
  const { holder, slide, before, after } = mounted();
  const number = (clip, name) => Number(clip.getAttribute(name));
  const edges = () => [number(before, "x") + number(before, "width"), number(after, "x")];
  slide.fill(value([ONE, TWO]));
  assert.deepEqual(edges(), [50, 50]); // half of 200 screen pixels, two a pixel of the image
  const stage = holder.querySelector(".pv-slide-stage");
  fire(stage, "pointermove", { clientX: 160, buttons: 0 }); // no button is down
  assert.deepEqual(edges(), [50, 50]);
  fire(stage, "pointerdown", { clientX: 160, buttons: 1 });
  assert.deepEqual(edges(), [75, 75]);
  assert.equal(holder.querySelector(".pv-divider").style.left, "75%");
  fire(stage, "pointermove", { clientX: 500, buttons: 1 }); // beyond the edge
  assert.deepEqual(edges(), [100, 100]);
  fire(stage, "pointermove", { clientX: 160, buttons: 1 });
  slide.svg.screen = { a: 0, e: 0, f: 0 }; // not laid out yet
  fire(stage, "pointermove", { clientX: 10, buttons: 1 });
  assert.deepEqual(edges(), [75, 75]);
});

test("the divider is a slider for keys", () => {
  const { holder, slide, after } = mounted();
  slide.fill(value([ONE, TWO]));
  const divider = holder.querySelector("[role=slider]");
  const says = (name) => divider.getAttribute(`aria-${name}`);
  assert.deepEqual(["valuemin", "valuenow", "valuemax"].map(says), ["0", "50", "100"]);
  assert.equal(says("valuetext"), "one on the left 50%, two on the right");
  const now = (key, more) => {
    const event = fire(divider, "keydown", { key, ...more });
    return [says("valuenow"), event.defaultPrevented];
  };
  assert.deepEqual(now("ArrowLeft"), ["48", true]);
  assert.deepEqual(now("PageUp"), ["58", true]);
  assert.deepEqual(now("Home"), ["0", true]);
  assert.deepEqual(now("ArrowDown"), ["0", true]);
  assert.equal(Number(after.getAttribute("x")), 0);
  assert.deepEqual(now("End"), ["100", true]);
  assert.deepEqual(now("a"), ["100", false]);
  assert.deepEqual(now("ArrowLeft", { altKey: true }), ["100", false]); // the browser goes back
});

test("whom the panels show is asked anew at every filling", () => {
  const { slide, drawn } = mounted();
  slide.fill(value([ONE, TWO]));
  assert.deepEqual(drawn(), [["1"], ["2", "3"]]);
  slide.fill(value([ONE, panel("two", [person(3)])]));
  assert.deepEqual(drawn(), [["1"], ["3"]]);
});

test("names are text, never markup", () => {
  const { holder, slide, selects } = mounted();
  slide.fill(value([panel(NASTY), TWO]));
  assert.equal(selects[0].children[0].textContent, NASTY);
  assert.equal(holder.querySelector("img"), null);
});
