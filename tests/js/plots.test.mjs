// Figures of Plotly, heard of once each, also those that are drawn later.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, parse } from "./dom.mjs";
import { load } from "./load.mjs";

const globals = browser();
const { whenDrawn } = load(["plots.js"], ["whenDrawn"], globals);

test("each figure of the holder is heard of once, when Plotly has made it", () => {
  const body = parse('<div role="tabpanel"><p></p><div id="here"></div></div>', globals.document);
  const heard = [];
  whenDrawn(body.querySelector("p"), "here", (plot) => heard.push(plot.id));
  const draw = (id) => {
    const plot = globals.document.createElement("div");
    Object.assign(plot, { id });
    plot.dataset.testid = "plotly";
    body.querySelector("#here").replaceChildren(plot);
    globals.document.noticed(); // not Plotly's yet
    plot.on = () => {};
    globals.document.noticed();
    globals.document.noticed();
  };
  draw("one");
  draw("two");
  assert.deepEqual(heard, ["one", "two"]);
});
