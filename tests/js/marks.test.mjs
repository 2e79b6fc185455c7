// Marks of a method's intermediate outputs: their lines, which one the pointer means, what is told of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser } from "./dom.mjs";
import { load } from "./load.mjs";
import { KEYPOINTS, layer, LIMBS, mark, NASTY } from "./values.mjs";

const { document } = browser();
const marks = load(
  ["overlay.js", "marks.js"],
  ["pairsOf", "outline", "drawMark", "drawLayer", "fitLabels", "distanceToSegment", "distanceToBox",
    "nearestMark", "describeMark"],
  { document },
);

test("numbers are pairs of x and y", () => {
  assert.deepEqual(marks.pairsOf([]), []);
  assert.deepEqual(marks.pairsOf([1, 2, 3, 4]), [[1, 2], [3, 4]]);
});

test("each kind has its outline", () => {
  assert.equal(marks.outline(mark("box", [1, 2, 3, 4]), LIMBS), "M1 2H3V4H1Z");
  assert.equal(marks.outline(mark("arrow", [1, 2, 3, 4]), LIMBS), "M1 2L3 4");
  assert.equal(marks.outline(mark("pose", [1, 2, 3, 4, 5, 6]), LIMBS), "M1 2L3 4M1 2L5 6");
  assert.equal(marks.outline(mark("point", [1, 2]), LIMBS), "");
});

test("distance to a segment is that to its nearest point", () => {
  assert.equal(marks.distanceToSegment({ x: 5, y: 3 }, [0, 0, 10, 0]), 3);
  assert.equal(marks.distanceToSegment({ x: 14, y: 23 }, [10, 20, 13, 24]), 1.4); // (4, 3) across (3, 4): 7 / 5
  assert.equal(marks.distanceToSegment({ x: -3, y: 4 }, [0, 0, 10, 0]), 5); // beyond the start
  assert.equal(marks.distanceToSegment({ x: 13, y: 4 }, [0, 0, 10, 0]), 5); // beyond the end
  assert.equal(marks.distanceToSegment({ x: 3, y: 4 }, [0, 0, 0, 0]), 5); // an arrow of no length
});

test("a small box is meant anywhere inside, a large one at its edge", () => {
  assert.equal(marks.distanceToBox({ x: 130, y: 230 }, [100, 200, 160, 260], 1), 0); // the middle of a small box
  assert.equal(marks.distanceToBox({ x: 130, y: 245 }, [100, 200, 160, 260], 1), 1); // 8 * 15 / (60 + 60)
  assert.equal(marks.distanceToBox({ x: 50, y: 50 }, [0, 0, 100, 100], 1), 50);
  assert.equal(marks.distanceToBox({ x: 50, y: 50 }, [0, 0, 100, 100], 2), 0); // small where the image is shown small
  assert.equal(marks.distanceToBox({ x: 63, y: 64 }, [0, 0, 60, 60], 1), 5); // 3 right of and 4 below the corner
  assert.equal(marks.distanceToBox({ x: 2, y: 2 }, [2, 2, 2, 2], 1), 0); // a box without a size
});

test("the nearest mark is meant, up to 8 screen pixels away; of equals what is drawn last", () => {
  const layers = [
    layer("one", [mark("point", [0, 0]), mark("arrow", [20, 0, 40, 0])]),
    layer("two", [mark("point", [0, 0]), mark("pose", [100, 0, 110, 0, 120, 0])]),
  ];
  assert.deepEqual(marks.nearestMark(layers, { x: 1, y: 0 }, 1), { layer: 1, mark: 0, keypoint: null });
  assert.deepEqual(marks.nearestMark(layers, { x: 30, y: 7 }, 1), { layer: 0, mark: 1, keypoint: null });
  assert.deepEqual(marks.nearestMark(layers, { x: 112, y: 0 }, 1), { layer: 1, mark: 1, keypoint: 1 });
  assert.equal(marks.nearestMark(layers, { x: 30, y: 9 }, 1), null);
  assert.equal(marks.nearestMark(layers, { x: 30, y: 7 }, 0.5), null);
});

test("each kind of mark is meant by its own distance", () => {
  const meant = (kind, at, x, y) => marks.nearestMark([layer("one", [mark(kind, at)])], { x, y }, 1) !== null;
  assert.equal(meant("point", [30, 40], 33, 44), true);
  assert.equal(meant("point", [30, 40], 37, 44), false); // 8.06 px
  assert.equal(meant("box", [20, 40, 120, 140], 75, 95), false); // inside a large one
  assert.equal(meant("box", [20, 40, 120, 140], 121, 95), true);
  assert.equal(meant("arrow", [20, 40, 120, 140], 75, 95), true);
});

test("nothing is meant where nothing is drawn", () => {
  assert.equal(marks.nearestMark([], { x: 0, y: 0 }, 1), null);
  assert.equal(marks.nearestMark([layer("empty", []), layer("not sent", null)], { x: 0, y: 0 }, 1), null);
});

test("a box without a size hides no other mark", () => {
  const layers = [layer("one", [mark("box", [0, 0, 0, 0]), mark("point", [500, 500])])];
  assert.deepEqual(marks.nearestMark(layers, { x: 0, y: 0 }, 1), { layer: 0, mark: 0, keypoint: null });
});

test("a mark is told by name, confidence and details; a pose's keypoint first", () => {
  const pose = mark("pose", [], { name: "pose object", score: 0.456, details: ["stride 8"] });
  assert.deepEqual(marks.describeMark(pose, null, KEYPOINTS), ["pose object", "confidence 0.46", "stride 8"]);
  assert.deepEqual(marks.describeMark(pose, 1, KEYPOINTS), ["left eye", "pose object", "confidence 0.46", "stride 8"]);
});

test("the surer a mark, the stronger", () => {
  assert.equal(marks.drawMark(mark("box", [0, 0, 9, 9], { score: 0.5 }), LIMBS).style.opacity, 0.7);
});

test("an arrow has a tail, and a head that points its way", () => {
  const drawn = marks.drawMark(mark("arrow", [10, 10, 10, 30], { aside: true }), LIMBS);
  assert.equal(drawn.className, "pv-mark arrow aside");
  assert.deepEqual(drawn.querySelectorAll("path").map(({ className }) => className), [
    "pv-edge", "pv-line", "pv-tail", "pv-head",
  ]);
  assert.equal(drawn.querySelector(".pv-line").getAttribute("d"), "M10 10L10 30");
  assert.equal(drawn.querySelector(".pv-tail").parent.getAttribute("transform"), "translate(10 10) rotate(0)");
  assert.equal(drawn.querySelector(".pv-head").parent.getAttribute("transform"), "translate(10 30) rotate(90)");
});

test("a box's label shows where it fits", () => {
  const svg = marks.drawLayer(layer("boxes", [mark("box", [0, 0, 52, 9], { name: "nose" })]), LIMBS);
  const label = svg.querySelector("text");
  assert.equal(label.textContent, "nose 1.00"); // 9 letters of 6.5 px: 58.5 px
  marks.fitLabels(svg, 1);
  assert.equal(label.classList.contains("fits"), false);
  marks.fitLabels(svg, 1.125);
  assert.equal(label.classList.contains("fits"), true);
});

test("a name is text, never markup", () => {
  const drawn = marks.drawMark(mark("box", [0, 0, 9, 9], { name: NASTY }), LIMBS);
  assert.equal(drawn.querySelector("text").textContent, `${NASTY} 1.00`);
  assert.equal(drawn.querySelector("img"), null);
  assert.equal(marks.drawLayer(layer(NASTY, []), LIMBS).dataset.layer, NASTY);
});
