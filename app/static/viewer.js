// The viewer: panels with one photo and one view, a toolbar, a tooltip. It gets two props from Python:
// `photo` {id, src, width, height, credit}, sent once, and `value` {photo, joints, limbs, panels}, sent after each
// decoding. It triggers `select` with {layers}, the names of the layers of evidence that are to be drawn.
// Text from Python is set with textContent only, so that nothing in it can become markup.

function mountViewer(element, props, watch, trigger) {
  const find = (selector) => element.querySelector(selector);
  const root = find(".pv");
  const grid = find(".pv-grid");
  const tip = find(".pv-tip");
  const panels = new Map(); // method name -> {figure, svg, image, overlay, evidence, facts, inside, note, data}
  const wanted = new Map(); // method name -> Set of layers; kept while a method is unticked
  let photo = null;
  let source = null; // blob URL of the photo: decoded once however many panels show it
  let value = null;
  const view = createView(showView);

  function showView() {
    find(".pv-level").textContent = `${Math.round(view.state.zoom * 100)}%`;
    grid.classList.toggle("zoomed", view.state.zoom > 1);
    hideTip();
    for (const { svg } of panels.values()) {
      svg.setAttribute("viewBox", view.viewBox());
      scaleMarks(svg);
    }
  }

  function scaleMarks(svg) {
    const matrix = svg.getScreenCTM();
    if (!matrix || matrix.a <= 0) return;
    svg.style.setProperty("--px", 1 / matrix.a);
    fitLabels(svg, matrix.a);
  }

  function openPhoto(next) {
    if (!next || next.id === photo?.id) return false;
    if (source) URL.revokeObjectURL(source);
    const [head, body] = next.src.split(",");
    const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
    source = URL.createObjectURL(new Blob([bytes], { type: head.match(/data:(.*?);/)[1] }));
    photo = next;
    grid.style.setProperty("--photo-width", next.width);
    grid.style.setProperty("--photo-height", next.height);
    for (const panel of panels.values()) showPhoto(panel);
    find(".pv-credit").textContent = next.credit ? `Photo: ${next.credit}` : "";
    view.open(next.width, next.height);
    return true;
  }

  function showPhoto({ image }) {
    image.setAttribute("href", source);
    image.setAttribute("width", photo.width);
    image.setAttribute("height", photo.height);
  }

  function makePanel(name) {
    const figure = document.createElement("figure");
    figure.className = "pv-panel";
    figure.dataset.method = name;
    const caption = document.createElement("figcaption");
    const facts = ["strong", "span", "span"].map((tag) => document.createElement(tag));
    if (!wanted.has(name)) wanted.set(name, new Set());
    const inside = makeInside(name, wanted.get(name), askForLayers);
    caption.append(facts[0], inside.menu, facts[1], facts[2]);
    const stage = document.createElement("div");
    stage.className = "pv-stage";
    const svg = svgElement("svg", { role: "img", viewBox: view.viewBox() });
    const image = svgElement("image", { class: "pv-photo", x: 0, y: 0 });
    const overlay = svgElement("g");
    const evidence = svgElement("g");
    const note = document.createElement("p");
    note.className = "pv-note";
    svg.append(image, overlay, evidence);
    stage.append(svg, note);
    figure.append(caption, stage);
    const panel = { figure, svg, image, overlay, evidence, facts, inside, note, data: null };
    listenToGestures(svg, view, {
      wheelMayZoom,
      onHover: (event) => point(panel, event),
      onTap: (event) => point(panel, event),
      onLeave: hideTip,
    });
    sizes.observe(svg);
    showPhoto(panel);
    return panel;
  }

  // A wheel scrolls the page until the visitor shows that they mean the photo: Ctrl, a click into it, or zoomed already.
  function wheelMayZoom(event) {
    return event.ctrlKey || event.metaKey || view.state.zoom > 1 || grid.contains(document.activeElement);
  }

  function fillPanel(panel, data) {
    panel.data = data;
    const count = data.people.length === 1 ? "1 person" : `${data.people.length} people`;
    const total = STAGES.reduce((sum, stage) => sum + data.timing[stage], 0);
    panel.svg.setAttribute("aria-label", `${data.name}: ${count}`);
    [data.name, count, `${milliseconds(total)} ms`].forEach((text, index) => { panel.facts[index].textContent = text; });
    panel.facts[0].title = data.summary;
    panel.inside.fill(data.layers);
    panel.note.textContent = data.note;
    panel.note.hidden = !data.note;
    panel.overlay.replaceChildren(...data.people.map((person) => drawPerson(person, value.limbs)));
    const drawn = data.layers.filter(({ marks }) => marks);
    panel.evidence.replaceChildren(...drawn.map((layer) => drawLayer(layer, value.limbs)));
  }

  function render() {
    const opened = openPhoto(props.photo);
    // An answer about an earlier photo may arrive late; it is not drawn over the new one.
    if (!props.value || props.value.photo !== photo?.id) return;
    value = props.value;
    for (const shown of [".pv-toolbar", ".pv-grid", ".pv-table"]) find(shown).hidden = false;
    find(".pv-empty").hidden = true;
    for (const [name, { figure, svg }] of panels) {
      if (value.panels.some((data) => data.name === name)) continue;
      sizes.unobserve(svg);
      figure.remove();
      panels.delete(name);
    }
    value.panels.forEach((data, index) => {
      if (!panels.has(data.name)) panels.set(data.name, makePanel(data.name));
      const panel = panels.get(data.name);
      if (grid.children[index] !== panel.figure) grid.insertBefore(panel.figure, grid.children[index] ?? null);
      fillPanel(panel, data);
      scaleMarks(panel.svg);
    });
    const everyone = value.panels.flatMap((data) => data.people);
    find(".pv-legend").hidden = !everyone.some((person) => person.joints.some((joint) => joint && joint[3] !== null));
    fillTable(find(".pv-table"), value.panels);
    hideTip();
    if (!value.panels.every((data) => isAsWanted(data.layers, wanted.get(data.name)))) askForLayers();
    // On a phone the panels lie below the controls.
    if (opened && grid.getBoundingClientRect().top > 0.7 * innerHeight) grid.scrollIntoView({ block: "start" });
  }

  function point(panel, event) {
    const place = photoPoint(panel.svg, event);
    const pixel = 1 / panel.svg.getScreenCTM().a;
    const mark = pointMark(panel, place, pixel);
    const hit = nearestJoint(panel.data.people, place, pixel);
    highlight((hit?.person ?? personAt(panel.data.people, place))?.id ?? null, hit?.joint ?? null);
    tip.hidden = !hit && !mark;
    if (tip.hidden) return;
    const lines = mark ?? describeJoint(hit.person, hit.joint, value.joints);
    tip.replaceChildren(
      ...lines.map((text, index) => {
        const line = document.createElement(index === 0 ? "strong" : "span");
        line.textContent = text;
        return line;
      }),
    );
    const area = root.getBoundingClientRect();
    const left = Math.min(event.clientX - area.left + 14, area.width - tip.offsetWidth - 4);
    tip.style.left = `${Math.max(4, left)}px`;
    tip.style.top = `${event.clientY - area.top + 16}px`;
  }

  // The mark under the pointer stands out; what it is, in lines, or null where there is none.
  function pointMark(panel, place, pixel) {
    for (const old of grid.querySelectorAll(".pv-mark.active")) old.classList.remove("active");
    const drawn = panel.data.layers.filter(({ marks }) => marks);
    const hit = nearestMark(drawn, place, pixel);
    if (!hit) return null;
    panel.evidence.children[hit.layer].children[hit.mark].classList.add("active");
    return describeMark(drawn[hit.layer].marks[hit.mark], hit.joint, value.joints);
  }

  function askForLayers() {
    trigger("select", { layers: Object.fromEntries([...wanted].map(([name, names]) => [name, [...names]])) });
  }

  // The same person in every panel, and the same joint of that person.
  function highlight(id, joint) {
    grid.classList.toggle("has-active", id !== null);
    for (const group of grid.querySelectorAll(".pv-person")) {
      const same = Number(group.dataset.person) === id;
      group.classList.toggle("active", same);
      for (const place of group.querySelectorAll("[data-joint]")) {
        place.classList.toggle("active", same && Number(place.dataset.joint) === joint);
      }
    }
  }

  function hideTip() {
    tip.hidden = true;
    highlight(null, null);
    for (const old of grid.querySelectorAll(".pv-mark.active")) old.classList.remove("active");
  }

  const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => scaleMarks(target)));
  const zooms = { in: () => view.zoomCentre(1.4), out: () => view.zoomCentre(1 / 1.4), reset: () => view.reset() };
  for (const button of element.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", zooms[button.dataset.zoom]);
  }
  find("[data-show=boxes]").addEventListener("change", (event) => {
    root.classList.toggle("show-boxes", event.target.checked);
  });
  find("[data-show=photo]").addEventListener("input", (event) => {
    grid.style.setProperty("--photo-strength", event.target.value / 100);
  });
  document.addEventListener("pointerdown", (event) => {
    for (const menu of grid.querySelectorAll("details[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  zoomWithKeys(grid, view);
  for (const mark of element.querySelectorAll(".pv-legend .pv-joint")) mark.style.setProperty("--px", 1);
  watch(["value", "photo"], render);
  render();
}
