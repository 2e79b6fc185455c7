// The method that is pointed at stands out among the lines of a figure.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, parse } from "./dom.mjs";
import { load } from "./load.mjs";

test("the lines and dots of the method that is pointed at come to the front, the others fade", () => {
  const globals = browser();
  const { mountHover } = load(["plots.js", "hover.js"], ["mountHover"], globals);
  const ids = ["line of first", "line of second", "dot of first", "dot of second"];
  const groups = ids.map((id) => `<g class="trace" id="${id}"></g>`).join("");
  const figure = `<div data-testid="plotly"><svg><g class="scatterlayer">${groups}</g></svg></div>`;
  const body = parse(`<div role="tabpanel"><p></p><div id="here">${figure}</div></div>`, globals.document);
  const plot = body.querySelector("#here div");
  const trace = (id) => ({ legendgroup: id.split(" of ")[1] });
  for (const group of plot.querySelectorAll(".trace")) group.__data__ = [{ trace: trace(group.id) }];
  const heard = {};
  plot.on = (event, listener) => { heard[event] = listener; };
  mountHover(body.querySelector("p"), "here");
  const drawn = () => plot.querySelectorAll(".trace").map(({ id }) => id);
  const faded = () => plot.querySelectorAll(".faded").map(({ id }) => id);
  heard.plotly_hover({ points: [{ data: trace("line of first") }] });
  assert.deepEqual(drawn(), ["line of second", "dot of second", "line of first", "dot of first"]);
  assert.deepEqual(faded(), ["line of second", "dot of second"]);
  heard.plotly_hover({ points: [{ data: trace("dot of second") }] });
  assert.deepEqual(faded(), ["line of first", "dot of first"]);
  heard.plotly_unhover();
  assert.deepEqual(faded(), []);
});
