// One view shared by all panels: the part of the image that is shown, in pixels of the image.

const MAX_ZOOM = 40;

function createView(onChange) {
  const view = { x: 0, y: 0, zoom: 1, width: 1, height: 1 };

  function settle() {
    view.zoom = Math.min(MAX_ZOOM, Math.max(1, view.zoom));
    view.x = Math.min(view.width - view.width / view.zoom, Math.max(0, view.x));
    view.y = Math.min(view.height - view.height / view.zoom, Math.max(0, view.y));
    onChange(view);
  }

  return {
    state: view,
    viewBox: () => `${view.x} ${view.y} ${view.width / view.zoom} ${view.height / view.zoom}`,
    // An image of this size, shown whole.
    open(width, height) {
      Object.assign(view, { x: 0, y: 0, zoom: 1, width, height });
      settle();
    },
    reset() {
      Object.assign(view, { x: 0, y: 0, zoom: 1 });
      settle();
    },
    // The image's point (x, y) stays where it is on the screen.
    zoomAt(x, y, factor) {
      const zoom = Math.min(MAX_ZOOM, Math.max(1, view.zoom * factor));
      view.x = x - ((x - view.x) * view.zoom) / zoom;
      view.y = y - ((y - view.y) * view.zoom) / zoom;
      view.zoom = zoom;
      settle();
    },
    zoomCentre(factor) {
      this.zoomAt(view.x + view.width / view.zoom / 2, view.y + view.height / view.zoom / 2, factor);
    },
    move(dx, dy) {
      view.x += dx;
      view.y += dy;
      settle();
    },
    // By a share of what is shown: what an arrow key does.
    step(horizontal, vertical) {
      this.move((horizontal * view.width) / view.zoom, (vertical * view.height) / view.zoom);
    },
  };
}

// Where on the image a pointer event is, in pixels of the image.
function imagePoint(svg, event) {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
}

// How much larger one turn of the wheel makes the image; with Ctrl, which touchpads send for a pinch, more.
function wheelFactor({ deltaY, deltaMode, ctrlKey }) {
  const pixels = deltaMode === 1 ? deltaY * 16 : deltaY; // mode 1 counts lines
  return Math.exp(-Math.max(-120, Math.min(120, pixels)) * (ctrlKey ? 0.01 : 0.003));
}

// Wheel, drag, pinch, double-click and tap on one panel's svg. `wheelMayZoom` decides between zooming and scrolling.
function listenToGestures(svg, view, { wheelMayZoom, onTap, onHover, onLeave }) {
  const down = new Map(); // pointers that touch the panel, each with its last position
  let moved = 0;

  svg.addEventListener("wheel", (event) => {
    const leaving = event.deltaY > 0 && view.state.zoom === 1; // nothing to zoom out of: let the page scroll
    if (leaving || !wheelMayZoom(event)) return;
    event.preventDefault();
    const point = imagePoint(svg, event);
    view.zoomAt(point.x, point.y, wheelFactor(event));
  }, { passive: false });

  svg.addEventListener("pointerdown", (event) => {
    if (down.size === 0) moved = 0;
    down.set(event.pointerId, event);
    svg.setPointerCapture(event.pointerId);
  });

  svg.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return onHover(event);
    const old = imagePoint(svg, before);
    const now = imagePoint(svg, event);
    moved += Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY);
    if (down.size === 1) {
      view.move(old.x - now.x, old.y - now.y);
    } else {
      const other = [...down.values()].find((pointer) => pointer.pointerId !== event.pointerId);
      const still = imagePoint(svg, other);
      const wide = (point) => Math.hypot(point.x - still.x, point.y - still.y) || 1;
      view.zoomAt(still.x, still.y, wide(now) / wide(old));
    }
    down.set(event.pointerId, event);
  });

  for (const ending of ["pointerup", "pointercancel"]) {
    svg.addEventListener(ending, (event) => {
      const wasDown = down.delete(event.pointerId);
      if (ending === "pointerup" && wasDown && moved < 6) onTap(event);
    });
  }
  // A finger "leaves" as soon as it is lifted; what its tap showed stays until the next tap.
  svg.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && onLeave());
  svg.addEventListener("dblclick", () => view.reset());
}

function zoomWithKeys(element, view) {
  const keys = {
    "+": () => view.zoomCentre(1.4), "=": () => view.zoomCentre(1.4), "-": () => view.zoomCentre(1 / 1.4),
    "0": () => view.reset(), ArrowLeft: () => view.step(-0.1, 0), ArrowRight: () => view.step(0.1, 0),
    ArrowUp: () => view.step(0, -0.1), ArrowDown: () => view.step(0, 0.1),
  };
  element.addEventListener("keydown", (event) => {
    const action = event.ctrlKey || event.metaKey || event.altKey ? null : keys[event.key];
    // With the whole image in view there is nowhere to move: arrows then scroll the page as usual.
    if (!action || (event.key.startsWith("Arrow") && view.state.zoom === 1)) return;
    event.preventDefault();
    action();
  });
}
