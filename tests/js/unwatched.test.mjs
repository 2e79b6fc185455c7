// What Gradio is told of the page's events, in a form that it does not watch for changes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

function page(config) {
  const heard = [];
  const window = { gradio_config: config };
  const document = { addEventListener: (...given) => heard.push(given) };
  load(["unwatched.js"], [], { window, document });
  return heard;
}

test("once the page is read, and once only, its events lose their prototype and keep what they say", () => {
  const dependencies = [{ id: 0, targets: [[1, "click"]] }, { id: 1, targets: [] }];
  const [[name, listener, options]] = page({ dependencies });
  assert.deepEqual([name, options], ["readystatechange", { once: true }]);
  listener();
  assert.deepEqual(dependencies.map(Object.getPrototypeOf), [null, null]);
  assert.equal(JSON.stringify(dependencies), '[{"id":0,"targets":[[1,"click"]]},{"id":1,"targets":[]}]');
});

test("a page of Gradio's without events, such as that for a password, is left alone", () => {
  const [[, listener]] = page(undefined);
  assert.doesNotThrow(listener);
});
