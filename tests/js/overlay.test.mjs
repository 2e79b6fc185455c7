// Poses over the photo: which keypoint and whom the pointer means, and what is drawn of a person.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser } from "./dom.mjs";
import { load } from "./load.mjs";
import { joint, JOINTS, LIMBS, NASTY, person, random } from "./values.mjs";

const { nearestJoint, personAt, describeJoint, drawPerson, NEAR } = load(
  ["overlay.js"], ["nearestJoint", "personAt", "describeJoint", "drawPerson", "NEAR"], browser(),
);

test("the nearest keypoint of anybody is meant, up to 14 screen pixels away", () => {
  const people = [person(0, [joint(0, 0), null, joint(30, 0)]), person(1, [null, joint(33, 4), null])];
  assert.deepEqual(nearestJoint(people, { x: 32, y: 1 }, 1), { person: people[0], joint: 2 });
  assert.deepEqual(nearestJoint(people, { x: 33, y: 2 }, 1), { person: people[1], joint: 1 });
  assert.deepEqual(nearestJoint(people, { x: -13.9, y: 0 }, 1), { person: people[0], joint: 0 });
  assert.equal(nearestJoint(people, { x: -14, y: 0 }, 1), null);
  assert.equal(nearestJoint(people, { x: -4, y: 0 }, 0.25), null); // zoomed in fourfold: 14 px are 3.5 of the photo
});

test("of two equally near the surer person's is meant, and nobody has none", () => {
  const people = [person(4, [joint(10, 0)]), person(2, [joint(-10, 0)])];
  assert.equal(nearestJoint(people, { x: 0, y: 0 }, 1).person.id, 4);
  assert.equal(nearestJoint([], { x: 0, y: 0 }, 1), null);
  assert.equal(nearestJoint([person(0, [null, null, null])], { x: 0, y: 0 }, 1), null);
});

test("no keypoint is nearer than the nearest", () => {
  const next = random(2);
  for (let run = 0; run < 200; run += 1) {
    const place = () => (next() < 0.2 ? null : joint(40 * next(), 40 * next()));
    const people = [0, 1, 2].map((id) => person(id, JOINTS.map(place)));
    const [point, pixel] = [{ x: 40 * next(), y: 40 * next() }, next()];
    const away = ([x, y]) => Math.hypot(x - point.x, y - point.y);
    const least = Math.min(...people.flatMap(({ joints }) => joints.filter(Boolean).map(away)));
    const hit = nearestJoint(people, point, pixel);
    if (least < NEAR * pixel) assert.equal(away(hit.person.joints[hit.joint]), least);
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
  const somebody = person(2, [joint(1, 1, 0.254), joint(1, 1, null), joint(1, 1, 0.5, 1, 0.666)], { score: 0.905 });
  assert.deepEqual(describeJoint(somebody, 0, JOINTS), [
    "nose", "score 0.25", "visibility not predicted", "person 3, score 0.91",
  ]);
  assert.deepEqual(describeJoint(somebody, 1, JOINTS).slice(0, 2), ["left eye", "no score given"]);
  assert.equal(describeJoint(somebody, 2, JOINTS)[2], "occluded (67%)");
});

test("a person has box, limbs twice, keypoints, and a number that counts from 1", () => {
  const joints = [joint(1, 2), joint(3, 4, 0.5), joint(5, 6, 1)];
  const drawn = drawPerson(person(6, joints, { box: [10, 20, 40, 60] }), LIMBS);
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
  const places = drawn.querySelectorAll("[data-joint]").map((place) => place.getAttribute("transform"));
  assert.deepEqual(places, ["translate(1 2)", "translate(3 4)", "translate(5 6)"]);
  assert.deepEqual(drawn.querySelectorAll(".pv-joint").map(({ style }) => style.opacity), [1, 0.625, 1]);
  assert.equal(drawn.querySelector(".pv-tag").textContent, "7");
});

test("no limb leads to a keypoint that is missing or absent", () => {
  const drawn = drawPerson(person(0, [joint(1, 2, 1, 2, 0.9), null, joint(5, 6, 1, 0, 0.8)]), LIMBS);
  assert.equal(drawn.querySelectorAll("line").length, 0);
  const places = drawn.querySelectorAll("[data-joint]");
  assert.deepEqual(places.map(({ dataset }) => dataset.joint), ["0", "2"]);
  assert.deepEqual(drawn.querySelectorAll(".pv-joint").map(({ className }) => className), [
    "pv-joint visible", "pv-joint absent",
  ]);
});

test("a person without a keypoint is a box with a number", () => {
  const drawn = drawPerson(person(0, [null, null, null]), LIMBS);
  assert.deepEqual(drawn.children.map(({ className }) => className), ["pv-box", "pv-tag"]);
});

test("a joint's name is told letter by letter", () => {
  assert.equal(describeJoint(person(0, [joint(0, 0)]), 0, [NASTY])[0], NASTY);
});
