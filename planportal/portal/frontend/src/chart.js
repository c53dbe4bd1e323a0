// Pages of one target: the drawing that answers to pointer and keys, and what supposed figures would lead to.

import { TrajectoryChart } from "./trajectory-chart.js";
import { WhatIf } from "./what-if.js";

document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-chart]");
  const chart = box ? new TrajectoryChart(box) : null;
  for (const section of document.querySelectorAll("[data-what-if]")) new WhatIf(section, chart);
});
