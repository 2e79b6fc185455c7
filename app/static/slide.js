// Before and after: two methods on one image, parted by a line that the visitor moves.

// Where on the image, in its pixels, lies that share (0 to 1) of a box of the screen. matrix: from image to screen.
function imageX(share, { left, width }, { a: scale, e: origin }) {
  return (left + share * width - origin) / scale;
}

// Where in a box of the screen that x lies: 0 at its left edge, 100 at its right.
function percentAt(clientX, { left, width }) {
  return (100 * (clientX - left)) / width;
}

// holder: the element; view: the shared view.
function makeSlide(holder, view) {
  const find = (selector) => holder.querySelector(selector);
  const [left, right] = holder.querySelectorAll("select");
  const range = find("input[type=range]");
  const stage = find(".pv-slide-stage");
  const svg = svgElement("svg", { role: "img", viewBox: view.viewBox() });
  const image = svgElement("image", { class: "pv-slide-image", x: 0, y: 0 });
  const unique = Math.random().toString(36).slice(2); // several viewers share the page
  const clips = ["before", "after"].map((name) => {
    const clip = svgElement("clipPath", { id: `pv-${name}-${unique}` });
    clip.append(svgElement("rect", { y: -1e5, height: 3e5 }));
    return clip;
  });
  const sides = clips.map((clip) => svgElement("g", { "clip-path": `url(#${clip.id})` }));
  const line = document.createElement("div");
  line.className = "pv-divider";
  svg.append(...clips, image, ...sides);
  stage.append(svg, line);
  let value = null;

  function place() {
    const share = range.value / 100;
    line.style.left = `${100 * share}%`;
    const matrix = svg.getScreenCTM();
    if (!matrix || matrix.a <= 0) return;
    const x = imageX(share, svg.getBoundingClientRect(), matrix);
    const [before, after] = clips.map((clip) => clip.firstChild);
    before.setAttribute("x", x - 1e5);
    before.setAttribute("width", 1e5);
    after.setAttribute("x", x);
    after.setAttribute("width", 1e5);
  }

  function draw() {
    [left, right].forEach((select, side) => {
      const panel = value.panels.find(({ name }) => name === select.value);
      sides[side].replaceChildren(...panel.people.map((person) => drawPerson(person, value.limbs)));
    });
    svg.setAttribute("aria-label", `${left.value} on the left, ${right.value} on the right`);
    place();
  }

  function choices(select, names, standard) {
    const before = names.includes(select.value) ? select.value : standard;
    select.replaceChildren(...names.map((name) => new Option(name, name, false, name === before)));
  }

  for (const select of [left, right]) select.addEventListener("change", () => value && draw());
  range.addEventListener("input", place);
  for (const kind of ["pointerdown", "pointermove"]) {
    stage.addEventListener(kind, (event) => {
      if (kind === "pointermove" && !event.buttons) return;
      range.value = percentAt(event.clientX, stage.getBoundingClientRect());
      place();
    });
  }

  return {
    svg,
    place,
    showImage(source, { width, height }) {
      for (const [name, content] of Object.entries({ href: source, width, height })) image.setAttribute(name, content);
    },
    fill(next) {
      value = next;
      const names = value.panels.map(({ name }) => name);
      if (!names.length) return;
      choices(left, names, names[0]);
      choices(right, names, names.at(-1));
      draw();
    },
  };
}
