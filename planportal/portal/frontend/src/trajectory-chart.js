// The trajectory that answers to pointer and keys, in the place of the server's drawing once it is drawn itself.

import { init, use } from "echarts/core";
import { CustomChart, LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

import { Layout } from "./trajectory-layout.js";
import { colours, option } from "./trajectory-option.js";

use([LineChart, CustomChart, GridComponent, SVGRenderer]);

const TIP_GAP = 14;

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

export class TrajectoryChart {
  constructor(box) {
    this.box = box;
    this.figure = box.closest("figure");
    this.said = this.figure.querySelector("[data-chart-said]");
    this.pointer = box.querySelector("[data-chart-pointer]");
    this.tip = box.querySelector("[data-chart-tip]");
    this.data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    this.shown = null;
    this.canvas = null;
    this.draw();
    this.listen();
  }

  /** Draws other data, such as those with supposed figures. */
  show(data) {
    this.data = data;
    this.figure.querySelector("[data-chart-hypothesis]").hidden = !data.hypothetical.length;
    const axis = this.figure.querySelector("[data-chart-axis]");
    axis.hidden = !data.axis;
    axis.textContent = data.axis;
    this.figure.querySelector("[data-chart-description]").textContent = data.description;
    this.draw();
    if (this.shown !== null) this.point(this.shown);
  }

  /** Where nothing is known, there is nothing to draw before figures are supposed; the page says so instead. */
  draw() {
    const isDrawn = this.data.ticks.length > 0;
    this.figure.querySelector("[data-chart-drawn]").hidden = !isDrawn;
    const empty = this.figure.querySelector("[data-chart-empty]");
    if (empty) empty.hidden = isDrawn;
    if (!isDrawn) return;
    this.canvas ??= this.begin();
    const { fontFamily } = getComputedStyle(this.box);
    const isLarge = document.documentElement.dataset.text === "large";
    this.layout = new Layout(this.data, this.box.clientWidth, this.box.clientHeight, fontFamily, isLarge);
    this.canvas.clear(); // or shapes of the last drawing would lend their places to this one's
    this.canvas.setOption(option(this.layout, colours(this.box), fontFamily));
  }

  begin() {
    const canvas = init(this.box.querySelector("[data-chart-canvas]"), null, { renderer: "svg" });
    canvas.on("finished", () => this.figure.classList.add("chart--live"));
    return canvas;
  }

  listen() {
    const redraw = () => this.draw();
    new ResizeObserver(() => {
      if (!this.box.clientWidth) return; // not shown
      this.canvas.resize();
      this.draw();
      this.leave();
    }).observe(this.box);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    for (const kind of ["pointermove", "pointerdown"]) this.box.addEventListener(kind, (event) => this.hover(event));
    this.box.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "touch") this.leave(); // a finger that is lifted has pointed, not left
    });
    document.addEventListener("pointerdown", (event) => {
      if (!this.box.contains(event.target)) this.leave();
    });
    this.box.addEventListener("keydown", (event) => this.press(event));
    this.box.addEventListener("blur", () => this.leave());
  }

  hover(event) {
    this.point(this.layout.nearest(event.clientX - this.box.getBoundingClientRect().left));
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === "Escape") {
      this.box.blur();
      return;
    }
    const end = this.data.years.length - 1;
    const next = {
      ArrowRight: Math.min((this.shown ?? -1) + 1, end),
      ArrowLeft: Math.max((this.shown ?? end + 1) - 1, 0),
      Home: 0,
      End: end,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.point(next);
    this.said.textContent = this.sentence(next);
  }

  /** Shows a year with the texts that the server wrote for it. */
  point(index) {
    this.shown = index;
    const { year, said, tags, source } = this.data.years[index];
    const values = element("dl", "chart__values");
    for (const [word, value] of said) values.append(element("dt", "", word), element("dd", "", value));
    const parts = [element("strong", "chart__year", String(year)), values];
    if (tags.length) parts.push(element("p", "chart__note", tags.join("、")));
    if (source) parts.push(element("p", "chart__note", source));
    this.tip.replaceChildren(...parts);
    this.tip.hidden = this.pointer.hidden = false;
    this.place(year);
  }

  place(year) {
    const { layout, box, pointer, tip } = this;
    const x = layout.x(year);
    pointer.style.left = `${x}px`;
    pointer.style.top = `${layout.top}px`;
    pointer.style.height = `${layout.bottom - layout.top}px`;
    const fits = x + TIP_GAP + tip.offsetWidth <= box.clientWidth;
    const left = fits ? x + TIP_GAP : x - TIP_GAP - tip.offsetWidth;
    tip.style.left = `${Math.max(0, Math.min(left, box.clientWidth - tip.offsetWidth))}px`;
    tip.style.top = `${layout.top}px`;
  }

  sentence(index) {
    const { year, said, tags, source } = this.data.years[index];
    const values = said.map(([word, value]) => `${word} ${value}`).join("，");
    return [`${year}：${values}`, tags.join("、"), source].filter(Boolean).join("；");
  }

  leave() {
    this.shown = null;
    this.tip.hidden = this.pointer.hidden = true;
    this.said.textContent = "";
  }
}
