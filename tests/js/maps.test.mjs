// Maps as images: colours, channels, what is told under the pointer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, fire } from "./dom.mjs";
import { load } from "./load.mjs";
import { layer, map, NASTY, random } from "./values.mjs";

const NAMES = ["MAP_COLOURS", "ALL", "channelOf", "drawMaps", "describeMaps", "makeMapControls", "isMap", "firstToSee"];
const maps = load(["overlay.js", "maps.js"], NAMES, browser());
const two = map([10, 20, 30, 40], [[[0, 64], [128, 255]], [[3, 65], [100, 0]]]); // two channels of 2 x 2 cells

test("colours go from black to light yellow, ever lighter", () => {
  assert.deepEqual(maps.MAP_COLOURS[0], [0, 0, 4]);
  assert.deepEqual(maps.MAP_COLOURS[255], [252, 255, 164]);
  const light = maps.MAP_COLOURS.map(([r, g, b]) => 0.3 * r + 0.59 * g + 0.11 * b);
  assert.ok(light.every((value, index) => index === 0 || value >= light[index - 1] - 0.5));
});

test("a channel is its bytes, all channels are the highest of each cell", () => {
  assert.deepEqual([...maps.channelOf(two, 1)], [3, 65, 100, 0]);
  assert.deepEqual([...maps.channelOf(two, maps.ALL)], [3, 65, 128, 255]);
});

test("the highest of random maps is that of each cell", () => {
  const next = random(3);
  const channels = Array.from({ length: 5 }, () => [Array.from({ length: 7 }, () => Math.floor(256 * next()))]);
  const highest = channels[0][0].map((_, column) => Math.max(...channels.map(([row]) => row[column])));
  assert.deepEqual([...maps.channelOf(map([0, 0, 7, 1], channels), maps.ALL)], highest);
});

test("an image lies where the map's edges are, painted cell by cell", () => {
  const [image] = maps.drawMaps(layer("heat", [], { maps: { channels: ["a", "b"], maps: [two] } }), { channel: 0, person: "" });
  assert.deepEqual(["x", "y", "width", "height"].map((name) => image.getAttribute(name)), ["10", "20", "20", "20"]);
  const painted = [0, 64, 128, 255].flatMap((value) => [...maps.MAP_COLOURS[value], 255]);
  assert.equal(image.getAttribute("href"), `painted:${painted.join()}`);
});

test("of people's maps all are drawn, or one person's", () => {
  const people = { channels: ["a"], maps: [map([0, 0, 1, 1], [[[9]]], "person 1"), map([0, 0, 2, 2], [[[8]]], "person 2")] };
  const drawn = (person) => maps.drawMaps(layer("heat", [], { maps: people }), { channel: 0, person });
  assert.equal(drawn("").length, 2);
  assert.deepEqual(drawn("person 2").map((image) => image.getAttribute("width")), ["2"]);
});

test("a place tells the channel, its value and whose map it is", () => {
  const heat = layer("heat", [], { maps: { channels: ["nose", "eye"], maps: [{ ...two, name: "person 3" }] } });
  const told = (channel, x, y) => maps.describeMaps(heat, { channel, person: "" }, { x, y });
  assert.deepEqual(told(maps.ALL, 29, 21), ["eye", "0.25 on the map", "person 3"]);
  assert.deepEqual(told(0, 29, 39), ["nose", "1.00 on the map", "person 3"]);
  assert.equal(told(0, 11, 21), null); // 0 there
  assert.equal(told(1, 29, 39), null);
  assert.equal(told(0, 30, 39), null); // beside it
});

test("where people's maps overlap the higher one is told", () => {
  const people = [map([0, 0, 2, 2], [[[50]]], "person 1"), map([0, 0, 2, 2], [[[90]]], "person 2")];
  const heat = layer("heat", [], { maps: { channels: ["nose"], maps: people } });
  assert.equal(maps.describeMaps(heat, { channel: 0, person: "" }, { x: 1, y: 1 })[2], "person 2");
  assert.equal(maps.describeMaps(heat, { channel: 0, person: "person 1" }, { x: 1, y: 1 })[2], "person 1");
});

test("choices are offered where there is one, and stay", () => {
  let changes = 0;
  const controls = maps.makeMapControls("step", () => { changes += 1; });
  const [which, person, channel] = controls.bar.querySelectorAll("select");
  const one = (name, value) => layer(name, [], { maps: { channels: ["a"], maps: [map([0, 0, 1, 1], [[[value]]])] } });
  assert.equal(controls.shown([]), null);
  assert.equal(controls.bar.hidden, true);
  const only = controls.shown([one(NASTY, 1)]);
  assert.deepEqual([only.layer.name, only.channel, only.person], [NASTY, 0, ""]);
  assert.deepEqual([which, person, channel].map(({ parent }) => parent.hidden), [true, true, true]);
  const several = { channels: ["a", "b"], maps: [map([0, 0, 1, 1], [[[1]], [[2]]], "person 1")] };
  assert.equal(controls.shown([one("x", 1), layer("y", [], { maps: several })]).layer.name, "y");
  assert.deepEqual([which, person, channel].map(({ parent }) => parent.hidden), [false, false, false]);
  which.value = "x";
  fire(which, "change");
  assert.equal(changes, 1);
  assert.equal(controls.shown([one("x", 1), layer("y", [], { maps: several })]).layer.name, "x");
});

test("shown first is the first layer that is about as high as any", () => {
  const one = (name, value) => layer(name, [], { maps: { channels: ["a"], maps: [map([0, 0, 1, 1], [[[value]]])] } });
  const first = (...values) => maps.firstToSee(values.map((value, index) => one(String(index), value))).name;
  assert.deepEqual([first(10, 180, 200, 190), first(179, 200), first(0, 0)], ["1", "1", "0"]);
});

test("a layer without maps of anybody is shown as nothing", () => {
  const empty = layer("heat", [], { maps: { channels: ["a"], maps: [] } });
  assert.equal(maps.firstToSee([empty]), empty);
  assert.equal(maps.isMap(empty), true);
  assert.equal(maps.isMap(layer("boxes", [])), false);
  assert.deepEqual(maps.drawMaps(empty, { channel: 0, person: "" }), []);
});
