// Brings the traces of the method that is pointed at in a Plotly figure to the front, and fades all others. Traces have
// their method as `legendgroup`.

function mountHover(element, holder) {
  whenDrawn(element, holder, (plot) => {
    const bring = (method) => {
      for (const group of [...plot.querySelectorAll(".scatterlayer .trace")]) {
        const own = group.__data__[0].trace.legendgroup; // where d3 keeps what a group of its elements shows
        group.classList.toggle("faded", method !== null && own !== method);
        if (own === method) group.parentElement.append(group);
      }
    };
    plot.on("plotly_hover", ({ points: [point] }) => bring(point.data.legendgroup));
    plot.on("plotly_unhover", () => bring(null));
  });
}
