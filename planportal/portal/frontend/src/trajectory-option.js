// From a page's data and a layout to what ECharts draws: lines by its line chart; range, dots and words as shapes.

const DASHES = { scheduled: [6, 4], forecast: [1, 5], gap: [2, 5], hypothetical: [2, 4] };
const BEHIND = 1;
const LINES = 2;
const FRONT = 5;

/** The theme's colours, read anew for every drawing. */
export function colours(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    paper: read("paper"),
    ink: read("ink"),
    soft: read("ink-soft"),
    line: read("line"),
    edge: read("edge"),
    accent: read("accent"),
    wedge: read("wedge"),
    orange: read("orange"),
  };
}

export function option(layout, colour, fontFamily) {
  const { data } = layout;
  return {
    animation: false,
    textStyle: { fontFamily },
    grid: {
      left: layout.left,
      top: layout.top,
      width: layout.right - layout.left,
      height: layout.bottom - layout.top,
      outerBoundsMode: "none",
    },
    xAxis: {
      type: "category",
      boundaryGap: false,
      data: layout.years.map(String),
      axisLine: { show: layout.least <= 0 && layout.most >= 0, lineStyle: { color: colour.edge } },
      axisTick: { show: false },
      axisLabel: { interval: 0, color: colour.soft, fontSize: layout.fontSize, margin: 10 },
    },
    yAxis: {
      type: "value",
      min: layout.least,
      max: layout.most,
      interval: Number(data.ticks[1].place) - layout.least,
      axisLine: { show: false },
      splitLine: { lineStyle: { color: colour.line } },
      axisLabel: { color: colour.soft, fontSize: layout.fontSize, margin: 8, formatter: tickText(data.ticks) },
    },
    series: [
      shapes(BEHIND, () => range(layout, colour)),
      ...data.others.flatMap(({ points }) => [
        ...gaps(points).map((ends) => span(layout, ends, colour.edge, 1.25, DASHES.gap)),
        line(layout, points, colour.edge, 1.25),
      ]),
      line(layout, data.scheduled, colour.soft, 1.5, DASHES.scheduled),
      span(layout, forecastLine(data), colour.soft, 1.5, DASHES.forecast),
      ...gaps(data.actual).map((ends) => span(layout, ends, colour.accent, 1.5, DASHES.gap)),
      line(layout, data.actual, colour.accent, 2.5),
      line(layout, data.hypothetical, colour.orange, 2, DASHES.hypothetical),
      shapes(FRONT, () => [...dots(layout, colour), ...words(layout, colour)]),
    ],
  };
}

/** The label of the tick that a place belongs to; places of the axis may be off by what binary fractions lose. */
function tickText(ticks) {
  return (place) => {
    const distance = (tick) => Math.abs(Number(tick.place) - place);
    return ticks.reduce((one, other) => (distance(other) < distance(one) ? other : one)).label;
  };
}

/** Through the points of neighbouring years; a year that is missing breaks it. */
function line(layout, points, colour, width, dash = "solid") {
  const places = new Map(points.map(({ year, place }) => [year, Number(place)]));
  return {
    type: "line",
    z: LINES,
    silent: true,
    showSymbol: false,
    lineStyle: { color: colour, width, type: dash, cap: "round", join: "round" },
    data: layout.years.map((year) => places.get(year) ?? null),
  };
}

/** From one point straight to another, over the years between them that have none. */
function span(layout, ends, colour, width, dash) {
  return { ...line(layout, ends, colour, width, dash), connectNulls: true };
}

function forecastLine({ forecast, actual }) {
  return forecast && actual.length ? [actual[actual.length - 1], forecast.value] : [];
}

function gaps(points) {
  return points
    .slice(1)
    .map((point, index) => [points[index], point])
    .filter(([before, after]) => after.year - before.year > 1);
}

function shapes(z, children) {
  return {
    type: "custom",
    z,
    silent: true,
    clip: false,
    data: [[0, 0]],
    encode: { x: 0, y: -1 },
    renderItem: () => ({ type: "group", children: children() }),
  };
}

function range(layout, colour) {
  const { forecast, actual } = layout.data;
  if (!forecast?.worst || !actual.length) return [];
  const points = [actual[actual.length - 1], forecast.best, forecast.worst].map((point) => layout.at(point));
  return [{ type: "polygon", shape: { points }, style: { fill: colour.wedge } }];
}

function circle([cx, cy], r, style) {
  return { type: "circle", shape: { cx, cy, r }, style };
}

function dots(layout, colour) {
  const { actual, target, hypothetical } = layout.data;
  const drawn = [];
  if (target) drawn.push(circle(layout.at(target), 5, { fill: colour.ink }));
  for (const point of actual) {
    const fill = point.provisional ? colour.paper : colour.accent;
    drawn.push(circle(layout.at(point), 3.5, { fill, stroke: colour.accent, lineWidth: 2 }));
    if (point.revised) drawn.push(circle(layout.at(point), 8, { fill: "none", stroke: colour.accent, lineWidth: 1.25 }));
  }
  for (const point of hypothetical.filter(({ supposed }) => supposed)) {
    drawn.push(circle(layout.at(point), 3.5, { fill: colour.paper, stroke: colour.orange, lineWidth: 2 }));
  }
  return drawn;
}

function words(layout, colour) {
  const strong = { actual: colour.accent, target: colour.ink, hypothetical: colour.orange };
  const unit = { kind: "unit", text: layout.data.unit, x: 0, y: 9, align: "left" };
  return [unit, ...layout.labels()].map(({ kind, text, x, y, align }) => ({
    type: "text",
    x,
    y,
    style: {
      text,
      align,
      verticalAlign: "middle",
      font: strong[kind] ? layout.strongFont : layout.font,
      fill: strong[kind] ?? (kind === "value" ? colour.ink : colour.soft),
      stroke: colour.paper,
      lineWidth: 4,
    },
  }));
}
