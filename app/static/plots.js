// What happens in a Plotly figure, which gr.Plot does not tell of.

// Calls `listen` with each figure that is drawn in the element whose id is `holder`, once; element: any of the same tab.
function whenDrawn(element, holder, listen) {
  const look = () => {
    const plot = document.querySelector(`#${holder} [data-testid=plotly]`);
    if (!plot?.on || plot.dataset.heard) return;
    plot.dataset.heard = "yes";
    listen(plot);
  };
  const around = element.closest("[role=tabpanel]") ?? document.body;
  new MutationObserver(look).observe(around, { childList: true, subtree: true });
  look();
}
