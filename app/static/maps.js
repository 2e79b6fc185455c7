// Maps of a method's intermediate outputs as images with a colour bar. A layer of maps is {name, meaning, note, marks,
// maps: {channels, maps: [{at, shape, values, name}]}}: DrawnLayer of viewer.schema.json. Values are bytes, 255 for 1.

// Inferno (Smith and van der Walt, 2015): even steps for the eye, told apart by colour-blind visitors too.
const INFERNO = ["#000004", "#1b0c41", "#4a0c6b", "#781c6d", "#a52c60", "#cf4446", "#ed6925", "#fb9b06", "#f7d13d", "#fcffa4"];
const ALL = -1; // instead of a channel: the highest of all
const CLEAR = 0.9; // of the highest value of all layers: a layer that reaches it is as good to look at
const FAINTEST = 3; // of 255: lower values are not told under the pointer

const isMap = (layer) => Boolean(layer.maps);

// Red, green, blue of each of the 256 values.
const MAP_COLOURS = Array.from({ length: 256 }, (_, value) => {
  const place = (value / 255) * (INFERNO.length - 1);
  const low = Math.min(Math.floor(place), INFERNO.length - 2);
  const part = (colour, channel) => parseInt(colour.slice(1 + 2 * channel, 3 + 2 * channel), 16);
  return [0, 1, 2].map((channel) => {
    const [from, to] = [part(INFERNO[low], channel), part(INFERNO[low + 1], channel)];
    return Math.round(from + (place - low) * (to - from));
  });
});

const unpacked = new WeakMap(); // map -> its bytes

function bytesOf(map) {
  if (!unpacked.has(map)) unpacked.set(map, Uint8Array.from(atob(map.values), (letter) => letter.charCodeAt(0)));
  return unpacked.get(map);
}

// The bytes [h * w] of one channel, or of each cell the highest of all.
function channelOf(map, channel) {
  const [channels, rows, columns] = map.shape;
  const [bytes, size] = [bytesOf(map), rows * columns];
  if (channel !== ALL) return bytes.subarray(channel * size, (channel + 1) * size);
  const highest = new Uint8Array(size);
  for (let place = 0; place < channels * size; place += 1) {
    highest[place % size] = Math.max(highest[place % size], bytes[place]);
  }
  return highest;
}

function paintMap(map, channel) {
  const [, rows, columns] = map.shape;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [columns, rows];
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(columns, rows);
  channelOf(map, channel).forEach((value, place) => pixels.data.set([...MAP_COLOURS[value], 255], 4 * place));
  context.putImageData(pixels, 0, 0);
  return canvas.toDataURL();
}

// The first layer in which there is about as much to be seen as in any.
function firstToSee(layers) {
  const peaks = layers.map(({ maps: { maps } }) => Math.max(0, ...maps.map((map) => bytesOf(map).reduce((a, b) => Math.max(a, b), 0))));
  return layers[peaks.findIndex((peak) => peak >= CLEAR * Math.max(...peaks))];
}

// The maps that are shown, as SVG images with sharp cells: no more was known between two of them.
function drawMaps(layer, { channel, person }) {
  return layer.maps.maps.filter(({ name }) => !person || name === person).map((map) => {
    const [x1, y1, x2, y2] = map.at;
    const place = { x: x1, y: y1, width: x2 - x1, height: y2 - y1 };
    return svgElement("image", { class: "pv-map", preserveAspectRatio: "none", href: paintMap(map, channel), ...place });
  });
}

// What a layer's maps say at a point of the image, in lines: the channel, its value, whose map it is; null where nothing.
function describeMaps(layer, { channel, person }, { x, y }) {
  let best = { value: FAINTEST - 1 };
  for (const map of layer.maps.maps) {
    const [x1, y1, x2, y2] = map.at;
    if ((person && map.name !== person) || x < x1 || x >= x2 || y < y1 || y >= y2) continue;
    const [channels, rows, columns] = map.shape;
    const cell = Math.floor(((y - y1) / (y2 - y1)) * rows) * columns + Math.floor(((x - x1) / (x2 - x1)) * columns);
    for (let each = channel === ALL ? 0 : channel; each < (channel === ALL ? channels : channel + 1); each += 1) {
      const value = bytesOf(map)[each * rows * columns + cell];
      if (value > best.value) best = { value, channel: each, name: map.name };
    }
  }
  if (best.channel === undefined) return null;
  return [layer.maps.channels[best.channel], `${(best.value / 255).toFixed(2)} on the map`, best.name].filter(Boolean);
}

// The choice of what is shown of a panel's maps, and the colour bar; onChange is called after each choice.
function makeMapControls(panelName, onChange) {
  const bar = document.createElement("div");
  bar.className = "pv-map-bar";
  const select = (label) => {
    const element = document.createElement("select");
    element.setAttribute("aria-label", `${label}: ${panelName}`);
    element.addEventListener("change", () => onChange());
    const holder = document.createElement("label");
    holder.textContent = `${label} `;
    holder.append(element);
    bar.append(holder);
    return element;
  };
  const [layers, people, channels] = ["Map", "Person", "Channel"].map(select);
  const scale = document.createElement("span");
  scale.className = "pv-scale";
  scale.setAttribute("role", "img");
  scale.setAttribute("aria-label", "Colours from 0, black, to 1, light yellow");
  scale.append(document.createElement("span"));
  scale.style.setProperty("--colours", INFERNO.join(", "));
  bar.append(scale);

  // The choice stays where the new list has it.
  function offer(element, options) {
    const before = element.value;
    element.replaceChildren(...options.map(([value, text]) => Object.assign(document.createElement("option"), { value, textContent: text })));
    if (options.some(([value]) => String(value) === before)) element.value = before;
    element.parentElement.hidden = options.length < 2;
  }

  return {
    bar,
    // layers of maps that may be shown; one is at a time. Gives it with the choice: {layer, channel, person}, or null.
    shown(offered) {
      bar.hidden = offered.length === 0;
      if (bar.hidden) return null;
      const before = layers.value;
      offer(layers, offered.map(({ name }) => [name, name]));
      if (layers.value !== before) layers.value = firstToSee(offered).name;
      const layer = offered.find(({ name }) => name === layers.value);
      const names = layer.maps.maps.map(({ name }) => name).filter(Boolean);
      offer(people, names.length ? [["", "everybody"], ...names.map((name) => [name, name])] : []);
      const each = layer.maps.channels.map((name, index) => [index, name]);
      offer(channels, each.length > 1 ? [[ALL, "all, the highest"], ...each] : each);
      return { layer, channel: Number(channels.value), person: people.value };
    },
  };
}
