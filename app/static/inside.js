// The menu "Inside" of a panel: which layers of the method's intermediate outputs are drawn over its poses.

// wanted: a Set of the names of layers, kept up to date; onChange is called after each change by the visitor.
function makeInside(method, wanted, onChange) {
  const menu = document.createElement("details");
  menu.className = "pv-inside";
  menu.name = "pv-inside"; // one menu is open at a time
  const summary = document.createElement("summary");
  const list = document.createElement("div");
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", `Inside ${method}`);
  menu.append(summary, list);

  function count() {
    summary.textContent = wanted.size ? `Inside · ${wanted.size}` : "Inside";
    menu.classList.toggle("used", wanted.size > 0);
  }

  function item(layer) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = wanted.has(layer.name);
    box.dataset.layer = layer.name;
    box.addEventListener("change", () => {
      if (box.checked) wanted.add(layer.name);
      else wanted.delete(layer.name);
      count();
      onChange();
    });
    const lines = ["strong", "span", "em"].map((tag) => document.createElement(tag));
    [lines[0].textContent, lines[1].textContent] = [layer.name, layer.meaning];
    // Counted over the page, because several viewers have a menu for the same method.
    window.insideItems = (window.insideItems ?? 0) + 1;
    lines[1].id = `inside-item-${window.insideItems}`;
    box.setAttribute("aria-label", layer.name);
    box.setAttribute("aria-describedby", lines[1].id);
    label.append(box, ...lines);
    return label;
  }

  menu.addEventListener("keydown", (event) => {
    event.stopPropagation(); // keys that move the view are not meant here
    if (event.key !== "Escape") return;
    menu.open = false;
    summary.focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  count();

  return {
    menu,
    wants: (layer) => wanted.has(layer),
    // What the server said about each layer; the boxes stay as the visitor left them.
    fill(layers) {
      menu.hidden = layers.length === 0;
      const known = [...list.querySelectorAll("input")].map((box) => box.dataset.layer);
      if (known.join() !== layers.map(({ name }) => name).join()) list.replaceChildren(...layers.map(item));
      layers.forEach(({ note }, index) => { list.children[index].querySelector("em").textContent = note; });
    },
  };
}

// Whether the server has sent the layers that the menu asks for. An answer that was under way when the visitor ticked a
// box knows nothing of it.
function isAsWanted(layers, wanted) {
  return layers.every(({ name, marks }) => marks !== null || !wanted.has(name));
}
