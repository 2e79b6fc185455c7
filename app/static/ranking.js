// Where the methods disagree: people and keypoints in falling order, each with a bar. A person can be chosen.

const FIRST = 8; // rows of a list; the rest unfolds

// The index of the keypoint that the methods disagree about most, the first of several; null where they agree on all.
// disagreements: 0 to 1 for each keypoint, null where it cannot be told.
function worstKeypoint(disagreements) {
  const most = Math.max(...disagreements.map((each) => each ?? 0), 0);
  return most > 0 ? disagreements.indexOf(most) : null;
}

function makeRanking(section, onPerson) {
  const people = section.querySelector(".pv-people");
  const keypoints = section.querySelector(".pv-keypoints");
  const more = section.querySelector("button.pv-more");
  let all = false;

  function text(content, className) {
    const made = document.createElement("span");
    made.className = className;
    made.textContent = content;
    return made;
  }

  // A disagreement from 0 to 1 as a bar and as a number.
  function amount(disagreement) {
    const bar = text("", "pv-share");
    const filled = document.createElement("span");
    filled.style.width = `${Math.round(100 * disagreement)}%`;
    bar.append(filled);
    return [bar, text(disagreement.toFixed(2), "pv-number")];
  }

  function personRow(person, value, chosen) {
    const row = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.person = person.id;
    button.setAttribute("aria-pressed", String(person.id === chosen));
    const worst = worstKeypoint(person.keypoints);
    const found = `${person.found} of ${value.panels.length} methods`;
    const keypoint = worst !== null ? `, most at ${value.keypoints[worst].replaceAll("_", " ")}` : "";
    const dot = text("", "pv-dot");
    dot.style.background = person.colour;
    button.append(dot, text(`Person ${person.id + 1}`, "pv-name"), ...amount(person.disagreement),
      text(`found by ${found}${keypoint}`, "pv-detail"));
    button.addEventListener("click", () => onPerson(person.id));
    row.append(button);
    return row;
  }

  function keypointRow({ keypoint, disagreement }, names) {
    const row = document.createElement("li");
    row.append(text(names[keypoint].replaceAll("_", " "), "pv-name"), ...amount(disagreement));
    return row;
  }

  function fill(value, chosen) {
    const { ranking } = value;
    section.hidden = ranking.people.length === 0;
    const shown = all ? ranking.people : ranking.people.slice(0, FIRST);
    people.replaceChildren(...shown.map((person) => personRow(person, value, chosen)));
    keypoints.replaceChildren(...ranking.keypoints.slice(0, FIRST).map((each) => keypointRow(each, value.keypoints)));
    more.hidden = ranking.people.length <= FIRST;
    more.textContent = all ? "Show fewer" : `Show all ${ranking.people.length}`;
    more.onclick = () => {
      all = !all;
      fill(value, chosen);
    };
  }

  return { fill };
}
