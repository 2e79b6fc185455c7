// An image on which the visitor drags a box. Props: `value` {src, width, height, box}; triggers `select` with {box} in
// pixels of the image. Keys: arrows move the box, with Shift its lower right corner.

// The same box with its upper left corner first, wherever the drag began.
function sortCorners([x1, y1, x2, y2]) {
  return [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
}

// The part of a box that lies on the image, in whole pixels.
function boxWithin(box, { width, height }) {
  const limits = [width, height, width, height];
  return sortCorners(box).map((number, side) => Math.round(Math.min(limits[side], Math.max(0, number))));
}

// The box after a key, or null where the key means nothing here. A box that is moved keeps its size at the edge.
function boxAfterKey([x1, y1, x2, y2], { key, shiftKey }, { width, height }) {
  const step = Math.max(width, height) / 50;
  const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  if (!Object.hasOwn(moves, key)) return null;
  const [dx, dy] = moves[key];
  if (shiftKey) return [x1, y1, x2 + dx, y2 + dy];
  const across = Math.max(-x1, Math.min(width - x2, dx));
  const down = Math.max(-y1, Math.min(height - y2, dy));
  return [x1 + across, y1 + down, x2 + across, y2 + down];
}

function mountRegion(element, props, watch, trigger) {
  const svg = element.querySelector("svg");
  const [image, frame] = [svg.querySelector("image"), svg.querySelector("rect")];
  let box = null; // x1, y1, x2, y2
  let start = null;

  function draw() {
    const [x, y, right, bottom] = sortCorners(box);
    const place = { x, y, width: right - x, height: bottom - y };
    for (const [name, number] of Object.entries(place)) frame.setAttribute(name, number);
  }

  function settle() {
    box = boxWithin(box, props.value);
    draw();
    trigger("select", { box });
  }

  function render() {
    element.querySelector(".region").hidden = !props.value;
    if (!props.value) return;
    const { src, width, height } = props.value;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    for (const [name, content] of Object.entries({ href: src, width, height })) image.setAttribute(name, content);
    box = props.value.box;
    draw();
  }

  function place(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [point.x, point.y];
  }

  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    start = place(event);
    box = [...start, ...start];
  });
  svg.addEventListener("pointermove", (event) => {
    if (!start) return;
    box = [...start, ...place(event)];
    draw();
  });
  svg.addEventListener("pointerup", () => {
    if (!start) return;
    start = null;
    settle();
  });
  svg.addEventListener("keydown", (event) => {
    const next = boxAfterKey(box, event, props.value);
    if (!next) return;
    event.preventDefault();
    box = next;
    settle();
  });
  watch("value", render);
  render();
}
