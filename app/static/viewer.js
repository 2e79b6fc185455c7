// The viewer: panels with one image and one view, a toolbar, a tooltip. It gets three props from Python: `image`
// {id, src, width, height, credit, caption}, sent once, `value`, sent after each decoding, and `candidates`, sent where it asks; the
// latter two are JSON text as viewer.schema.json says. It triggers `select` with {layers}, the names of the layers of intermediate
// outputs that are to be drawn, and what thresholds.js asks. Text from Python is set with textContent only, so that nothing
// in it can become markup.

const MARGIN = 80; // screen pixels between what was tapped and the sheet about it

// Screen pixels up to which a person's table, and then the settings too, is a sheet over the lower part, as in viewer.css.
const [NO_SIDE, NO_COLUMN] = [1179, 900];

function narrow(width) {
  return Boolean(window.matchMedia?.(`(max-width: ${width}px)`).matches);
}

function mountViewer(element, props, watch, trigger) {
  const find = (selector) => element.querySelector(selector);
  const root = find(".pv");
  const grid = find(".pv-grid");
  const tip = find(".pv-tip");
  const panels = new Map(); // name -> what makePanel gives
  const wanted = new Map(); // name -> Set of layers; kept while a method is unticked
  let image = null;
  let source = null; // blob URL of the image: decoded once however many panels show it
  let [text, sent] = [null, null]; // the prop value that came last, and what it says
  let value = null; // what is drawn of it
  let chosen = null; // number of the person who is shown keypoint by keypoint
  let pointed = null; // name of the panel that the pointer was over last
  let unseen = false; // whether an image was opened that is not drawn yet
  let enlarged = null; // name of the panel over the whole width
  const scales = new WeakMap(); // svg -> screen pixels that a pixel of the image takes
  const view = createView(showView);
  const slide = makeSlide(find(".pv-slide"), view);
  const table = makePersonTable(find(".pv-keypoint-table"), { onKeypoint: highlight, onClose: () => choose(null) });
  const thresholds = makeThresholds(root, { onMove: follow, ask: trigger });
  const stepper = makeStepper(find(".pv-stepper"), { names: () => [...panels.keys()], enlarge });
  const ranking = makeRanking(find(".pv-ranking"), (id) => open(id === chosen ? null : id));

  function showView() {
    find(".pv-level").textContent = `${Math.round(view.state.zoom * 100)}%`;
    grid.classList.toggle("zoomed", view.state.zoom > 1);
    hideTip();
    const svgs = [slide.svg, ...[...panels.values()].map((panel) => panel.svg)];
    for (const svg of svgs) svg.setAttribute("viewBox", view.viewBox());
    scaleMarks(svgs);
    slide.place();
  }

  // All scales are read before any is set: after each setting the browser would lay out the page anew for the next.
  function scaleMarks(svgs) {
    for (const svg of svgs) scales.set(svg, svg.getScreenCTM()?.a ?? 0);
    for (const svg of svgs) {
      if (scales.get(svg) <= 0) continue;
      svg.style.setProperty("--px", 1 / scales.get(svg));
      fitLabels(svg, scales.get(svg));
    }
  }

  function openImage(next) {
    if (!next?.id || next.id === image?.id) return false;
    if (source) URL.revokeObjectURL(source);
    const [head, body] = next.src.split(",");
    const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
    source = URL.createObjectURL(new Blob([bytes], { type: head.match(/data:(.*?);/)[1] }));
    image = next;
    chosen = null;
    root.style.setProperty("--image-width", next.width);
    root.style.setProperty("--image-height", next.height);
    for (const each of [slide, ...panels.values()]) each.showImage(source, image);
    [find(".pv-credit").textContent, find(".pv-caption").textContent] = [next.credit ? `Image: ${next.credit}` : "", next.caption ?? ""];
    view.open(next.width, next.height);
    return true;
  }

  // The image was forgotten.
  function clear() {
    for (const name of [...panels.keys()]) removePanel(name);
    if (source) URL.revokeObjectURL(source);
    [image, source, value, chosen] = [null, null, null, null];
    for (const shown of [".pv-toolbar", ".pv-grid", ".pv-table", ".pv-ranking", ".pv-keypoint-table"]) find(shown).hidden = true;
    for (const line of [".pv-credit", ".pv-caption"]) find(line).textContent = "";
    find(".pv-empty").hidden = false;
  }

  function removePanel(name) {
    const { figure, svg } = panels.get(name);
    sizes.unobserve(svg);
    figure.remove();
    panels.delete(name);
    if (enlarged === name) enlarged = null;
  }

  function addPanel(name) {
    if (!wanted.has(name)) wanted.set(name, new Set());
    const inside = makeInside(name, wanted.get(name), () => {
      panels.get(name).drawIntermediate(value);
      scaleMarks([panels.get(name).svg]);
      askForLayers();
    });
    const onEnlarge = () => enlarge(name);
    const panel = makePanel(name, view, inside, { wheelMayZoom, onPoint: point, onTap: tap, onLeave: hideTip, onEnlarge });
    sizes.observe(panel.svg);
    panel.showImage(source, image);
    panels.set(name, panel);
  }

  // A wheel scrolls the page until the visitor shows that they mean the image: Ctrl, a click into it, or an image that
  // is zoomed already.
  function wheelMayZoom(event) {
    return event.ctrlKey || event.metaKey || view.state.zoom > 1 || grid.contains(document.activeElement);
  }

  function render() {
    if (!props.value && image) clear();
    unseen = openImage(props.image) || unseen; // image and value may come one after the other
    // An answer about an earlier image may arrive late; it is not drawn over the new one.
    if (props.value && props.value !== text) [text, sent] = [props.value, JSON.parse(props.value)];
    if (!props.value || sent.image !== image?.id) return;
    value = sent;
    thresholds.fill(value.panels, props.candidates);
    for (const shown of [".pv-toolbar", ".pv-grid", ".pv-table"]) find(shown).hidden = false;
    find(".pv-empty").hidden = true;
    for (const name of [...panels.keys()]) if (!value.panels.some((data) => data.name === name)) removePanel(name);
    value.panels.forEach((data, index) => {
      if (!panels.has(data.name)) addPanel(data.name);
      const panel = panels.get(data.name);
      if (grid.children[index] !== panel.figure) grid.insertBefore(panel.figure, grid.children[index] ?? null);
      panel.fill(data, value, thresholds.people(data));
    });
    const everyone = [...value.ground_truth, ...value.panels.flatMap((data) => data.people)];
    const told = everyone.some((person) => person.keypoints.some((keypoint) => keypoint && keypoint[3] !== null));
    for (const state of element.querySelectorAll("[data-for=visibility]")) state.hidden = !told;
    find("[data-for=ground-truth]").hidden = value.ground_truth.length === 0;
    fillTable(find(".pv-table"), value.panels);
    stepper.tell(enlarged);
    fillSlide();
    hideTip();
    choose(chosen);
    const unscaled = [];
    // Other people in a panel leave its scale as it is, and reading it would make the browser lay out the page at once.
    for (const { svg } of panels.values()) {
      if (scales.get(svg) > 0) fitLabels(svg, scales.get(svg));
      else unscaled.push(svg);
    }
    scaleMarks(unscaled);
    if (!value.panels.every((data) => isAsWanted(data.layers, wanted.get(data.name)))) askForLayers();
    // On a phone the panels lie below what was chosen there.
    if (unseen && grid.getBoundingClientRect().top > (narrow(NO_COLUMN) ? 0.4 : 0.7) * innerHeight) root.scrollIntoView({ block: "start" });
    unseen = false;
  }

  function fillSlide() {
    if (value && root.classList.contains("show-slide")) slide.fill(value, thresholds.people);
  }

  // A threshold was moved, which the server has not answered yet.
  function follow(names) {
    for (const name of names) panels.get(name)?.show(thresholds.people(panels.get(name).data), value.limbs);
    fillSlide();
    markChosen();
  }

  // Enlarges a panel, or makes it small again where it is large; no other stays large.
  function enlarge(name) {
    enlarged = enlarged === name ? null : name;
    for (const [each, panel] of panels) panel.enlarge(each === enlarged);
    stepper.tell(enlarged);
    panels.get(name)?.figure.scrollIntoView({ block: "nearest" });
  }

  // As `choose`, from the list: what opens below comes into view.
  function open(id) {
    choose(id);
    if (id !== null) find(".pv-keypoint-table").scrollIntoView({ block: "nearest" });
  }

  // Shows a person keypoint by keypoint, or nobody.
  function choose(id) {
    chosen = id;
    table.show(value, chosen);
    ranking.fill(value, chosen);
    markChosen();
  }

  function markChosen() {
    for (const group of grid.querySelectorAll(".pv-person")) {
      group.classList.toggle("chosen", Number(group.dataset.person) === chosen);
    }
  }

  function personUnder(panel, event) {
    const place = imagePoint(panel.svg, event);
    const hit = nearestKeypoint(panel.people, place, 1 / panel.svg.getScreenCTM().a);
    return { place, hit, person: hit?.person ?? personAt(panel.people, place) };
  }

  function tap(panel, event) {
    point(panel, event);
    const { person } = personUnder(panel, event);
    if (!person) return;
    choose(person.id); // the image stays under the pointer, which may be about to zoom, but for what a sheet would cover
    const covered = event.clientY - find(".pv-keypoint-table").getBoundingClientRect().top;
    if (narrow(NO_SIDE) && covered > -MARGIN) window.scrollBy({ top: covered + MARGIN });
  }

  function point(panel, event) {
    pointed = panel.figure.dataset.method;
    const { place, hit, person } = personUnder(panel, event);
    const mark = pointMark(panel, place, 1 / panel.svg.getScreenCTM().a) ?? (panel.map && !hit ? describeMaps(panel.map.layer, panel.map, place) : null);
    highlight(person?.id ?? null, hit?.keypoint ?? null);
    showTip(tip, mark ?? (hit && describeKeypoint(hit.person, hit.keypoint, value.keypoints)), event, root);
  }

  // The mark under the pointer stands out; what it is, in lines, or null where there is none.
  function pointMark(panel, place, pixel) {
    for (const old of grid.querySelectorAll(".pv-mark.active")) old.classList.remove("active");
    const drawn = panel.drawn();
    const hit = nearestMark(drawn, place, pixel);
    if (!hit) return null;
    panel.intermediate.children[hit.layer].children[hit.mark].classList.add("active");
    return describeMark(drawn[hit.layer].marks[hit.mark], hit.keypoint, value.keypoints);
  }

  function askForLayers() {
    trigger("select", { layers: Object.fromEntries([...wanted].map(([name, names]) => [name, [...names]])) });
  }

  // The same person in every panel, and the same keypoint of that person.
  function highlight(id, keypoint) {
    grid.classList.toggle("has-active", id !== null);
    for (const group of grid.querySelectorAll(".pv-person")) {
      const same = Number(group.dataset.person) === id;
      group.classList.toggle("active", same);
      for (const place of group.querySelectorAll("[data-keypoint]")) {
        place.classList.toggle("active", same && Number(place.dataset.keypoint) === keypoint);
      }
    }
  }

  function hideTip() {
    tip.hidden = true;
    highlight(null, null);
    for (const old of grid.querySelectorAll(".pv-mark.active")) old.classList.remove("active");
  }

  const sizes = new ResizeObserver((entries) => {
    scaleMarks(entries.map(({ target }) => target));
    slide.place();
  });
  sizes.observe(slide.svg);
  const zooms = { in: () => view.zoomCentre(1.4), out: () => view.zoomCentre(1 / 1.4), reset: () => view.reset() };
  for (const button of element.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", zooms[button.dataset.zoom]);
  }
  for (const box of element.querySelectorAll("input[type=checkbox][data-show]")) {
    const show = () => root.classList.toggle(`show-${box.dataset.show}`, box.checked);
    box.addEventListener("change", () => {
      show();
      if (box.dataset.show !== "slide" || !box.checked) return;
      fillSlide();
      root.style.setProperty("--toolbar", `${find(".pv-toolbar").offsetHeight}px`);
      find(".pv-slide").scrollIntoView({ block: "start" });
    });
    show();
  }
  find("[data-show=image]").addEventListener("input", (event) => {
    root.style.setProperty("--image-strength", event.target.value / 100);
  });
  // Where there is no room beside the panels, the settings are a sheet that covers the lower part of the screen.
  find("[data-settings]").addEventListener("click", ({ target }) => {
    const open = document.querySelector(".area-settings").classList.toggle("sheet");
    target.setAttribute("aria-expanded", String(open));
  });
  document.addEventListener("pointerdown", (event) => {
    for (const menu of grid.querySelectorAll("details[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  grid.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey }) => {
    if (key === "Escape") enlarged === null ? choose(null) : enlarge(enlarged);
    if (ctrlKey || metaKey || altKey) return;
    if (key === "e") enlarge(panels.has(pointed) ? pointed : [...panels.keys()][0]);
    if ("pn".includes(key) && root.parentElement.closest(".steps")) stepper.go(key === "n" ? 1 : -1);
  });
  zoomWithKeys(grid, view);
  for (const mark of element.querySelectorAll(".pv-legend .pv-keypoint")) mark.style.setProperty("--px", 1);
  watch(["value", "image", "candidates"], render);
  render();
}
