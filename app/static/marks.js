// Marks of a method's intermediate outputs as SVG: thin, so that the poses stay readable. Sizes are screen pixels through --px.
// A mark is {kind, at, colour, score, name, details, aside}, see app/outputs/marks.py; a layer
// {name, meaning, note, marks}: DrawnMark and DrawnLayer of viewer.schema.json.

const LETTER = 6.5; // screen pixels that a letter of a label takes
const HIT = 8; // screen pixels between the pointer and the mark it means
const SMALL = 60; // screen pixels; a box up to this size is meant anywhere inside it

function pairsOf(at) {
  return Array.from({ length: at.length / 2 }, (_, index) => [at[2 * index], at[2 * index + 1]]);
}

// The mark's lines as the data of an SVG path, in pixels of the image.
function outline({ kind, at }, limbs) {
  if (kind === "box") return `M${at[0]} ${at[1]}H${at[2]}V${at[3]}H${at[0]}Z`;
  if (kind === "arrow") return `M${at[0]} ${at[1]}L${at[2]} ${at[3]}`;
  if (kind === "pose") {
    const keypoints = pairsOf(at);
    return limbs.map(([from, to]) => `M${keypoints[from].join(" ")}L${keypoints[to].join(" ")}`).join("");
  }
  return "";
}

function drawMark(mark, limbs) {
  const group = svgElement("g", { class: `pv-mark ${mark.kind}` });
  group.classList.toggle("aside", mark.aside);
  group.style.setProperty("--colour", mark.colour);
  group.style.opacity = 0.4 + 0.6 * mark.score; // the surer, the stronger, as for poses
  const path = outline(mark, limbs);
  for (const layer of path ? ["pv-edge", "pv-line"] : []) group.append(svgElement("path", { class: layer, d: path }));

  const place = (x, y, turn, name) => {
    const holder = svgElement("g", { transform: `translate(${x} ${y}) rotate(${turn})` });
    holder.append(svgElement("path", { class: name }));
    group.append(holder);
  };
  const [x1, y1, x2, y2] = mark.at;
  if (mark.kind === "point") place(x1, y1, 0, "pv-point");
  if (mark.kind === "arrow") {
    place(x1, y1, 0, "pv-tail");
    place(x2, y2, (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI, "pv-head");
  }
  if (mark.kind === "box") {
    const holder = svgElement("g", { transform: `translate(${x1} ${y2})` });
    const text = svgElement("text", { x: 2, y: 11 });
    text.textContent = `${mark.name} ${mark.score.toFixed(2)}`;
    text.dataset.room = x2 - x1;
    holder.append(text);
    group.append(holder);
  }
  return group;
}

function drawLayer(layer, limbs) {
  const group = svgElement("g", { class: "pv-layer", "data-layer": layer.name });
  group.append(...layer.marks.map((mark) => drawMark(mark, limbs)));
  return group;
}

// A box is labelled where the label is no longer than the box is wide. scale: screen pixels a pixel of the image.
function fitLabels(svg, scale) {
  for (const text of svg.querySelectorAll(".pv-mark text")) {
    text.classList.toggle("fits", text.dataset.room * scale >= LETTER * text.textContent.length);
  }
}

function distanceToSegment(point, [x1, y1, x2, y2]) {
  const length = (x2 - x1) ** 2 + (y2 - y1) ** 2;
  const share = length ? ((point.x - x1) * (x2 - x1) + (point.y - y1) * (y2 - y1)) / length : 0;
  const t = Math.min(1, Math.max(0, share));
  return Math.hypot(point.x - x1 - t * (x2 - x1), point.y - y1 - t * (y2 - y1));
}

function distanceToBox(point, [x1, y1, x2, y2], pixel) {
  const sides = [[x1, y1, x2, y1], [x2, y1, x2, y2], [x2, y2, x1, y2], [x1, y2, x1, y1]];
  const edge = Math.min(...sides.map((side) => distanceToSegment(point, side)));
  const inside = x1 < point.x && point.x < x2 && y1 < point.y && point.y < y2; // never in a box without a size
  if (!inside || Math.max(x2 - x1, y2 - y1) > SMALL * pixel) return edge;
  const middle = Math.hypot(point.x - (x1 + x2) / 2, point.y - (y1 + y2) / 2);
  return Math.min(edge, (HIT * pixel * middle) / (x2 - x1 + y2 - y1));
}

// The mark nearest to a point of the image as { layer, mark, keypoint } (indices; keypoint of a pose, else null), or null.
function nearestMark(layers, point, pixel) {
  let best = null;
  let nearest = HIT * pixel;
  const offer = (distance, hit) => {
    if (distance > nearest) return;
    nearest = distance;
    best = hit;
  };
  layers.forEach((layer, index) => (layer.marks ?? []).forEach((mark, place) => {
    const hit = { layer: index, mark: place, keypoint: null };
    if (mark.kind === "box") offer(distanceToBox(point, mark.at, pixel), hit);
    if (mark.kind === "arrow") offer(distanceToSegment(point, mark.at), hit);
    if (mark.kind === "point") offer(Math.hypot(point.x - mark.at[0], point.y - mark.at[1]), hit);
    if (mark.kind !== "pose") return;
    pairsOf(mark.at).forEach(([x, y], keypoint) => offer(Math.hypot(point.x - x, point.y - y), { ...hit, keypoint }));
  }));
  return best;
}

function describeMark(mark, keypoint, names) {
  const title = keypoint === null ? [mark.name] : [names[keypoint].replaceAll("_", " "), mark.name];
  return [...title, `confidence ${mark.score.toFixed(2)}`, ...mark.details];
}
