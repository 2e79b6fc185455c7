// Crops of people in a grid: part of an image, the ground truth white and dashed, what was found in colour, and a line
// from each wrong keypoint to its place. Prop `value` {keypoints, limbs, images, cards}; triggers `select` with {card} when
// a card's button is pressed. A press on an image makes it large. Text is set with textContent only.

function mountCards(element, props, watch, trigger) {
  const grid = element.querySelector(".cards");
  const make = (name, attributes, ...children) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, content] of Object.entries(attributes)) made.setAttribute(key, content);
    made.append(...children);
    return made;
  };
  const tell = (name, text, parent, kind = "") => {
    const made = document.createElement(name);
    made.textContent = text;
    if (kind) made.className = kind;
    parent.append(made);
    return made;
  };

  function drawPerson(person, value, unit) {
    const group = make("g", { class: `card-person ${person.role}`, style: `--colour: ${person.colour}` });
    for (const kind of ["card-casing", "card-limb"]) {
      for (const [a, b] of value.limbs) {
        const [one, other] = [person.keypoints[a], person.keypoints[b]];
        if (!one || !other) continue;
        group.append(make("line", { class: kind, x1: one[0], y1: one[1], x2: other[0], y2: other[1] }));
      }
    }
    person.keypoints.forEach((keypoint, k) => {
      if (!keypoint) return;
      const title = make("title", {});
      title.textContent = `${value.keypoints[k]}, ${person.role === "ground_truth" ? "where it is" : "as found"}`;
      const radius = (person.role === "ground_truth" ? 0.7 : 1) * unit;
      group.append(make("circle", { class: "card-keypoint", cx: keypoint[0], cy: keypoint[1], r: radius }, title));
    });
    return group;
  }

  function drawCard(card, value, index) {
    const made = document.createElement("article");
    made.className = "card";
    const [x, y, width, height] = card.view;
    const unit = Math.max(width, height) / 75;
    const label = [card.title, ...card.lines].join(". ");
    const svg = make("svg", { viewBox: card.view.join(" "), role: "img", "aria-label": label });
    const image = value.images[card.image];
    if (image) {
      const [left, top, across, down] = image.place;
      const place = { x: left, y: top, width: across, height: down };
      svg.append(make("image", { href: image.src, ...place, preserveAspectRatio: "none" }));
    } else {
      svg.append(make("rect", { class: "card-nothing", x, y, width, height }));
    }
    for (const person of card.people) svg.append(drawPerson(person, value, unit));
    for (const [x1, y1, x2, y2] of card.marks) {
      svg.append(make("line", { class: "card-way", x1, y1, x2, y2 }));
      svg.append(make("circle", { class: "card-ring", cx: x1, cy: y1, r: 2.2 * unit }));
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "card-image";
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => {
      const large = made.classList.toggle("large");
      button.setAttribute("aria-expanded", String(large));
    });
    button.append(svg);
    made.append(button);
    const words = document.createElement("div");
    words.className = "card-words";
    tell("strong", card.title, words);
    for (const line of card.lines) tell("span", line, words);
    if (card.verdict) tell("em", card.verdict, words, card.good ? "good" : "bad");
    if (card.button) {
      const pressed = () => trigger("select", { card: index });
      tell("button", card.button, words, "card-button").addEventListener("click", pressed);
    }
    made.append(words);
    return made;
  }

  function render() {
    const value = props.value;
    grid.replaceChildren(...(value ? value.cards.map((card, index) => drawCard(card, value, index)) : []));
    if (value && !value.cards.length) tell("p", value.note, grid, "pv-hint");
    for (const button of grid.querySelectorAll(".card-button")) button.type = "button";
  }
  watch("value", render);
  render();
}
