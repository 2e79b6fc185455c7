// The table below the panels: people found and milliseconds per stage, with a bar to compare at a glance. A method
// without a timing is imported, or its network has not run here yet; the body is that which all small methods share.

const STAGES = ["preprocess", "body", "forward", "postprocess"];

function fillTable(table, panels) {
  const none = Object.fromEntries(STAGES.map((stage) => [stage, 0])); // where nothing was measured
  const totals = panels.map(({ timing }) => totalTime(timing ?? none));
  const longest = Math.max(...totals, 1e-9);
  const rows = panels.map((panel, index) => {
    const row = document.createElement("tr");
    const cell = (text, tag = "td") => {
      const element = document.createElement(tag);
      element.textContent = text;
      row.append(element);
      return element;
    };
    cell(panel.name, "th").scope = "row";
    cell(String(panel.people.length));
    for (const stage of STAGES) cell(panel.timing?.[stage] ? milliseconds(panel.timing[stage]) : "–");
    cell(panel.timing ? milliseconds(totals[index]) : panel.imported ? "imported" : "not yet");
    const bar = document.createElement("div");
    bar.className = "pv-bar";
    for (const stage of STAGES) {
      const part = document.createElement("span");
      part.className = stage;
      part.style.width = `${(100 * (panel.timing ?? none)[stage]) / longest}%`;
      bar.append(part);
    }
    cell("").append(bar);
    return row;
  });
  table.tBodies[0].replaceChildren(...rows);
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
