// What Gradio is told of the page's events, in a form that it does not watch for changes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

test("the page's events lose their prototype and keep what they say", () => {
  const dependencies = [{ id: 0, targets: [[1, "click"]] }, { id: 1, targets: [] }];
  load(["unwatched.js"], [], { window: { gradio_config: { dependencies } } });
  assert.deepEqual(dependencies.map(Object.getPrototypeOf), [null, null]);
  assert.equal(JSON.stringify(dependencies), '[{"id":0,"targets":[[1,"click"]]},{"id":1,"targets":[]}]');
});

test("a page without Gradio's configuration is left alone", () => {
  assert.doesNotThrow(() => load(["unwatched.js"], [], { window: {} }));
});
