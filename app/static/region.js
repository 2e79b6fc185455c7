// A photo on which the visitor drags a box. Props: `value` {src, width, height, box}; triggers `select` with {box} in
// pixels of the photo. Keys: arrows move the box, with Shift its lower right corner.

function mountRegion(element, props, watch, trigger) {
  const svg = element.querySelector("svg");
  const [image, frame] = [svg.querySelector("image"), svg.querySelector("rect")];
  let box = null; // x1, y1, x2, y2
  let start = null;

  function draw() {
    const [x1, y1, x2, y2] = box;
    const place = { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) };
    for (const [name, number] of Object.entries(place)) frame.setAttribute(name, number);
  }

  function settle() {
    const { width, height } = props.value;
    const [x1, y1, x2, y2] = box;
    const inside = (number, limit) => Math.round(Math.min(limit, Math.max(0, number)));
    box = [inside(Math.min(x1, x2), width), inside(Math.min(y1, y2), height), inside(Math.max(x1, x2), width), inside(Math.max(y1, y2), height)];
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
    const step = Math.max(props.value.width, props.value.height) / 50;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const [dx, dy] = move;
    box = event.shiftKey ? [box[0], box[1], box[2] + dx, box[3] + dy] : [box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy];
    settle();
  });
  watch("value", render);
  render();
}
