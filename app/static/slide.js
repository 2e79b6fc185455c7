// Two methods on one image, parted by a divider that the visitor moves: with mouse, finger or keys.

// Percent of the width by which a key moves the divider.
const STEPS = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -10, PageUp: 10, Home: -100, End: 100 };

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
  const divider = document.createElement("div");
  divider.className = "pv-divider";
  const said = {
    role: "slider", tabindex: 0, "aria-label": "Where the two methods part", "aria-orientation": "horizontal",
    "aria-valuemin": 0, "aria-valuemax": 100,
  };
  for (const [name, content] of Object.entries(said)) divider.setAttribute(name, content);
  svg.append(...clips, image, ...sides);
  stage.append(svg, divider);
  let value = null;
  let peopleOf = null; // whom a panel shows
  let share = 0.5; // of the width, left of the divider

  function place() {
    divider.style.left = `${100 * share}%`;
    const percent = Math.round(100 * share);
    divider.setAttribute("aria-valuenow", percent);
    divider.setAttribute("aria-valuetext", `${left.value} on the left ${percent}%, ${right.value} on the right`);
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
      sides[side].replaceChildren(...peopleOf(panel).map((person) => drawPerson(person, value.limbs)));
    });
    svg.setAttribute("aria-label", `${left.value} on the left, ${right.value} on the right`);
    place();
  }

  function choices(select, names, standard) {
    const before = names.includes(select.value) ? select.value : standard;
    select.replaceChildren(...names.map((name) => new Option(name, name, false, name === before)));
  }

  for (const select of [left, right]) select.addEventListener("change", () => value && draw());

  function moveTo(percent) {
    share = Math.min(100, Math.max(0, percent)) / 100;
    place();
  }

  stage.addEventListener("pointerdown", (event) => {
    stage.setPointerCapture(event.pointerId); // a drag goes on beyond the image's edge
    event.preventDefault(); // which would take the focus away again
    divider.focus({ preventScroll: true });
    moveTo(percentAt(event.clientX, stage.getBoundingClientRect()));
  });
  stage.addEventListener("pointermove", (event) => {
    if (event.buttons) moveTo(percentAt(event.clientX, stage.getBoundingClientRect()));
  });
  divider.addEventListener("keydown", (event) => {
    const step = event.ctrlKey || event.metaKey || event.altKey ? undefined : STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    moveTo(100 * share + step);
  });

  return {
    svg,
    place,
    showImage(source, { width, height }) {
      for (const [name, content] of Object.entries({ href: source, width, height })) image.setAttribute(name, content);
    },
    // people(panel): whom it shows.
    fill(next, people) {
      [value, peopleOf] = [next, people];
      const names = value.panels.map(({ name }) => name);
      if (!names.length) return;
      choices(left, names, names[0]);
      choices(right, names, names.at(-1));
      draw();
    },
  };
}
