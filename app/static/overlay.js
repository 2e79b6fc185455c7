// Poses of one method drawn as SVG over the image. Sizes are screen pixels at any zoom, through the CSS variable --px.

const SVG = "http://www.w3.org/2000/svg";
// Of which every keypoint that was judged is in one, as in methods/visibility/judgement.py; each has a shape of its own, by class.
const STATES = ["visible", "hidden", "not in the image", "probably misplaced"];
const SHAPES = ["visible", "covered", "outside", "misplaced"];
const OUTSIDE = SHAPES.indexOf("outside");
const NEAR = 14; // screen pixels between the pointer and the keypoint it means

function svgElement(name, attributes = {}) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// keypoints: [x, y, score, state, ...chances of STATES] or null where there is none; score and state may be null.
// The surer a method is of a keypoint, the stronger it is drawn.
function drawPerson(person, limbs) {
  const group = svgElement("g", { class: "pv-person", "data-person": person.id });
  group.style.setProperty("--colour", person.colour);
  const [x1, y1, x2, y2] = person.box;
  group.style.setProperty("--size", Math.max(x2 - x1, y2 - y1));
  group.append(svgElement("rect", { class: "pv-box", x: x1, y: y1, width: x2 - x1, height: y2 - y1 }));

  const strength = (keypoint) => (keypoint[2] === null ? 1 : keypoint[2]);
  for (const layer of ["pv-casing", "pv-limb"]) {
    for (const [from, to] of limbs) {
      const ends = [person.keypoints[from], person.keypoints[to]];
      if (ends.some((keypoint) => !keypoint || keypoint[3] === OUTSIDE)) continue; // no limb to a keypoint that is not in the image
      const line = svgElement("line", {
        class: layer, x1: ends[0][0], y1: ends[0][1], x2: ends[1][0], y2: ends[1][1],
      });
      line.style.opacity = 0.2 + 0.8 * Math.min(...ends.map(strength));
      group.append(line);
    }
  }
  person.keypoints.forEach((keypoint, index) => {
    if (!keypoint) return;
    const place = svgElement("g", { transform: `translate(${keypoint[0]} ${keypoint[1]})`, "data-keypoint": index });
    const mark = svgElement("path", { class: `pv-keypoint ${SHAPES[keypoint[3] ?? 0]}` });
    mark.style.opacity = 0.25 + 0.75 * strength(keypoint);
    place.append(mark);
    group.append(place);
  });
  const tag = svgElement("g", { class: "pv-tag", transform: `translate(${x1} ${y1})` });
  const text = svgElement("text", { x: 4, y: -5 });
  text.textContent = String(person.id + 1);
  tag.append(text);
  group.append(tag);
  return group;
}

// The keypoint nearest to a point of the image, as { person, keypoint } (person: the object, keypoint: its index), or null.
function nearestKeypoint(people, point, pixel) {
  let best = null;
  let nearest = NEAR * pixel;
  for (const person of people) {
    person.keypoints.forEach((keypoint, index) => {
      if (!keypoint) return;
      const distance = Math.hypot(keypoint[0] - point.x, keypoint[1] - point.y);
      if (distance < nearest) {
        nearest = distance;
        best = { person, keypoint: index };
      }
    });
  }
  return best;
}

// The person whose box is the smallest around a point, or null.
function personAt(people, point) {
  const area = ({ box: [x1, y1, x2, y2] }) => (x2 - x1) * (y2 - y1);
  const inside = ({ box: [x1, y1, x2, y2] }) => x1 <= point.x && point.x <= x2 && y1 <= point.y && point.y <= y2;
  return people.filter(inside).sort((a, b) => area(a) - area(b))[0] ?? null;
}

const percent = (share) => `${Math.round(100 * share)}%`;

// How likely each state is, in words.
function stateShares(chances) {
  return STATES.map((state, index) => `${state} ${percent(chances[index])}`).join(", ");
}

function describeKeypoint(person, index, names) {
  const [, , score, state, ...chances] = person.keypoints[index];
  return [
    names[index].replaceAll("_", " "),
    score === null ? "no score given" : `score ${score.toFixed(2)}`,
    ...(state === null ? ["not judged yet"] : [STATES[state], stateShares(chances)]),
    `person ${person.id + 1}, score ${person.score.toFixed(2)}`,
  ];
}
