// Thresholds that the browser moves by itself: it filters whom the server found at any threshold, and the server confirms.
// Candidates and Filter are as viewer.schema.json says.

// The people of candidates [{above, up_to, person}] at these thresholds, best score first; a keypoint of a lower score is
// null, as the server has it. Whoever loses no keypoint is the same object each time.
function peopleAt(candidates, { people, keypoints }) {
  const shown = candidates.filter(({ above, up_to }) => above < people && people <= up_to).map(({ person }) => person);
  if (keypoints === null) return shown;
  const lost = (keypoint) => keypoint && keypoint[2] !== null && keypoint[2] < keypoints;
  return shown.map((person) => {
    if (!person.keypoints.some(lost)) return person;
    return { ...person, keypoints: person.keypoints.map((keypoint) => (lost(keypoint) ? null : keypoint)) };
  });
}

// The same people with the states of keypoints that the server has told of them, where these did not move since.
function withStates(people, told) {
  const known = new Map(told.map((person) => [person.id, person.keypoints]));
  return people.map((person) => {
    const before = known.get(person.id);
    if (!before) return person;
    const stated = (own, index) => {
      const same = own && before[index] && own[0] === before[index][0] && own[1] === before[index][1];
      return same ? [...own.slice(0, 3), ...before[index].slice(3)] : own;
    };
    return { ...person, keypoints: person.keypoints.map(stated) };
  });
}

// The one confidence that all panels have which can be filtered; null where they differ or there is none.
function commonConfidence(panels) {
  const all = new Set(panels.map(({ filter }) => filter.people));
  return all.size === 1 ? [...all][0] : null;
}

// The method and the threshold of a Filter that a field among the settings sets, as [method, threshold]; null for another.
function thresholdOf(field) {
  const found = field.closest("[id*=_confidence]")?.id.match(/^(.*)-(pose|keypoint)_confidence$/);
  return found ? [found[1], { pose: "people", keypoint: "keypoints" }[found[2]]] : null;
}

const PATIENCE = 300; // ms without an answer, after which a sign says that there is work

// root gets the class `ahead` while panels show what the server has not confirmed, `waiting` after PATIENCE.
// onMove(names): the people of these panels changed; ask(event, data): as the viewer's trigger.
function makeThresholds(root, { onMove, ask }) {
  const label = root.querySelector(".pv-confidence");
  const [range, output] = ["input", "output"].map((tag) => label.querySelector(tag));
  const candidates = new Map(); // method -> {key, people}
  const moved = new Map(); // method -> the thresholds that the visitor chose and the server has not answered yet
  const asked = new Map(); // method -> key of the candidates that were asked for last
  let read = null; // the text of candidates that was read last
  let panels = []; // those that have a filter
  let timer = null;

  function wait() {
    root.classList.toggle("ahead", moved.size > 0);
    timer ??= setTimeout(() => root.classList.add("waiting"), PATIENCE);
  }

  function answered() {
    root.classList.toggle("ahead", moved.size > 0);
    root.classList.remove("waiting");
    clearTimeout(timer);
    timer = null;
    if (moved.size) wait();
  }

  function say(confidence) {
    output.textContent = confidence === null ? "each its own" : confidence.toFixed(2);
    if (confidence !== null) range.value = confidence;
  }

  function move(names, threshold) {
    for (const name of names) moved.set(name, { ...moved.get(name), ...threshold });
    onMove(names);
    wait();
  }

  range.addEventListener("input", () => {
    const confidence = Number(range.value);
    move(panels.map(({ name }) => name), { people: confidence });
    say(confidence);
    ask("input", { confidence });
  });

  // A slider of one method lies outside of the viewer; it asks the server by itself.
  document.addEventListener("input", ({ target }) => {
    if (!panels.length || !target.closest?.(".method-settings")) return;
    const [name, key] = thresholdOf(target) ?? [];
    const filters = panels.some((panel) => panel.name === name && panel.filter[key] !== null);
    if (filters && target.value !== "") move([name], { [key]: Number(target.value) });
    else wait();
  });

  return {
    // What the server sent of all panels, and candidates where it was asked for them: as JSON text, since Gradio copies all
    // that the viewer holds with each event, which takes half a second for so many objects.
    fill(sent, text) {
      panels = sent.filter(({ filter }) => filter);
      if (text && text !== read) for (const [name, each] of Object.entries(JSON.parse(text))) candidates.set(name, each);
      read = text;
      for (const name of [...moved.keys()]) {
        const filter = panels.find((panel) => panel.name === name)?.filter;
        if (!filter || Object.entries(moved.get(name)).every(([key, wanted]) => filter[key] === wanted)) moved.delete(name);
      }
      answered();
      label.hidden = !panels.length;
      if (!moved.size && panels.length) say(commonConfidence(panels));
      const missing = panels.filter(({ name, filter: { candidates: key } }) => (
        key && candidates.get(name)?.key !== key && asked.get(name) !== key
      ));
      for (const { name, filter } of missing) asked.set(name, filter.candidates);
      if (missing.length) ask("expand", { methods: missing.map(({ name }) => name) });
    },
    // Whom a panel shows: as the server said, or as the visitor has moved the thresholds since.
    people(panel) {
      const known = candidates.get(panel.name);
      if (!moved.has(panel.name) || !known || known.key !== panel.filter?.candidates) return panel.people;
      return withStates(peopleAt(known.people, { ...panel.filter, ...moved.get(panel.name) }), panel.people);
    },
  };
}
