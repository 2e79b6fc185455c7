// Where the methods disagree: people and keypoints in the order in which they were sent, each with its bar.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, parse } from "./dom.mjs";
import { load } from "./load.mjs";
import { KEYPOINTS, NASTY, panel, value } from "./values.mjs";

const { document } = browser();
const { makeRanking, worstKeypoint, FIRST } = load(["ranking.js"], ["makeRanking", "worstKeypoint", "FIRST"], { document });

function ranked(id, disagreement, keypoints, found = 2) {
  return { id, colour: "#123456", disagreement, found, area: 1, keypoints };
}

function mounted() {
  const chosen = [];
  const lists = '<ol class="pv-people"></ol><button class="pv-more"></button><ol class="pv-keypoints"></ol>';
  const section = parse(`<section>${lists}</section>`, document).children.at(-1);
  return { section, chosen, ranking: makeRanking(section, (id) => chosen.push(id)) };
}

function shown(people, keypoints = [], names = KEYPOINTS) {
  return value([panel("one"), panel("two"), panel("three")], { ranking: { people, keypoints }, keypoints: names });
}

test("the keypoint of most disagreement is the first of equals", () => {
  assert.equal(worstKeypoint([0.1, 0.4, 0.4]), 1);
  assert.equal(worstKeypoint([null, null, 0.2]), 2);
  assert.equal(worstKeypoint([0, 0, null]), null); // all agree
  assert.equal(worstKeypoint([null, null]), null);
  assert.equal(worstKeypoint([]), null);
});

test("people stay in the order sent, also where they tie", () => {
  const { section, ranking } = mounted();
  ranking.fill(shown([ranked(4, 1, [1, 1, 1], 1), ranked(9, 0.5, [0.2, 0.75, null]), ranked(2, 0.5, [0, 0, 0])]), 9);
  const buttons = section.querySelectorAll(".pv-people button");
  const parts = (selector) => buttons.map((button) => button.querySelector(selector));
  assert.deepEqual(buttons.map(({ dataset }) => dataset.person), ["4", "9", "2"]);
  assert.deepEqual(parts(".pv-detail").map(({ textContent }) => textContent), [
    "found by 1 of 3 methods, most at nose", "found by 2 of 3 methods, most at left eye", "found by 2 of 3 methods",
  ]);
  assert.deepEqual(buttons.map((button) => button.getAttribute("aria-pressed")), ["false", "true", "false"]);
  assert.deepEqual(parts(".pv-name").map(({ textContent }) => textContent), ["Person 5", "Person 10", "Person 3"]);
  assert.deepEqual(parts(".pv-share").map((bar) => bar.children[0].style.width), ["100%", "50%", "50%"]);
});

test("who is pressed is told", () => {
  const { section, ranking, chosen } = mounted();
  ranking.fill(shown([ranked(4, 1, [1])]), null);
  section.querySelector(".pv-people").querySelector("button").click();
  assert.deepEqual(chosen, [4]);
});

test("keypoints are listed by name with a bar", () => {
  const { section, ranking } = mounted();
  const keypoints = [2, 0].map((keypoint) => ({ keypoint, disagreement: 0.456 }));
  ranking.fill(shown([ranked(0, 1, [1])], keypoints), null);
  const rows = section.querySelector(".pv-keypoints").children;
  assert.deepEqual(rows.map(({ textContent }) => textContent), ["right eye0.46", "nose0.46"]);
  assert.equal(rows[0].querySelector(".pv-share").children[0].style.width, "46%");
});

test("a long list unfolds and folds again, and nobody hides all", () => {
  const { section, ranking } = mounted();
  const [people, more] = [section.querySelector(".pv-people"), section.querySelector(".pv-more")];
  ranking.fill(shown([]), null);
  assert.equal(section.hidden, true);
  ranking.fill(shown(Array.from({ length: FIRST }, (_, id) => ranked(id, 0.1, [0.1]))), null);
  assert.equal(section.hidden, false);
  assert.equal(more.hidden, true);
  ranking.fill(shown(Array.from({ length: FIRST + 3 }, (_, id) => ranked(id, 0.1, [0.1]))), null);
  assert.equal(people.children.length, FIRST);
  assert.equal(more.textContent, `Show all ${FIRST + 3}`);
  more.click();
  assert.equal(people.children.length, FIRST + 3);
  assert.equal(more.textContent, "Show fewer");
  more.click();
  assert.equal(people.children.length, FIRST);
});

test("names are text, never markup", () => {
  const { section, ranking } = mounted();
  ranking.fill(shown([ranked(0, 1, [1])], [{ keypoint: 0, disagreement: 1 }], [NASTY]), null);
  assert.equal(section.querySelector(".pv-detail").textContent, `found by 2 of 3 methods, most at ${NASTY}`);
  assert.equal(section.querySelector(".pv-keypoints").querySelector(".pv-name").textContent, NASTY);
  assert.equal(section.querySelector("img"), null);
});
