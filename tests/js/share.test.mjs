// Taking the open view away: a link, one HTML file, paper.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, fire, parse } from "./dom.mjs";
import { load } from "./load.mjs";
import { NASTY } from "./values.mjs";

const TEMPLATE = `<div><button data-share="link"></button><button data-share="save"></button><button data-share="print"></button><span role="status"></span></div>`;

function mounted(copied = true) {
  const globals = browser();
  const { mountShare } = load(["share.js"], ["mountShare"], {
    ...globals,
    location: { href: "http://here/?tab=old" },
    history: { replaceState: (_, __, link) => { globals.address = String(link); } },
    navigator: { clipboard: { writeText: async (text) => { if (!copied) throw new Error("not allowed"); globals.clipboard = text; } } },
    setTimeout: () => 0,
    clearTimeout: () => {},
    window: Object.assign(new EventTarget(), { print: () => { globals.printed = true; } }),
  });
  const element = parse(TEMPLATE, globals.document);
  const [props, told, watched] = [{}, [], []];
  mountShare(element, props, (_, render) => watched.push(render), (...what) => told.push(what));
  const answer = async (value) => {
    props.value = value;
    await watched[0]();
    return element.querySelector("[role=status]").textContent;
  };
  return { element, globals, told, answer };
}

test("a link is asked for, copied, and stands in the address bar", async () => {
  const { element, globals, told, answer } = mounted();
  element.querySelector("[data-share=link]").click();
  assert.deepEqual(told, [["select", {}]]);
  assert.equal(await answer({ query: "?tab=stress&stress=Blur", note: "", count: 0 }), "Link copied.");
  assert.equal(globals.clipboard, "http://here/?tab=stress&stress=Blur");
  assert.equal(globals.address, globals.clipboard);
});

test("what a link leaves out is said, and where it is when it could not be copied", async () => {
  assert.equal(await mounted().answer({ query: "?", note: NASTY }), `Link copied. ${NASTY}`);
  assert.equal(await mounted(false).answer({ query: "?", note: "" }), "The link is in the address bar.");
  assert.equal(await mounted().answer(null), "");
});

test("print asks the browser", () => {
  const { element, globals } = mounted();
  element.querySelector("[data-share=print]").click();
  assert.equal(globals.printed, true);
});

test("text from the page cannot become markup of a saved file", () => {
  const { escapeText } = load(["share.js"], ["escapeText"], browser());
  assert.equal(escapeText("<b>&"), "&lt;b>&amp;");
});

test("what was ticked and typed is in the copy", () => {
  const globals = browser();
  const { keepInputs } = load(["share.js"], ["keepInputs"], globals);
  const made = () => {
    const root = globals.document.createElement("div");
    const [box, text] = ["input", "input"].map((tag) => globals.document.createElement(tag));
    Object.assign(box, { type: "checkbox" });
    root.append(box, text);
    return root;
  };
  const [from, to] = [made(), made()];
  from.children[0].checked = true;
  from.children[1].value = "0.25";
  keepInputs(from, to);
  assert.equal(to.children[0].getAttribute("checked"), "");
  assert.equal(to.children[1].getAttribute("value"), "0.25");
});
