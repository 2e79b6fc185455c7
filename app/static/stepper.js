// Steps of a pipeline one at a time, at full size, or all beside each other.

// bar: the element with the buttons; names: those of the panels in their order; enlarge(name): makes that panel the large
// one, or none where it is large already.
function makeStepper(bar, { names, enlarge }) {
  const [before, all, after] = bar.querySelectorAll("button");
  let shown = null;

  function go(by) {
    const [known, place] = [names(), names().indexOf(shown)];
    const next = place < 0 ? (by > 0 ? 0 : known.length - 1) : place + by;
    if (known[next] !== undefined) enlarge(known[next]);
  }

  before.addEventListener("click", () => go(-1));
  after.addEventListener("click", () => go(1));
  all.addEventListener("click", () => shown !== null && enlarge(shown));
  return {
    go,
    // Which panel is the large one, or null.
    tell(name) {
      shown = name;
      const [known, place] = [names(), names().indexOf(name)];
      all.textContent = place < 0 ? `All ${known.length} steps` : `Step ${place + 1} of ${known.length}`;
      all.title = place < 0 ? "" : "Show all steps again";
      before.disabled = place === 0;
      after.disabled = place === known.length - 1;
    },
  };
}
