// The whole viewer on its own template: what it draws of what Python sends, and what it tells Python.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, fire, parse } from "./dom.mjs";
import { load, readStatic } from "./load.mjs";
import { keypoint, layer, map, mark, NASTY, panel, person, value } from "./values.mjs";

const SCRIPTS = [
  "view.js", "thresholds.js", "overlay.js", "marks.js", "maps.js", "bars.js", "inside.js", "table.js", "person.js", "ranking.js",
  "slide.js", "panel.js", "stepper.js", "tip.js", "viewer.js",
];
const IMAGE = { id: "p1", src: `data:image/jpeg;base64,${btoa("image")}`, width: 200, height: 100, credit: "Somebody" };

function mounted(given = value(), image = IMAGE) {
  const globals = browser();
  const { mountViewer } = load(SCRIPTS, ["mountViewer"], globals);
  const element = parse(readStatic("viewer.html"), globals.document);
  const props = { image, value: given && JSON.stringify(given) };
  const told = [];
  const watched = [];
  mountViewer(element, props, (names, render) => watched.push(render), (...what) => told.push(what));
  const find = (selector) => element.querySelector(selector);
  const panels = () => element.querySelectorAll(".pv-panel").map(({ dataset }) => dataset.method);
  const send = (next, image = props.image) => {
    Object.assign(props, { value: next && JSON.stringify(next), image: image });
    watched[0]();
  };
  return { element, find, panels, send, told, window: globals.window };
}

test("before an image there is an invitation, after it the panels", () => {
  const { find, panels, send } = mounted(null, null);
  assert.equal(find(".pv-grid").hidden, true);
  assert.equal(find(".pv-empty").hidden, false);
  send(value([panel("one"), panel("two")]), IMAGE);
  assert.equal(find(".pv-grid").hidden, false);
  assert.equal(find(".pv-empty").hidden, true);
  assert.deepEqual(panels(), ["one", "two"]);
  assert.equal(find(".pv-credit").textContent, "Image: Somebody");
  assert.equal(find(".pv-panel").querySelector("svg").getAttribute("viewBox"), "0 0 200 100");
});

test("panels come, go and stand in the order sent", () => {
  const { find, panels, send } = mounted(value([panel("one"), panel("two")]));
  const [one] = find(".pv-grid").children;
  send(value([panel("three"), panel("one")]));
  assert.deepEqual(panels(), ["three", "one"]);
  assert.equal(find(".pv-grid").children[1], one); // not built anew
  send(value([]));
  assert.deepEqual(panels(), []);
});

test("what is sent about an earlier image is not drawn over the new one", () => {
  const { panels, send } = mounted(value([panel("one")]));
  send(value([panel("late")], { image: "p0" }));
  assert.deepEqual(panels(), ["one"]);
});

test("a new image opens whole, a new threshold leaves the view", () => {
  const { find, send } = mounted(value([panel("one")]));
  const box = () => find(".pv-panel").querySelector("svg").getAttribute("viewBox");
  find("[data-zoom=in]").click();
  assert.equal(find(".pv-level").textContent, "140%");
  const zoomed = box();
  send(value([panel("one", [person(0)])]));
  assert.equal(box(), zoomed);
  send(value([panel("one")], { image: "p2" }), { ...IMAGE, id: "p2", width: 30, height: 40, credit: "" });
  assert.equal(box(), "0 0 30 40");
  assert.equal(find(".pv-credit").textContent, "");
});

test("a tap chooses the person in every panel, Escape nobody", () => {
  const here = [person(3, [keypoint(50, 50)])];
  const { element, find } = mounted(value([panel("one", here), panel("two", here)]));
  const svg = element.querySelectorAll(".pv-panel svg")[0];
  for (const kind of ["pointerdown", "pointerup"]) fire(svg, kind, { pointerId: 1, clientX: 50, clientY: 51 });
  assert.equal(element.querySelectorAll(".pv-person.chosen").length, 2);
  assert.equal(find(".pv-keypoint-table").hidden, false);
  assert.equal(find(".pv-keypoint-table").querySelector("h3").textContent, "Person 4, keypoint by keypoint");
  assert.equal(find(".pv-tip").textContent, "noseno score givennot judged yetperson 4, score 0.50");
  fire(find(".pv-grid"), "keydown", { key: "Escape" });
  assert.equal(element.querySelectorAll(".pv-person.chosen").length, 0);
  assert.equal(find(".pv-keypoint-table").hidden, true);
});

test("the table opens in view from the list; a tap leaves the image where it is, and so does a new threshold", () => {
  const here = [person(3, [keypoint(50, 50)])];
  const ranking = { people: [{ id: 3, found: 1, area: 100, disagreement: 0.5, keypoints: [0.5] }], keypoints: [] };
  const { element, find, send } = mounted(value([panel("one", here)], { ranking }));
  const table = find(".pv-keypoint-table");
  const svg = element.querySelectorAll(".pv-panel svg")[0];
  for (const kind of ["pointerdown", "pointerup"]) fire(svg, kind, { pointerId: 1, clientX: 50, clientY: 51 });
  assert.equal(table.hidden, false);
  assert.ok(!table.scrolledTo);
  fire(find(".pv-grid"), "keydown", { key: "Escape" });
  find(".pv-people").querySelector("button").click();
  assert.equal(table.scrolledTo, true);
  table.scrolledTo = false;
  send(value([panel("one", here)], { ranking }));
  assert.equal(table.hidden, false);
  assert.equal(table.scrolledTo, false);
});

test("one panel at a time is enlarged, by its button or by E, and made small by Escape", () => {
  const { element, find, send } = mounted(value([panel("one"), panel("two")]));
  const large = () => element.querySelectorAll(".pv-panel.enlarged").map(({ dataset }) => dataset.method);
  const buttons = element.querySelectorAll(".pv-enlarge");
  buttons[1].click();
  assert.deepEqual(large(), ["two"]);
  assert.deepEqual(buttons.map((button) => button.getAttribute("aria-pressed")), ["false", "true"]);
  buttons[0].click();
  assert.deepEqual(large(), ["one"]);
  fire(find(".pv-grid"), "keydown", { key: "Escape" });
  assert.deepEqual(large(), []);
  fire(element.querySelectorAll(".pv-panel svg")[1], "pointermove", { pointerId: 1, clientX: 5, clientY: 5 });
  fire(find(".pv-grid"), "keydown", { key: "e" });
  assert.deepEqual(large(), ["two"]);
  send(value([panel("one")]));
  send(value([panel("one"), panel("two")]));
  assert.deepEqual(large(), []); // unticked meanwhile
});

test("the keypoint under the pointer stands out in every panel, until the pointer leaves", () => {
  const here = [person(3, [keypoint(50, 50), keypoint(150, 50)]), person(4, [keypoint(100, 50)])];
  const { element, find } = mounted(value([panel("one", here), panel("two", here)]));
  const svg = element.querySelectorAll(".pv-panel svg")[0];
  const active = (selector) => element.querySelectorAll(`${selector}.active`).length;
  fire(svg, "pointermove", { pointerId: 1, clientX: 149, clientY: 50 });
  assert.deepEqual([active(".pv-person"), active("g")], [2, 4]); // in each panel a person and a keypoint of theirs
  const keypoints = element.querySelectorAll("[data-keypoint]").filter((each) => each.classList.contains("active"));
  assert.deepEqual(keypoints.map(({ dataset }) => dataset.keypoint), ["1", "1"]);
  assert.equal(find(".pv-tip").hidden, false);
  assert.equal(find(".pv-tip").querySelector("strong").textContent, "left eye");
  fire(svg, "pointerleave", { pointerType: "mouse" });
  assert.deepEqual([active(".pv-person"), active("g")], [0, 0]);
  assert.equal(find(".pv-tip").hidden, true);
});

test("marks keep their size on the screen, as soon as there is one", () => {
  const { element, find } = mounted(value([panel("one")]));
  const svg = element.querySelectorAll(".pv-panel svg")[0];
  const zoom = (scale) => {
    svg.screen = { a: scale, e: 0, f: 0 };
    find("[data-zoom=reset]").click();
    return svg.style.getPropertyValue("--px");
  };
  assert.equal(zoom(4), "0.25"); // a screen pixel in pixels of the image
  assert.equal(zoom(0), "0.25"); // not laid out
});

test("the slide is filled when it is asked for", () => {
  const { element, find } = mounted(value([panel("one", [person(0)])]));
  const drawn = () => find(".pv-slide").querySelectorAll(".pv-person").length;
  assert.equal(drawn(), 0);
  const box = element.querySelector("[data-show=slide]");
  box.checked = true;
  fire(box, "change");
  assert.equal(drawn(), 2); // the only method on both sides
  assert.equal(find(".pv").classList.contains("show-slide"), true);
});

test("a ticked layer is asked for by method, and again where it did not come", () => {
  const { find, send, told } = mounted(value([panel("one", [], { layers: [layer("boxes", null)] })]));
  assert.deepEqual(told, []);
  const box = find("input[data-layer=boxes]");
  box.checked = true;
  fire(box, "change");
  send(value([panel("one", [], { layers: [layer("boxes", null)] })])); // was under way when the box was ticked
  assert.deepEqual(told, [["select", { layers: { one: ["boxes"] } }], ["select", { layers: { one: ["boxes"] } }]]);
  send(value([panel("one", [], { layers: [layer("boxes", [mark("box", [0, 0, 9, 9])])] })]));
  assert.equal(told.length, 2);
  assert.equal(find(".pv-layer").dataset.layer, "boxes");
});

test("legend and ground truth show where there is something to them", () => {
  const { find, send } = mounted(value([panel("one", [person(0, [keypoint(1, 1)])])]));
  const hidden = () => ["[data-for=visibility]", "[data-for=ground-truth]"].map((selector) => find(selector).hidden);
  assert.deepEqual(hidden(), [true, true]);
  const seen = person(0, [null, keypoint(1, 1, 0.5, 2, 0.9)]);
  send(value([panel("one", [seen])], { ground_truth: [person(0)] }));
  assert.deepEqual(hidden(), [false, false]);
});

test("nothing in a name becomes markup", () => {
  const words = { summary: NASTY, note: NASTY, ground_truth: NASTY, layers: [layer(NASTY, [])] };
  const { element, find } = mounted(
    value([panel(NASTY, [person(0)], words)], { keypoints: [NASTY, NASTY, NASTY] }), { ...IMAGE, credit: NASTY, caption: NASTY },
  );
  assert.equal(find(".pv-caption").textContent, NASTY);
  assert.equal(find(".pv-credit").textContent, `Image: ${NASTY}`);
  assert.equal(find(".pv-table tbody").rows[0].cells[0].textContent, NASTY);
  assert.equal(element.querySelector("img"), null);
  assert.equal(find(".pv-panel").querySelectorAll("[onerror]").length, 0);
});

test("a forgotten image leaves nothing behind, and the next one opens", () => {
  const { find, panels, send } = mounted(value([panel("one", [person(0)])]));
  send(null, {});
  assert.deepEqual(panels(), []);
  assert.deepEqual([".pv-toolbar", ".pv-grid", ".pv-table", ".pv-empty"].map((part) => find(part).hidden), [true, true, true, false]);
  send(value([panel("one")]), IMAGE);
  assert.deepEqual(panels(), ["one"]);
  assert.equal(find(".pv-empty").hidden, true);
});

test("a result that lies below the screen comes into view, once, whichever of image and value comes first", () => {
  const { find, send } = mounted(null, null);
  const [root, grid] = [find(".pv"), find(".pv-grid")];
  grid.rect = { ...grid.rect, top: 700 };
  send(null, IMAGE);
  assert.ok(!root.scrolledTo);
  send(value([panel("one")]), IMAGE);
  assert.equal(root.scrolledTo, true);
  root.scrolledTo = false;
  send(value([panel("one")]), IMAGE);
  assert.equal(root.scrolledTo, false);
});

test("the settings are a sheet where there is no room for them", () => {
  const { element, find } = mounted(value([panel("one")]));
  const settings = parse('<div class="area-settings"></div>', element.document).querySelector(".area-settings");
  find("[data-settings]").click();
  assert.equal(settings.classList.contains("sheet"), true);
  assert.equal(find("[data-settings]").getAttribute("aria-expanded"), "true");
  find("[data-settings]").click();
  assert.equal(settings.classList.contains("sheet"), false);
});

test("on a narrow screen a tapped person is not left under the sheet", () => {
  const scrolled = [];
  const here = [person(3, [keypoint(50, 50)])];
  const { element, find, window } = mounted(value([panel("one", here)]));
  Object.assign(window, { matchMedia: () => ({ matches: true }), scrollBy: (where) => scrolled.push(where) });
  const tap = (top) => {
    find(".pv-keypoint-table").rect = { left: 0, top, width: 0, height: 0 };
    const svg = element.querySelectorAll(".pv-panel svg")[0];
    for (const kind of ["pointerdown", "pointerup"]) fire(svg, kind, { pointerId: 1, clientX: 50, clientY: 50 });
  };
  tap(200);
  assert.deepEqual(scrolled, []);
  tap(40);
  assert.deepEqual(scrolled, [{ top: 90 }]);
});

test("under the pointer a map says what it is and how high", () => {
  const maps = { channels: ["nose"], maps: [map([0, 0, 200, 100], [[[0, 51]]])] };
  const { find } = mounted(value([panel("one", [], { always: [layer("heat", [], { maps })] })]));
  const svg = find(".pv-panel").querySelector("svg");
  fire(svg, "pointermove", { clientX: 150, clientY: 50, pointerType: "mouse" });
  assert.deepEqual(find(".pv-tip").children.map(({ textContent }) => textContent), ["nose", "0.20 on the map"]);
  fire(svg, "pointermove", { clientX: 50, clientY: 50, pointerType: "mouse" }); // nothing is there
  assert.equal(find(".pv-tip").hidden, true);
});

test("steps are walked through one at a time, by buttons and keys", () => {
  const { element, find } = mounted(value([panel("1. A"), panel("2. B")]));
  element.className = "viewer steps";
  const [before, all, after] = find(".pv-stepper").querySelectorAll("button");
  const large = () => element.querySelectorAll(".pv-panel.enlarged").map(({ dataset }) => dataset.method);
  assert.equal(all.textContent, "All 2 steps");
  after.click();
  assert.deepEqual([large(), all.textContent], [["1. A"], "Step 1 of 2"]);
  fire(find(".pv-grid"), "keydown", { key: "n" });
  assert.deepEqual([large(), after.disabled], [["2. B"], true]);
  fire(find(".pv-grid"), "keydown", { key: "n" }); // there is no next one
  assert.deepEqual(large(), ["2. B"]);
  before.click();
  assert.deepEqual([large(), before.disabled], [["1. A"], true]);
  all.click();
  assert.deepEqual([large(), all.textContent], [[], "All 2 steps"]);
  element.className = "viewer";
  fire(find(".pv-grid"), "keydown", { key: "n" });
  assert.deepEqual(large(), []);
});
