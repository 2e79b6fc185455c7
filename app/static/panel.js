// One panel of the viewer: caption, image, ground truth, poses, intermediate outputs, note.

// handlers: onPoint(panel, event), onTap(panel, event), onLeave(), onEnlarge(), wheelMayZoom(event); inside: the
// panel's menu.
function makePanel(name, view, inside, handlers) {
  const figure = document.createElement("figure");
  figure.className = "pv-panel";
  figure.dataset.method = name;
  const caption = document.createElement("figcaption");
  const [title, people, time, groundTruth] = ["strong", "span", "span", "span"].map((tag) => document.createElement(tag));
  [time.className, groundTruth.className] = ["pv-time", "pv-oks"];
  caption.append(title, inside.menu, people, time, groundTruth);
  const [text, source] = ["pv-text", "pv-source"].map((kind) => {
    const line = document.createElement("p");
    line.className = kind;
    return line;
  });
  const stage = document.createElement("div");
  stage.className = "pv-stage";
  const svg = svgElement("svg", { role: "img", viewBox: view.viewBox() });
  const image = svgElement("image", { class: "pv-image", x: 0, y: 0 });
  const [maps, known, overlay, intermediate] = Array.from({ length: 4 }, () => svgElement("g"));
  known.setAttribute("class", "pv-ground-truth");
  overlay.setAttribute("class", "pv-poses");
  const note = document.createElement("p");
  note.className = "pv-note";
  const enlarge = document.createElement("button");
  Object.assign(enlarge, { type: "button", className: "pv-enlarge", title: "Full width (E)" });
  enlarge.setAttribute("aria-label", `Full width: ${name}`);
  enlarge.setAttribute("aria-pressed", "false");
  enlarge.addEventListener("click", () => handlers.onEnlarge());
  const charts = document.createElement("div");
  charts.className = "pv-charts";
  const mapControls = makeMapControls(name, () => drawShownMap());
  svg.append(image, maps, overlay, known, intermediate);
  stage.append(svg, note, enlarge);
  figure.append(caption, text, source, charts, mapControls.bar, stage);
  const panel = { figure, svg, intermediate, inside, overlay, data: null, people: [], map: null };
  const drawings = new WeakMap(); // person -> its drawing
  let drawn = new Map(); // person as text -> its drawing, of those shown
  listenToGestures(svg, view, {
    wheelMayZoom: handlers.wheelMayZoom,
    onHover: (event) => handlers.onPoint(panel, event),
    onTap: (event) => handlers.onTap(panel, event),
    onLeave: handlers.onLeave,
  });

  function fillCaption(data) {
    title.textContent = data.name;
    title.title = data.summary;
    time.textContent = data.timing ? timeSpent(data.timing) : "";
    time.title = data.timing?.body ? "The shared body runs once for all small methods." : "";
    groundTruth.textContent = data.ground_truth;
    text.textContent = data.text ?? "";
    source.textContent = data.source ?? "";
    note.textContent = data.note;
    const filled = (data.charts ?? []).filter(({ rows }) => rows.length);
    charts.replaceChildren(...filled.map(drawBars));
    charts.hidden = !filled.length;
  }

  // One map lies under the poses at a time, as the panel's choice says.
  function drawShownMap() {
    panel.map = mapControls.shown(panel.drawn().filter(isMap));
    maps.replaceChildren(...(panel.map ? drawMaps(panel.map.layer, panel.map) : []));
  }

  function drawing(person, text, limbs) {
    const known = drawn.get(text) ?? drawings.get(person) ?? drawPerson(person, limbs);
    drawings.set(person, known);
    return known;
  }

  return Object.assign(panel, {
    showImage(source, { width, height }) {
      for (const [key, content] of Object.entries({ href: source, width, height })) image.setAttribute(key, content);
    },
    // Over the whole width of the grid, or in its column again.
    enlarge(large) {
      figure.classList.toggle("enlarged", large);
      enlarge.setAttribute("aria-pressed", String(large));
    },
    // Layers of intermediate outputs that are drawn: those of a step always; else those sent by the server and wanted by the
    // visitor.
    drawn: () => panel.data.always ?? panel.data.layers.filter((layer) => layer.marks && inside.wants(layer.name)),
    // These people and no others. Who is shown already, or was drawn before, is not drawn anew.
    show(shown, limbs) {
      panel.people = shown;
      const count = shown.length === 1 ? "1 person" : `${shown.length} people`;
      svg.setAttribute("aria-label", `${panel.data.name}: ${panel.data.text ?? count}`);
      people.textContent = panel.data.text ? "" : count;
      note.hidden = !panel.data.note || (shown.length > 0 && !panel.data.people.length);
      const texts = shown.map((person) => JSON.stringify(person));
      if (texts.join() === [...drawn.keys()].join()) return;
      drawn = new Map(shown.map((person, index) => [texts[index], drawing(person, texts[index], limbs)]));
      overlay.replaceChildren(...drawn.values());
    },
    fill(data, value, people = data.people) {
      panel.data = data;
      fillCaption(data);
      inside.fill(data.layers);
      this.show(people, value.limbs);
      known.replaceChildren(...value.ground_truth.map((person) => drawPerson(person, value.limbs)));
      this.drawIntermediate(value);
    },
    drawIntermediate(value) {
      intermediate.replaceChildren(...panel.drawn().map((layer) => drawLayer(layer, value.limbs)));
      drawShownMap();
    },
  });
}
