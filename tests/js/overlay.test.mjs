// Poses over the image: which keypoint and whom the pointer means, and what is drawn of a person.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser } from "./dom.mjs";
import { load } from "./load.mjs";
import { keypoint, KEYPOINTS, LIMBS, NASTY, person, random } from "./values.mjs";

const { nearestKeypoint, personAt, describeKeypoint, drawPerson, NEAR } = load(
  ["overlay.js"], ["nearestKeypoint", "personAt", "describeKeypoint", "drawPerson", "NEAR"], browser(),
);

test("the nearest keypoint of anybody is meant, up to 14 screen pixels away", () => {
  const people = [person(0, [keypoint(0, 0), null, keypoint(30, 0)]), person(1, [null, keypoint(33, 4), null])];
  assert.deepEqual(nearestKeypoint(people, { x: 32, y: 1 }, 1), { person: people[0], keypoint: 2 });
  assert.deepEqual(nearestKeypoint(people, { x: 33, y: 2 }, 1), { person: people[1], keypoint: 1 });
  assert.deepEqual(nearestKeypoint(people, { x: -13.9, y: 0 }, 1), { person: people[0], keypoint: 0 });
  assert.equal(nearestKeypoint(people, { x: -14, y: 0 }, 1), null);
  assert.equal(nearestKeypoint(people, { x: -4, y: 0 }, 0.25), null); // zoomed in fourfold: 14 px are 3.5 of the image
});

test("of two equally near the surer person's is meant, and nobody has none", () => {
  const people = [person(4, [keypoint(10, 0)]), person(2, [keypoint(-10, 0)])];
  assert.equal(nearestKeypoint(people, { x: 0, y: 0 }, 1).person.id, 4);
  assert.equal(nearestKeypoint([], { x: 0, y: 0 }, 1), null);
  assert.equal(nearestKeypoint([person(0, [null, null, null])], { x: 0, y: 0 }, 1), null);
});

test("no keypoint is nearer than the nearest", () => {
  const next = random(2);
  for (let run = 0; run < 200; run += 1) {
    const place = () => (next() < 0.2 ? null : keypoint(40 * next(), 40 * next()));
    const people = [0, 1, 2].map((id) => person(id, KEYPOINTS.map(place)));
    const [point, pixel] = [{ x: 40 * next(), y: 40 * next() }, next()];
    const away = ([x, y]) => Math.hypot(x - point.x, y - point.y);
    const least = Math.min(...people.flatMap(({ keypoints }) => keypoints.filter(Boolean).map(away)));
    const hit = nearestKeypoint(people, point, pixel);
    if (least < NEAR * pixel) assert.equal(away(hit.person.keypoints[hit.keypoint]), least);
    else assert.equal(hit, null);
  }
});

test("of boxes around a point the smallest is meant", () => {
  const [large, small] = [person(0, [], { box: [0, 0, 100, 100] }), person(1, [], { box: [40, 40, 60, 60] })];
  assert.equal(personAt([large, small], { x: 50, y: 50 }), small);
  assert.equal(personAt([large, small], { x: 60, y: 60 }), small); // its edge belongs to it
  assert.equal(personAt([large, small], { x: 61, y: 50 }), large);
  assert.equal(personAt([large, small], { x: 101, y: 50 }), null);
  assert.equal(personAt([], { x: 0, y: 0 }), null);
});

test("a keypoint is told with what the method gives, and no more", () => {
  const somebody = person(2, [keypoint(1, 1, 0.254), keypoint(1, 1, null), keypoint(1, 1, 0.5, 1, 0.3, 0.666, 0.034, 0.12)], { score: 0.905 });
  assert.deepEqual(describeKeypoint(somebody, 0, KEYPOINTS), [
    "nose", "score 0.25", "not judged yet", "person 3, score 0.91",
  ]);
  assert.deepEqual(describeKeypoint(somebody, 1, KEYPOINTS).slice(0, 2), ["left eye", "no score given"]);
  assert.deepEqual(describeKeypoint(somebody, 2, KEYPOINTS).slice(2, 4), [
    "hidden", "visible 30%, hidden 67%, not in the image 3%, probably misplaced 12%",
  ]);
});

test("a person has box, limbs twice, keypoints, and a number that counts from 1", () => {
  const keypoints = [keypoint(1, 2), keypoint(3, 4, 0.5), keypoint(5, 6, 1)];
  const drawn = drawPerson(person(6, keypoints, { box: [10, 20, 40, 60] }), LIMBS);
  assert.equal(drawn.dataset.person, "6");
  assert.equal(drawn.style.getPropertyValue("--colour"), "#000006");
  const box = drawn.querySelector(".pv-box");
  assert.deepEqual(["x", "y", "width", "height"].map((name) => box.getAttribute(name)), ["10", "20", "30", "40"]);
  assert.deepEqual(drawn.querySelectorAll("line").map(({ className }) => className), [
    "pv-casing", "pv-casing", "pv-limb", "pv-limb",
  ]);
  const limb = drawn.querySelector(".pv-limb");
  assert.deepEqual(["x1", "y1", "x2", "y2"].map((name) => limb.getAttribute(name)), ["1", "2", "3", "4"]);
  assert.equal(limb.style.opacity.toFixed(6), "0.600000"); // 0.2 + 0.8 * 0.5, the weaker end
  const places = drawn.querySelectorAll("[data-keypoint]").map((place) => place.getAttribute("transform"));
  assert.deepEqual(places, ["translate(1 2)", "translate(3 4)", "translate(5 6)"]);
  assert.deepEqual(drawn.querySelectorAll(".pv-keypoint").map(({ style }) => style.opacity), [1, 0.625, 1]);
  assert.equal(drawn.querySelector(".pv-tag").textContent, "7");
});

test("no limb leads to a keypoint that is missing or not in the image", () => {
  const drawn = drawPerson(person(0, [keypoint(1, 2, 1, 0), null, keypoint(5, 6, 1, 2)]), LIMBS);
  assert.equal(drawn.querySelectorAll("line").length, 0);
  const places = drawn.querySelectorAll("[data-keypoint]");
  assert.deepEqual(places.map(({ dataset }) => dataset.keypoint), ["0", "2"]);
  assert.deepEqual(drawn.querySelectorAll(".pv-keypoint").map(({ className }) => className), [
    "pv-keypoint visible", "pv-keypoint outside",
  ]);
});

test("hidden and misplaced keypoints have shapes and limbs", () => {
  const drawn = drawPerson(person(0, [keypoint(1, 2, 1, 1), keypoint(3, 4, 1, 3), null]), LIMBS);
  assert.equal(drawn.querySelectorAll(".pv-limb").length, 1);
  assert.deepEqual(drawn.querySelectorAll(".pv-keypoint").map(({ className }) => className), [
    "pv-keypoint covered", "pv-keypoint misplaced",
  ]);
});

test("a person without a keypoint is a box with a number", () => {
  const drawn = drawPerson(person(0, [null, null, null]), LIMBS);
  assert.deepEqual(drawn.children.map(({ className }) => className), ["pv-box", "pv-tag"]);
});

test("a keypoint's name is told letter by letter", () => {
  assert.equal(describeKeypoint(person(0, [keypoint(0, 0)]), 0, [NASTY])[0], NASTY);
});
