// A stand-in for the part of the DOM that the page's scripts use: a tree of elements with attributes, text and events.
// Events don't bubble; nothing is laid out: an element's `rect` and `screen` say where it is. Markup can't be set.

const EMPTY_TAGS = ["br", "img", "input"];
const REFLECTED = { className: "class", id: "id", name: "name", scope: "scope", title: "title", type: "type" };
const FLAGS = ["hidden", "open"];

class Style {
  setProperty(name, content) { this[name] = String(content); }
  getPropertyValue(name) { return this[name] ?? ""; }
}

export class FakeElement extends EventTarget {
  attributes = new Map();
  children = [];
  parent = null;
  style = new Style();
  rect = { left: 0, top: 0, width: 0, height: 0 };
  screen = { a: 1, e: 0, f: 0 }; // from the element's own pixels to the screen's: scale, left, top
  offsetWidth = 0;
  checked = false;
  text = ""; // before all children
  #value;

  constructor(document, tag) {
    super();
    Object.assign(this, { document, tag });
    for (const [property, attribute] of Object.entries(REFLECTED)) {
      Object.defineProperty(this, property, {
        get: () => this.getAttribute(attribute) ?? "",
        set: (content) => this.setAttribute(attribute, content),
      });
    }
    for (const flag of FLAGS) {
      Object.defineProperty(this, flag, {
        get: () => this.attributes.has(flag),
        set: (on) => (on ? this.attributes.set(flag, "") : this.attributes.delete(flag)),
      });
    }
    const key = (name) => `data-${name}`;
    this.dataset = new Proxy({}, {
      get: (_, name) => this.attributes.get(key(name)),
      set: (_, name, content) => { this.setAttribute(key(name), content); return true; },
    });
    const classes = () => new Set(this.className.split(" ").filter(Boolean));
    this.classList = {
      contains: (name) => classes().has(name),
      add: (name) => this.classList.toggle(name, true),
      remove: (name) => this.classList.toggle(name, false),
      toggle: (name, on = !classes().has(name)) => {
        const kept = classes();
        if (on) kept.add(name);
        else kept.delete(name);
        this.className = [...kept].join(" ");
        return on;
      },
    };
  }

  set innerHTML(_) { throw new Error("markup was set; use textContent"); }
  set outerHTML(_) { throw new Error("markup was set; use textContent"); }
  insertAdjacentHTML() { throw new Error("markup was set; use textContent"); }

  getAttribute(name) { return this.attributes.get(name) ?? null; }
  setAttribute(name, content) { this.attributes.set(name, String(content)); }
  toggleAttribute(name, on) { if (on) this.setAttribute(name, ""); else this.removeAttribute(name); }
  removeAttribute(name) { this.attributes.delete(name); }

  get textContent() { return this.text + this.children.map((child) => child.textContent).join(""); }
  set textContent(text) {
    this.replaceChildren();
    this.text = String(text);
  }

  append(...nodes) { for (const node of nodes) this.insertBefore(node, null); }
  insertBefore(node, before) {
    node.remove();
    this.children.splice(before ? this.children.indexOf(before) : this.children.length, 0, node);
    node.parent = this;
  }
  replaceChildren(...nodes) {
    for (const child of [...this.children]) child.remove();
    this.text = "";
    this.append(...nodes);
  }
  remove() {
    if (this.parent) this.parent.children.splice(this.parent.children.indexOf(this), 1);
    this.parent = null;
  }
  get parentElement() { return this.parent; }
  get firstChild() { return this.children[0] ?? null; }
  contains(other) { return other === this || this.children.some((child) => child.contains(other)); }

  // One selector of tags, classes, ids and attributes, with descendants; no lists.
  matches(selector) {
    const [, rest, last] = selector.match(/^(?:(.*) )?(\S+)$/);
    const parts = last.match(/[.#]?[\w-]+|\[[^\]]+\]/g);
    const holds = (part) => {
      const [, name, within, content] = part.match(/^\[([\w-]+)(?:(\*?)=(.*))?\]$/) ?? [];
      if (name && within) return Boolean(this.getAttribute(name)?.includes(content));
      if (name) return content === undefined ? this.attributes.has(name) : this.getAttribute(name) === content;
      if (part.startsWith(".")) return this.classList.contains(part.slice(1));
      return part.startsWith("#") ? this.id === part.slice(1) : this.tag === part;
    };
    return parts.every(holds) && (!rest || Boolean(this.parent?.closest(rest)));
  }
  closest(selector) { return this.matches(selector) ? this : this.parent?.closest(selector) ?? null; }
  querySelectorAll(selector) {
    return this.children.flatMap((child) => [
      ...(child.matches(selector) ? [child] : []), ...child.querySelectorAll(selector),
    ]);
  }
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }

  // A select's value is that of the chosen option, else of the first.
  get value() {
    if (this.tag !== "select") return this.#value ?? this.getAttribute("value") ?? "";
    return (this.children.find((option) => option.selected) ?? this.children[0])?.value ?? "";
  }
  set value(content) {
    this.#value = String(content);
    for (const option of this.tag === "select" ? this.children : []) option.selected = option.value === String(content);
  }

  get tBodies() { return this.querySelectorAll("tbody"); }
  get tHead() { return this.querySelector("thead"); }
  get rows() { return this.querySelectorAll("tr"); }
  get cells() { return this.children; }

  getBoundingClientRect() { return this.rect; }
  getScreenCTM() {
    const { a, e, f } = this.screen;
    return { a, e, f, inverse: () => ({ a: 1 / a, e: -e / a, f: -f / a }) };
  }
  // Of a canvas: what was painted is its address.
  getContext() {
    return {
      createImageData: (width, height) => ({ data: new Uint8ClampedArray(4 * width * height) }),
      putImageData: ({ data }) => { this.painted = [...data]; },
    };
  }
  toDataURL() { return `painted:${this.painted.join()}`; }
  setPointerCapture() {}
  scrollIntoView() { this.scrolledTo = true; }
  focus() { this.document.activeElement = this; }
  click() {
    this.onclick?.();
    fire(this, "click");
  }
}

// An event with these fields, dispatched; gives the event.
export function fire(element, type, fields = {}) {
  const event = Object.assign(new Event(type, { cancelable: true }), fields);
  element.dispatchEvent(event);
  return event;
}

// A fresh document and the other globals that the scripts ask a browser for.
export function browser() {
  const document = new FakeElement(null, "document");
  document.createElement = (tag) => new FakeElement(document, tag);
  document.createElementNS = (_, tag) => new FakeElement(document, tag);
  document.body = document.createElement("body");
  document.append(document.body);
  class DOMPoint {
    constructor(x, y) { Object.assign(this, { x, y }); }
    matrixTransform({ a, e, f }) { return new DOMPoint(a * this.x + e, a * this.y + f); }
  }
  function Option(text, value, _, selected) {
    return Object.assign(document.createElement("option"), { textContent: text, value, selected });
  }
  class Observer {
    constructor(callback) { Object.assign(document, { noticed: callback }); }
    observe() {}
    unobserve() {}
  }
  return {
    document, DOMPoint, Option, window: {}, innerHeight: 800, ResizeObserver: Observer, MutationObserver: Observer,
  };
}

// Elements of well-formed markup below the document's body; gives the body.
export function parse(markup, document) {
  let place = document.body;
  for (const [, close, tag, attributes, text] of markup.matchAll(/<(\/?)(\w+)([^>]*)>|([^<]+)/g)) {
    if (text !== undefined) place.text += text.trim();
    else if (close) place = place.parent;
    else {
      const made = document.createElement(tag);
      const pairs = attributes.matchAll(/([\w-]+)(?:="([^"]*)")?/g);
      for (const [, name, content] of pairs) made.setAttribute(name, content ?? "");
      made.checked = made.attributes.has("checked");
      place.append(made);
      if (!EMPTY_TAGS.includes(tag)) place = made;
    }
  }
  return document.body;
}
