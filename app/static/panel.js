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
  const [known, overlay, intermediate] = Array.from({ length: 3 }, () => svgElement("g"));
  known.setAttribute("class", "pv-ground-truth");
  overlay.setAttribute("class", "pv-poses");
  const note = document.createElement("p");
  note.className = "pv-note";
  const enlarge = document.createElement("button");
  Object.assign(enlarge, { type: "button", className: "pv-enlarge", title: "Full width (E)" });
  enlarge.setAttribute("aria-label", `Full width: ${name}`);
  enlarge.setAttribute("aria-pressed", "false");
  enlarge.addEventListener("click", () => handlers.onEnlarge());
  svg.append(image, overlay, known, intermediate);
  stage.append(svg, note, enlarge);
  figure.append(caption, text, source, stage);
  const panel = { figure, svg, intermediate, inside, overlay, data: null };
  listenToGestures(svg, view, {
    wheelMayZoom: handlers.wheelMayZoom,
    onHover: (event) => handlers.onPoint(panel, event),
    onTap: (event) => handlers.onTap(panel, event),
    onLeave: handlers.onLeave,
  });

  function fillCaption(data) {
    const count = data.people.length === 1 ? "1 person" : `${data.people.length} people`;
    svg.setAttribute("aria-label", data.text ? `${data.name}: ${data.text}` : `${data.name}: ${count}`);
    title.textContent = data.name;
    title.title = data.summary;
    people.textContent = data.text ? "" : count;
    time.textContent = data.timing ? timeSpent(data.timing) : "";
    time.title = data.timing?.body ? "The shared body runs once for all small methods." : "";
    groundTruth.textContent = data.ground_truth;
    text.textContent = data.text ?? "";
    source.textContent = data.source ?? "";
    note.textContent = data.note;
    note.hidden = !data.note;
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
    fill(data, value) {
      panel.data = data;
      fillCaption(data);
      inside.fill(data.layers);
      overlay.replaceChildren(...data.people.map((person) => drawPerson(person, value.limbs)));
      known.replaceChildren(...value.ground_truth.map((person) => drawPerson(person, value.limbs)));
      this.drawIntermediate(value);
    },
    drawIntermediate(value) {
      intermediate.replaceChildren(...panel.drawn().map((layer) => drawLayer(layer, value.limbs)));
    },
  });
}
