// Tells which bar of a Plotly figure was pressed: gr.Plot has no such event. Triggers `select` with {name, row}.

function mountClicks(element, holder, trigger) {
  const listen = () => {
    const plot = document.querySelector(`#${holder} [data-testid=plotly]`);
    if (!plot?.on || plot.dataset.heard) return;
    plot.dataset.heard = "yes";
    plot.on("plotly_click", ({ points: [point] }) => trigger("select", { name: point.data.name, row: point.y }));
  };
  const around = element.closest("[role=tabpanel]") ?? document.body;
  new MutationObserver(listen).observe(around, { childList: true, subtree: true });
  listen();
}
