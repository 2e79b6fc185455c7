// The menu of a panel that says which intermediate outputs are drawn.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, fire } from "./dom.mjs";
import { load } from "./load.mjs";
import { layer, NASTY } from "./values.mjs";

const globals = browser();
const { makeInside, isAsWanted } = load(["inside.js"], ["makeInside", "isAsWanted"], globals);

test("layers that were asked for have to be there", () => {
  const layers = [layer("boxes", []), layer("cells", null)];
  assert.equal(isAsWanted([], new Set(["boxes"])), true);
  assert.equal(isAsWanted(layers, new Set()), true);
  assert.equal(isAsWanted(layers, new Set(["boxes"])), true);
  assert.equal(isAsWanted(layers, new Set(["boxes", "cells"])), false);
});

test("a tick is kept, counted and told", () => {
  const wanted = new Set();
  const told = [];
  const inside = makeInside("kapao-n", wanted, () => told.push([...wanted]));
  inside.fill([layer("boxes", null), layer("cells", null)]);
  const [boxes, cells] = inside.menu.querySelectorAll("input");
  const tick = (box, checked) => {
    box.checked = checked;
    fire(box, "change");
  };
  const title = () => inside.menu.querySelector("summary").textContent;
  const used = () => inside.menu.classList.contains("used");
  assert.deepEqual([title(), used()], ["Inside", false]);
  tick(boxes, true);
  tick(cells, true);
  assert.deepEqual([title(), used()], ["Inside · 2", true]);
  tick(boxes, false);
  assert.deepEqual(told, [["boxes"], ["boxes", "cells"], ["cells"]]);
  assert.equal(inside.wants("cells"), true);
  assert.equal(inside.wants("boxes"), false);
});

test("boxes stay as they are ticked while notes change, and go with their layers", () => {
  const inside = makeInside("kapao-n", new Set(), () => {});
  inside.fill([layer("boxes", [], { note: "3 boxes" })]);
  const [box] = inside.menu.querySelectorAll("input");
  inside.fill([layer("boxes", [], { note: "5 boxes" })]);
  assert.equal(inside.menu.querySelectorAll("input")[0], box);
  assert.equal(inside.menu.querySelector("em").textContent, "5 boxes");
  inside.fill([layer("cells", [])]);
  assert.deepEqual(inside.menu.querySelectorAll("input").map(({ dataset }) => dataset.layer), ["cells"]);
  inside.fill([]);
  assert.equal(inside.menu.hidden, true);
});

test("Escape closes the menu and moves no view; leaving it closes it too", () => {
  const { menu } = makeInside("kapao-n", new Set(), () => {});
  menu.open = true;
  fire(menu, "keydown", { key: "+" });
  assert.equal(menu.open, true);
  fire(menu, "keydown", { key: "Escape" });
  assert.equal(menu.open, false);
  assert.equal(globals.document.activeElement, menu.querySelector("summary"));
  menu.open = true;
  fire(menu, "focusout", { relatedTarget: menu.querySelector("summary") });
  assert.equal(menu.open, true);
  fire(menu, "focusout", { relatedTarget: globals.document.body });
  assert.equal(menu.open, false);
});

test("names are text, never markup", () => {
  const inside = makeInside(NASTY, new Set(), () => {});
  inside.fill([layer(NASTY, [], { meaning: NASTY, note: NASTY })]);
  assert.equal(inside.menu.querySelector("label").textContent, NASTY.repeat(3));
  assert.equal(inside.menu.querySelector("img"), null);
});
