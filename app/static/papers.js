// Tables that sort by a click on a column's heading.

// The order of two cells by their texts: numbers as numbers, empty cells last either way.
function compareCells(one, other, falling) {
  if (one === "–" || other === "–") return (one === "–") - (other === "–");
  const numbers = Number(one) - Number(other);
  return (falling ? -1 : 1) * (Number.isNaN(numbers) ? one.localeCompare(other) : numbers);
}

for (const table of element.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const falling = head.getAttribute("aria-sort") !== "descending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const key = (row) => row.cells[column].textContent.trim();
      body.append(...[...body.rows].sort((a, b) => compareCells(key(a), key(b), falling)));
    });
  });
}
