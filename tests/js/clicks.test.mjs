// Presses on the bars of a Plotly figure.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, parse } from "./dom.mjs";
import { load } from "./load.mjs";

const globals = browser();
const { mountClicks } = load(["plots.js", "clicks.js"], ["mountClicks"], globals);

test("a bar is told by its trace and row, once however often the figure is looked for", () => {
  const body = parse('<div role="tabpanel"><div class="listener"></div><div id="costs"></div></div>', globals.document);
  const told = [];
  mountClicks(body.querySelector(".listener"), "costs", (...what) => told.push(what)); // no figure yet
  const plot = globals.document.createElement("div");
  plot.dataset.testid = "plotly";
  const heard = [];
  plot.on = (event, listener) => heard.push([event, listener]);
  body.querySelector("#costs").append(plot);
  globals.document.noticed();
  globals.document.noticed();
  assert.deepEqual(heard.map(([event]) => event), ["plotly_click"]);
  heard[0][1]({ points: [{ data: { name: "kapao-n" }, y: "swap", x: 0.5 }] });
  assert.deepEqual(told, [["select", { name: "kapao-n", row: "swap" }]]);
});
