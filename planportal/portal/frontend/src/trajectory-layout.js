// Where the parts of a trajectory stand, in pixels: the plot, its years and values, and labels that cover nothing.

const LABEL_GAP = 11;
const LABEL_DROP = 18;
const LABEL_ROOM = LABEL_DROP + LABEL_GAP;
const STEEP = 0.4;
const NARROW_BELOW = 560;
// Pixels of the words in a drawing, by whether it is narrow.
const REGULAR_SIZE = { false: 13, true: 12 };
const LARGE_SIZE = { false: 17, true: 14 };
const TOP = 40;
const BOTTOM = 30;

const brush = document.createElement("canvas").getContext("2d");

function textWidth(text, font) {
  brush.font = font;
  return brush.measureText(text).width;
}

const pairs = (points) => points.slice(1).map((point, index) => [points[index], point]);
const last = (points) => points[points.length - 1];

export class Layout {
  constructor(data, width, height, fontFamily, isLarge = false) {
    this.data = data;
    this.isNarrow = width < NARROW_BELOW;
    this.fontSize = isLarge ? LARGE_SIZE[this.isNarrow] : REGULAR_SIZE[this.isNarrow];
    this.font = `${this.fontSize}px ${fontFamily}`;
    this.strongFont = `bold ${this.font}`;
    this.lineHeight = this.fontSize + 5;
    this.years = data.years.map(({ year }) => year);
    this.least = Number(data.ticks[0].place);
    this.most = Number(last(data.ticks).place);
    const ends = this.endTexts().map(({ text }) => textWidth(text, this.strongFont));
    const names = data.ticks.map(({ label }) => textWidth(label, this.font));
    this.left = Math.ceil(Math.max(...names)) + 12;
    this.right = width - Math.ceil(Math.max(24, ...ends)) - LABEL_GAP - 4;
    this.top = TOP;
    this.bottom = height - BOTTOM;
  }

  x(year) {
    const first = this.years[0];
    return this.left + ((this.right - this.left) * (year - first)) / (last(this.years) - first);
  }

  y(place) {
    return this.bottom - ((this.bottom - this.top) * (place - this.least)) / (this.most - this.least);
  }

  at(point) {
    return [this.x(point.year), this.y(Number(point.place))];
  }

  /** The index of the year that is nearest to a place. */
  nearest(x) {
    const step = (this.right - this.left) / (this.years.length - 1);
    return Math.min(Math.max(Math.round((x - this.left) / step), 0), this.years.length - 1);
  }

  endTexts() {
    const { target, forecast, actual, hypothetical, others, words } = this.data;
    const end = last(this.years);
    const found = [];
    const add = (kind, text, point) => found.push({ kind, text, point });
    if (target) add("target", `${words.target} ${target.label}`, target);
    if (actual.length && last(actual).year === end) add("actual", `${words.actual} ${last(actual).label}`, last(actual));
    if (forecast) {
      add("forecast", `${words.forecast} ${forecast.value.label}`, forecast.value);
      if (forecast.worst) add("worst", `${words.worst} ${forecast.worst.label}`, forecast.worst);
      if (forecast.best) add("best", `${words.best} ${forecast.best.label}`, forecast.best);
    }
    if (hypothetical.length) {
      add("hypothetical", `${words.hypothetical} ${last(hypothetical).label}`, last(hypothetical));
    }
    for (const { name, points } of others) if (last(points).year === end) add("other", name, last(points));
    return found;
  }

  /** Every text with its place: {kind, text, x, y, align}; y is the middle of the line. */
  labels() {
    const texts = [...this.endLabels(), ...this.valueLabels(), ...this.lineNames()];
    if (this.data.scheduled.length > 1) texts.push(this.scheduledLabel());
    if (this.data.forecast?.worst) texts.push(this.rangeLabel());
    return texts;
  }

  /** In the margin, moved apart so that none covers another. */
  endLabels() {
    const ends = this.endTexts()
      .map((end) => ({ ...end, y: this.at(end.point)[1] }))
      .sort((one, other) => one.y - other.y);
    for (let index = 1; index < ends.length; index += 1) {
      ends[index].y = Math.max(ends[index].y, ends[index - 1].y + this.lineHeight);
    }
    let floor = this.bottom;
    for (const end of ends.reverse()) {
      end.y = Math.min(end.y, floor);
      floor = end.y - this.lineHeight;
    }
    return ends.map(({ kind, text, y }) => ({ kind, text, x: this.right + LABEL_GAP, y, align: "left" }));
  }

  /** Figures at their dots, above or below, where no other line runs; a narrow drawing has room for the first only. */
  valueLabels() {
    const { actual, words } = this.data;
    const before = actual.slice(0, -1);
    const shown = this.isNarrow ? before.slice(0, 1) : before;
    const labels = shown.map((point, index) => this.atDot("value", point.label, index));
    if (actual.length && last(actual).year !== last(this.years)) {
      labels.push(this.atDot("actual", `${words.actual} ${last(actual).label}`, actual.length - 1));
    }
    return labels;
  }

  atDot(kind, text, index) {
    const { actual } = this.data;
    const [x, y] = this.at(actual[index]);
    const ring = actual[index].revised ? 5 : 0;
    const below = this.goesBelow(index);
    const align = this.sideOfDot(index, below);
    return { kind, text, x, y: below ? y + LABEL_DROP - 2 + ring : y - LABEL_GAP - 4 - ring, align };
  }

  /** Beside the dot where the line would run through the label. */
  sideOfDot(index, below) {
    const { actual } = this.data;
    if (index === 0) return "left";
    if (index < actual.length - 1) return this.clearOf(actual[index], actual[index + 1], below);
    const cameUp = Number(actual[index].place) >= Number(actual[index - 1].place);
    return cameUp !== below ? "right" : "left";
  }

  goesBelow(index) {
    const { actual, scheduled, others } = this.data; // supposed values have years of their own
    const [, y] = this.at(actual[index]);
    const lines = [scheduled, ...others.map(({ points }) => points)]
      .flat()
      .filter(({ year }) => year === actual[index].year)
      .map((point) => this.at(point)[1]);
    const rises = index === 0 && scheduled.length > 1 && Number(scheduled[1].place) > Number(scheduled[0].place);
    const above = rises || lines.some((line) => line < y && y - line < LABEL_ROOM);
    const under = y + LABEL_DROP > this.bottom || lines.some((line) => line > y && line - y < LABEL_ROOM);
    return above === under ? this.isValley(index) && y + LABEL_DROP < this.bottom : above;
  }

  isValley(index) {
    const [before, here, after] = [-1, 0, 1].map((step) => {
      return Number((this.data.actual[index + step] ?? this.data.actual[index]).place);
    });
    return here <= before && here <= after && (here < before || here < after);
  }

  clearOf(from, to, below) {
    const [[fromX, fromY], [toX, toY]] = [this.at(from), this.at(to)];
    const climb = fromY - toY;
    if (Math.abs(climb) <= STEEP * (toX - fromX)) return "center";
    return climb > 0 !== below ? "right" : "left";
  }

  /** Other lines that stop before the last year are named where they stop. */
  lineNames() {
    return this.data.others
      .filter(({ points }) => last(points).year !== last(this.years))
      .map(({ name, points }) => {
        const [x, y] = this.at(last(points));
        return { kind: "other", text: name, x: x + LABEL_GAP, y, align: "left" };
      });
  }

  /** On the stretch of the scheduled path that is farthest from the actual line, on the side away from it. */
  scheduledLabel() {
    const actual = new Map(this.data.actual.map((point) => [point.year, this.at(point)[1]]));
    const centre = (this.years[0] + last(this.years)) / 2;
    const stretches = pairs(this.data.scheduled).map(([from, to]) => {
      const [[fromX, fromY], [toX, toY]] = [this.at(from), this.at(to)];
      const [x, y] = [(fromX + toX) / 2, (fromY + toY) / 2];
      const known = actual.has(from.year) && actual.has(to.year);
      const lead = known ? y - (actual.get(from.year) + actual.get(to.year)) / 2 : 0;
      return { from, to, x, y, lead, off: Math.abs((from.year + to.year) / 2 - centre) };
    });
    stretches.sort((one, other) => Math.abs(other.lead) - Math.abs(one.lead) || one.off - other.off);
    const { from, to, x, y, lead } = stretches[0];
    const below = lead > 0 && y + LABEL_ROOM < this.bottom;
    const align = this.clearOf(from, to, below);
    return { kind: "scheduled", text: this.data.words.scheduled, x, y: below ? y + 14 : y - 14, align };
  }

  /** At the end of the range of scenarios: over it where it rises, under it where it falls and there is room. */
  rangeLabel() {
    const { value, worst, best } = this.data.forecast;
    const [high, low] = [this.at(best)[1], this.at(worst)[1]].sort((one, other) => one - other);
    const falls = this.at(value)[1] > this.at(last(this.data.actual))[1];
    const y = falls && low + LABEL_DROP < this.bottom ? low + LABEL_DROP - 4 : high - LABEL_GAP - 2;
    return { kind: "range", text: this.data.words.range, x: this.right - 4, y, align: "right" };
  }
}
