// A small bar chart beside a step's picture: what the paper's figure counts, counted on this image.

// bars: {title, rows: [{name, share, told}]}, Bars of viewer.schema.json; share is 0..1.
function drawBars({ title, rows }) {
  const chart = document.createElement("details");
  const heading = document.createElement("summary");
  heading.textContent = title;
  const list = document.createElement("ul");
  list.append(...rows.map(({ name, share, told }) => {
    const row = document.createElement("li");
    const [label, bar, number] = ["span", "span", "span"].map((tag) => document.createElement(tag));
    [label.textContent, number.textContent] = [name, told];
    bar.className = "pv-share";
    const filled = document.createElement("span");
    filled.style.width = `${100 * share}%`;
    bar.append(filled);
    row.append(label, bar, number);
    return row;
  }));
  chart.append(heading, list);
  return chart;
}
