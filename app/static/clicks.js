// Tells which bar of a Plotly figure was pressed. Triggers `select` with {name, row}.

function mountClicks(element, holder, trigger) {
  whenDrawn(element, holder, (plot) => {
    plot.on("plotly_click", ({ points: [point] }) => trigger("select", { name: point.data.name, row: point.y }));
  });
}
