// The tooltip beside the pointer.

// Where in `area` the tooltip goes, in screen pixels: beside the pointer, but never over the left or right edge.
function tipPlace({ clientX, clientY }, area, width) {
  const left = Math.min(clientX - area.left + 14, area.width - width - 4);
  return { left: Math.max(4, left), top: clientY - area.top + 16 };
}

// lines: what it says, the first in bold; null hides it. It stays within `root`.
function showTip(tip, lines, event, root) {
  tip.hidden = !lines;
  if (tip.hidden) return;
  tip.replaceChildren(...lines.map((text, index) => {
    const line = document.createElement(index === 0 ? "strong" : "span");
    line.textContent = text;
    return line;
  }));
  const { left, top } = tipPlace(event, root.getBoundingClientRect(), tip.offsetWidth);
  [tip.style.left, tip.style.top] = [`${left}px`, `${top}px`];
}
