// Crops of people in a grid.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, parse } from "./dom.mjs";
import { load } from "./load.mjs";
import { KEYPOINTS, LIMBS, NASTY } from "./values.mjs";

const { document } = browser();
const { mountCards } = load(["cards.js"], ["mountCards"], { document });

function card(more = {}) {
  return {
    image: null, view: [10, 20, 75, 30], people: [], title: "A title", lines: [], marks: [], verdict: "", good: true,
    button: "", ...more,
  };
}

function mounted(value) {
  const element = parse('<div><div class="cards"></div></div>', document).children.at(-1);
  const props = { value };
  const told = [];
  const watched = {};
  mountCards(element, props, (name, render) => { watched[name] = render; }, (...what) => told.push(what));
  const render = (next) => {
    props.value = next;
    watched.value();
  };
  return { element, told, render };
}

function shown(cards, more = {}) {
  return { keypoints: KEYPOINTS, limbs: LIMBS, images: [], cards, note: "Nothing here.", ...more };
}

const numbers = (element, ...names) => names.map((name) => Number(element.getAttribute(name)));

test("nothing yet is nothing, and no cards are a note", () => {
  const { element, render } = mounted(null);
  assert.equal(element.textContent, "");
  render(shown([]));
  assert.equal(element.querySelector(".pv-hint").textContent, "Nothing here.");
  render(shown([card()]));
  assert.equal(element.querySelector(".pv-hint"), null);
  assert.equal(element.querySelectorAll("article").length, 1);
});

test("a card shows its part of the image, sized in that part's pixels", () => {
  const keypoints = [[20, 30], [40, 35], null];
  const people = [{ role: "ground_truth", colour: "#ffffff", keypoints }, { role: "found", colour: "#ff0000", keypoints }];
  const images = [{ src: "data:,one", place: [0, 0, 5, 5] }, { src: "data:,two", place: [10, 20, 75, 30] }];
  const { element } = mounted(shown([card({ image: 1, people, marks: [[1, 2, 3, 4]] })], { images }));
  assert.equal(element.querySelector("svg").getAttribute("viewBox"), "10 20 75 30");
  assert.equal(element.querySelector("image").getAttribute("href"), "data:,two");
  assert.deepEqual(numbers(element.querySelector("image"), "x", "y", "width", "height"), [10, 20, 75, 30]);
  const [groundTruth, found] = element.querySelectorAll(".card-person");
  const circles = groundTruth.querySelectorAll("circle").map((circle) => numbers(circle, "cx", "cy", "r"));
  assert.deepEqual(circles, [[20, 30, 0.7], [40, 35, 0.7]]);
  assert.deepEqual(numbers(found.querySelector("circle"), "r"), [1]); // the longer side is 75 units
  assert.equal(found.getAttribute("style"), "--colour: #ff0000");
  assert.deepEqual(found.querySelectorAll("line").map(({ className }) => className), ["card-casing", "card-limb"]);
  assert.deepEqual(numbers(found.querySelector(".card-limb"), "x1", "y1", "x2", "y2"), [20, 30, 40, 35]);
  assert.deepEqual(groundTruth.querySelectorAll("title").map(({ textContent }) => textContent), [
    "nose, where it is", "left_eye, where it is",
  ]);
  assert.deepEqual(numbers(element.querySelector(".card-way"), "x1", "y1", "x2", "y2"), [1, 2, 3, 4]);
});

test("without an image there is a plain field", () => {
  const { element } = mounted(shown([card()]));
  assert.equal(element.querySelector("image"), null);
  assert.deepEqual(numbers(element.querySelector(".card-nothing"), "x", "y", "width", "height"), [10, 20, 75, 30]);
});

test("a press enlarges, and a card's button tells which card", () => {
  const { element, told } = mounted(shown([card(), card({ button: "Open" })]));
  const image = element.querySelectorAll(".card-image")[1];
  const large = () => [element.querySelectorAll("article")[1].className, image.getAttribute("aria-expanded")];
  assert.deepEqual(large(), ["card", "false"]);
  image.click();
  assert.deepEqual(large(), ["card large", "true"]);
  image.click();
  assert.deepEqual(large(), ["card", "false"]);
  element.querySelector(".card-button").click();
  assert.deepEqual(told, [["select", { card: 1 }]]);
});

test("a verdict is good or bad", () => {
  const { element } = mounted(shown([card({ verdict: "Yes" }), card({ verdict: "No", good: false }), card()]));
  assert.deepEqual(element.querySelectorAll("em").map(({ className, textContent }) => [className, textContent]), [
    ["good", "Yes"], ["bad", "No"],
  ]);
});

test("names are text, never markup", () => {
  const people = [{ role: "found", colour: NASTY, keypoints: [[1, 1]] }];
  const words = { title: NASTY, lines: [NASTY], verdict: NASTY, button: NASTY, people };
  const { element } = mounted(shown([card(words)], { keypoints: [NASTY] }));
  assert.equal(element.querySelector(".card-words").textContent, NASTY.repeat(4));
  assert.equal(element.querySelector("title").textContent, `${NASTY}, as found`);
  assert.equal(element.querySelector("svg").getAttribute("aria-label"), `${NASTY}. ${NASTY}`);
  assert.equal(element.querySelector("img"), null);
});
