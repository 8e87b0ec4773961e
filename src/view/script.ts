/**
 * Script of the page: two maps that zoom and move together, and the pixel that was clicked. It finds
 * the run in the constant `run`.
 */
export const viewScript = `
const make = (tag, text, parent) => {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (parent) parent.append(element);
  return element;
};
const swatch = (colour, parent) => {
  const element = make("span", undefined, parent);
  element.className = "swatch";
  element.style.background = colour;
};
const classes = new Map(run.legend.map((one) => [one.id, one]));
const classCell = (id, parent) => {
  const found = classes.get(id);
  if (found) swatch(found.colour, parent);
  parent.append(found ? found.name : "no data");
};
for (const { id } of run.legend) {
  classCell(id, make("span", undefined, document.querySelector(".legend")));
}

const view = { x: 0, y: 0, scale: 0 };
let selected = null;
const images = new Map();
const imageOf = (model, layer) => {
  const address = "map?model=" + encodeURIComponent(model) + "&layer=" + encodeURIComponent(layer);
  if (!images.has(address)) {
    const image = new Image();
    image.onload = draw;
    image.src = address;
    images.set(address, image);
  }
  return images.get(address);
};

const panels = [...document.querySelectorAll(".panel")].map((figure) => {
  const [model, layer] = figure.querySelectorAll("select");
  return { model, layer, meaning: figure.querySelector(".meaning"), canvas: figure.querySelector("canvas") };
});
const seriesOf = (panel) => run.series.find(({ model }) => model === panel.model.value);
const offerLayers = (panel) => {
  const wanted = panel.layer.value;
  const { years, others, meaning } = seriesOf(panel);
  panel.layer.replaceChildren();
  for (const name of [...years.map(String), ...others]) make("option", name, panel.layer);
  if ([...panel.layer.options].some(({ value }) => value === wanted)) panel.layer.value = wanted;
  panel.meaning.textContent = meaning;
};

const draw = () => {
  for (const { model, layer, canvas } of panels) {
    const ratio = devicePixelRatio;
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    const context = canvas.getContext("2d");
    context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y);
    context.imageSmoothingEnabled = view.scale * run.thinning < 1;
    const image = imageOf(model.value, layer.value);
    if (image.complete && image.naturalWidth) {
      const step = run.thinning;
      context.drawImage(image, 0, 0, image.naturalWidth * step, image.naturalHeight * step);
    }
    context.lineWidth = 1 / view.scale;
    context.strokeStyle = "#9aa1a8";
    context.strokeRect(0, 0, run.width, run.height);
    if (selected) {
      const side = Math.max(1, 9 / view.scale);
      context.lineWidth = 2 / view.scale;
      context.strokeStyle = "#e6007e";
      context.strokeRect(selected.column + 0.5 - side / 2, selected.row + 0.5 - side / 2, side, side);
    }
  }
};
const fit = () => {
  const { clientWidth, clientHeight } = panels[0].canvas;
  view.scale = Math.min(clientWidth / run.width, clientHeight / run.height);
  view.x = (clientWidth - run.width * view.scale) / 2;
  view.y = (clientHeight - run.height * view.scale) / 2;
  draw();
};

const remember = () => {
  const parts = panels.flatMap(({ model, layer }) => [model.value, layer.value]);
  if (selected) parts.push(selected.row, selected.column);
  history.replaceState(null, "", "#" + parts.map(encodeURIComponent).join("/"));
};
const step = (direction) => {
  for (const panel of panels) {
    const years = seriesOf(panel).years.map(String);
    const at = years.indexOf(panel.layer.value) + direction;
    if (at >= direction && years[at]) panel.layer.value = years[at];
  }
  remember();
  draw();
};

for (const panel of panels) {
  const { model, layer, canvas } = panel;
  for (const one of run.series) make("option", one.model, model);
  model.onchange = () => { offerLayers(panel); remember(); draw(); };
  layer.onchange = () => { remember(); draw(); };
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const scale = Math.min(64, Math.max(0.02, view.scale * Math.exp(-event.deltaY / 400)));
    view.x = event.offsetX - (event.offsetX - view.x) * (scale / view.scale);
    view.y = event.offsetY - (event.offsetY - view.y) * (scale / view.scale);
    view.scale = scale;
    draw();
  }, { passive: false });
  let moved = 0;
  canvas.onpointerdown = (event) => { moved = 0; canvas.setPointerCapture(event.pointerId); };
  canvas.onpointermove = (event) => {
    if (event.buttons !== 1) return;
    moved += Math.abs(event.movementX) + Math.abs(event.movementY);
    view.x += event.movementX;
    view.y += event.movementY;
    draw();
  };
  canvas.onpointerup = (event) => {
    if (moved > 4) return;
    const column = Math.floor((event.offsetX - view.x) / view.scale);
    const row = Math.floor((event.offsetY - view.y) / view.scale);
    if (column >= 0 && row >= 0 && column < run.width && row < run.height) select(row, column);
  };
  canvas.onkeydown = (event) => {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (direction) { event.preventDefault(); step(direction); }
  };
}
addEventListener("resize", draw);

const place = document.getElementById("pixel");
const select = async (row, column) => {
  selected = { row, column };
  remember();
  draw();
  const answer = await fetch("pixel?row=" + row + "&column=" + column);
  if (selected.row !== row || selected.column !== column) return;
  if (answer.ok) showPixel(await answer.json());
  else place.textContent = await answer.text();
};

const showPixel = (pixel) => {
  place.replaceChildren();
  const degrees = pixel.latitude.toFixed(5) + ", " + pixel.longitude.toFixed(5);
  make("h2", "Row " + pixel.row + ", column " + pixel.column + " (x " + pixel.x + ", y " + pixel.y + "; latitude, longitude " + degrees + ")", place);
  const columns = make("div", undefined, place);
  columns.className = "columns";
  if (pixel.series.length > 0) showSeries(pixel.series, make("div", undefined, columns));
  showProbabilities(pixel, make("div", undefined, columns));
  showClasses(pixel, make("div", undefined, columns));
};

const heading = (cells, table) => {
  const row = make("tr", undefined, make("thead", undefined, table));
  for (const cell of cells) make("th", cell, row);
};

const showClasses = ({ classes: mapped }, parent) => {
  make("h2", "Classes", parent);
  const table = make("table", undefined, parent);
  const years = [...new Set(run.series.flatMap((one) => one.years))].sort();
  heading(["series", ...years], table);
  const body = make("tbody", undefined, table);
  for (const one of run.series) {
    const row = make("tr", undefined, body);
    make("th", one.model, row).title = one.meaning;
    let before = null;
    for (const year of years) {
      const at = one.years.indexOf(year);
      const cell = make("td", undefined, row);
      if (at < 0) continue;
      const id = mapped[one.model][at];
      classCell(id, cell);
      if (before && id && id !== before) cell.className = "changed";
      before = id;
    }
  }
};

const showProbabilities = ({ probabilities }, parent) => {
  const model = panels.map((panel) => panel.model.value).find((name) => probabilities[name])
    ?? Object.keys(probabilities)[0];
  if (!model) return;
  make("h2", "Probabilities of " + model, parent);
  const table = make("table", undefined, parent);
  const { years } = run.series.find((one) => one.model === model);
  heading(["class", ...years], table);
  const body = make("tbody", undefined, table);
  run.legend.forEach(({ id }, k) => {
    const shares = probabilities[model].map((year) => year?.[k] ?? 0);
    if (Math.max(...shares) < 1) return;
    const row = make("tr", undefined, body);
    classCell(id, make("td", undefined, row));
    for (const share of shares) make("td", share + " %", row);
  });
};

const showSeries = (years, parent) => {
  make("h2", "NDVI (filled: observed, hollow: interpolated)", parent);
  const [width, height, left, top, bottom] = [560, 220, 34, 8, 22];
  const svg = (tag, attributes, into) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    into.append(element);
    return element;
  };
  const picture = svg("svg", { width, height, "font-size": 11, fill: "#5b636b" }, parent);
  const across = (n, day) => left + ((n + day / 366) / years.length) * (width - left);
  const up = (value) => top + (height - top - bottom) * (1 - (value + 0.2) / 1.2);
  for (const value of [0, 0.25, 0.5, 0.75, 1]) {
    svg("line", { x1: left, x2: width, y1: up(value), y2: up(value), stroke: "#e4e7ea" }, picture);
    svg("text", { x: 0, y: up(value) + 4 }, picture).textContent = value;
  }
  years.forEach(({ year, days, ndvi, observed }, n) => {
    svg("line", { x1: across(n, 0), x2: across(n, 0), y1: 0, y2: height - bottom, stroke: "#c9ced3" }, picture);
    svg("text", { x: across(n, 0) + 4, y: height - 6 }, picture).textContent = year;
    const points = days.flatMap((day, i) => ndvi[i] === null ? [] : [[across(n, day), up(ndvi[i]), observed[i]]]);
    svg("polyline", { points: points.map(([x, y]) => x + "," + y).join(" "), fill: "none", stroke: "#2b8a3e" }, picture);
    for (const [cx, cy, seen] of points) {
      svg("circle", { cx, cy, r: 2.8, stroke: "#2b8a3e", fill: seen ? "#2b8a3e" : "#fff" }, picture);
    }
  });
};

const kept = location.hash.slice(1).split("/").map(decodeURIComponent);
panels.forEach((panel, n) => {
  const [model, layer] = kept.slice(2 * n, 2 * n + 2);
  const first = run.series[Math.min(n, run.series.length - 1)].model;
  panel.model.value = run.series.some((one) => one.model === model) ? model : first;
  offerLayers(panel);
  const offered = [...panel.layer.options].map(({ value }) => value);
  const { years } = seriesOf(panel);
  panel.layer.value = offered.includes(layer) ? layer : String(years[years.length - 1]);
});
fit();
if (kept.length === 6) select(Number(kept[4]), Number(kept[5]));
else place.textContent = "Click a pixel to see its classes, probabilities and series.";
`;
