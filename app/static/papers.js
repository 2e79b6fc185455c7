// Tables that sort by a click on a column's heading: numbers as numbers, empty cells last.

for (const table of element.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const falling = head.getAttribute("aria-sort") !== "descending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const key = (row) => row.cells[column].textContent.trim();
      const compare = (a, b) => {
        const [one, other] = [key(a), key(b)];
        if (one === "–" || other === "–") return (one === "–") - (other === "–");
        const numbers = Number(one) - Number(other);
        return (falling ? -1 : 1) * (Number.isNaN(numbers) ? one.localeCompare(other) : numbers);
      };
      body.append(...[...body.rows].sort(compare));
    });
  });
}
