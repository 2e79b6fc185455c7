// One person, keypoint by keypoint, in every method: how far off, in pixels and as a part of OKS, how sure, how visible.

const MIDDLE = "the middle of all methods";
const TRUTH = "the ground truth";

// Each keypoint's median over the methods, x and y apart; null where no method has it.
function middleOf(people, keypoints) {
  const median = (values) => {
    const sorted = [...values].sort((a, b) => a - b);
    return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
  };
  return keypoints.map((_, index) => {
    const there = people.map((person) => person.keypoints[index]).filter(Boolean);
    return there.length ? [median(there.map(([x]) => x)), median(there.map(([, y]) => y))] : null;
  });
}

// { distance in pixels, oks 0..1 } between two keypoints of a person of that area.
function offset(keypoint, reference, area, sigma) {
  const distance = Math.hypot(keypoint[0] - reference[0], keypoint[1] - reference[1]);
  return { distance, oks: Math.exp(-(distance ** 2) / (8 * sigma ** 2 * area)) };
}

// value: what the viewer was sent, see viewer.schema.json; id: the person's number; against: MIDDLE, TRUTH or a
// method's name.
// Gives { columns: [{name, person}], rows: [{keypoint, cells}] }; a cell is null (not found), {out: true} (keypoint left
// out), or {distance, oks, score, state, chances}, distance and oks null where the reference has no such keypoint.
function compareKeypoints(value, id, against) {
  const columns = value.panels.map(({ name, people, errors }) => ({
    name, person: people.find((each) => each.id === id) ?? null, kinds: errors[id],
  }));
  const found = columns.map(({ person }) => person).filter(Boolean);
  const groundTruth = value.ground_truth.find((each) => each.id === id);
  const ranked = value.ranking.people.find((each) => each.id === id);
  const named = columns.find(({ name }) => name === against)?.person;
  const reference = against === TRUTH ? groundTruth?.keypoints : (named?.keypoints ?? middleOf(found, value.keypoints));
  const area = against === TRUTH ? groundTruth?.area : ranked?.area;
  const rows = value.keypoints.map((keypoint, index) => ({
    keypoint,
    cells: columns.map(({ person, kinds }) => {
      if (!person) return null;
      const own = person.keypoints[index];
      if (!own) return { out: true };
      const [, , score, state, ...chances] = own;
      const there = reference?.[index] && area;
      const { distance, oks } = there
        ? offset(own, reference[index], area, value.sigmas[index]) : { distance: null, oks: null };
      const kind = against === TRUTH ? kinds?.[index] : null;
      return { distance, oks, score, state, chances, kind };
    }),
  }));
  return { columns, rows };
}

// What a cell of `compareKeypoints` says, in one or two lines.
function cellLines(cell) {
  if (cell === null) return ["not found"];
  if (cell.out) return ["left out"];
  const kind = cell.kind && cell.kind !== "good" ? ` · ${cell.kind}` : "";
  const first = cell.distance === null ? "–" : `${cell.distance.toFixed(1)} px · OKS ${cell.oks.toFixed(2)}${kind}`;
  const sure = cell.score === null ? "no score" : `score ${cell.score.toFixed(2)}`;
  return [first, cell.state === null ? sure : `${sure} · ${STATES[cell.state]} ${percent(cell.chances[cell.state])}`];
}

function makePersonTable(section, { onKeypoint, onClose }) {
  const find = (selector) => section.querySelector(selector);
  const select = find("select");
  let shown = null; // { value, id }

  // How likely a keypoint is seen, hidden and outside as one bar; whether it is misplaced is another question.
  function stateBar(chances) {
    const bar = element("span", "", "pv-states");
    bar.setAttribute("role", "img");
    bar.setAttribute("aria-label", stateShares(chances));
    bar.title = bar.getAttribute("aria-label");
    chances.slice(0, OUTSIDE + 1).forEach((share, index) => {
      const part = element("span", "", SHAPES[index]);
      part.style.width = percent(share);
      bar.append(part);
    });
    return bar;
  }

  function fillSelect({ value, id }) {
    const groundTruth = value.ground_truth.some((each) => each.id === id) ? [TRUTH] : [];
    const methods = value.panels.filter(({ people }) => people.some((each) => each.id === id)).map(({ name }) => name);
    const choices = [...groundTruth, MIDDLE, ...methods];
    const before = choices.includes(select.value) ? select.value : choices[0];
    select.replaceChildren(...choices.map((choice) => new Option(choice, choice, false, choice === before)));
  }

  function element(tag, text, className = "") {
    const made = document.createElement(tag);
    made.textContent = text;
    made.className = className;
    return made;
  }

  function draw() {
    const { value, id } = shown;
    const { columns, rows } = compareKeypoints(value, id, select.value);
    find("h3").textContent = `Person ${id + 1}, keypoint by keypoint`;
    const head = element("tr", "");
    head.append(element("th", "Keypoint"));
    for (const { name, person } of columns) {
      const cell = element("th", name);
      cell.scope = "col";
      const oks = value.panels.find((panel) => panel.name === name).oks[id];
      const near = oks === undefined ? "" : ` · OKS ${oks.toFixed(2)}`;
      cell.append(element("small", person ? `score ${person.score.toFixed(2)}${near}` : "not found"));
      head.append(cell);
    }
    find("thead").replaceChildren(head);
    find("tbody").replaceChildren(...rows.map(({ keypoint, cells }, index) => {
      const row = element("tr", "");
      const name = element("th", keypoint.replaceAll("_", " "));
      name.scope = "row";
      row.append(name, ...cells.map((cell) => {
        const [first, second] = cellLines(cell);
        const made = element("td", first, cell === null || cell.out ? "none" : "");
        const off = cell && !cell.out && cell.oks !== null ? Math.round(45 * (1 - cell.oks)) : null;
        if (off !== null) made.style.setProperty("--off", `${off}%`);
        if (second) made.append(element("small", second));
        if (cell?.chances?.length) made.append(stateBar(cell.chances));
        return made;
      }));
      row.addEventListener("mouseenter", () => onKeypoint(id, index));
      row.addEventListener("mouseleave", () => onKeypoint(null, null));
      return row;
    }));
  }

  select.addEventListener("change", () => shown && draw());
  find("button").addEventListener("click", onClose);

  return {
    // The person of that number in `value`; nothing where id is null or nobody has it any more.
    show(value, id) {
      const there = id !== null && value.panels.some(({ people }) => people.some((each) => each.id === id));
      const missed = id !== null && value.ground_truth.some((each) => each.id === id);
      section.hidden = !there && !missed;
      if (section.hidden) return;
      shown = { value, id };
      fillSelect(shown);
      draw();
    },
  };
}
