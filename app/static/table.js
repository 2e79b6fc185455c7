// The table below the panels: people found and milliseconds per stage, with a bar to compare at a glance. A method
// without a timing is imported, its network has not run here yet, or nobody asked how long it takes; the body is that
// which all small methods share.

const STAGES = ["preprocess", "body", "forward", "postprocess"];

function fillTable(table, panels) {
  const shares = barShares(panels);
  const rows = panels.map((panel, index) => {
    const row = document.createElement("tr");
    const cell = (text, tag = "td") => {
      const element = document.createElement(tag);
      element.textContent = text;
      row.append(element);
      return element;
    };
    cell(panel.name, "th").scope = "row";
    for (const text of cellTexts(panel)) cell(text);
    const bar = document.createElement("div");
    bar.className = "pv-bar";
    STAGES.forEach((stage, place) => {
      const part = document.createElement("span");
      part.className = stage;
      part.style.width = `${shares[index][place]}%`;
      bar.append(part);
    });
    cell("").append(bar);
    return row;
  });
  table.tBodies[0].replaceChildren(...rows);
}

// A method's row: people, milliseconds of each stage, and of all; a dash where nothing was measured.
function cellTexts({ people, timing, ran, imported }) {
  const stages = STAGES.map((stage) => (timing?.[stage] ? milliseconds(timing[stage]) : "–"));
  const total = timing ? milliseconds(totalTime(timing)) : imported ? "imported" : ran ? "–" : "not yet";
  return [String(people.length), ...stages, total];
}

// For each method the stages as percent of the slowest method's total; 0 where nothing was measured.
function barShares(panels) {
  const times = panels.map(({ timing }) => STAGES.map((stage) => timing?.[stage] ?? 0));
  const longest = Math.max(...panels.map(({ timing }) => (timing ? totalTime(timing) : 0)), 1e-9);
  return times.map((stages) => stages.map((time) => (100 * time) / longest));
}

// As if the method had been alone: with the body that all small methods share.
function totalTime(timing) {
  return STAGES.reduce((sum, stage) => sum + timing[stage], 0);
}

// What a method took by itself, and what the shared body took, which runs once for all small methods.
function timeSpent(timing) {
  const own = `${milliseconds(totalTime(timing) - timing.body)} ms`;
  return timing.body ? `${own} + ${milliseconds(timing.body)} ms shared body` : own;
}

function milliseconds(value) {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}
