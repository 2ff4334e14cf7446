// Draws a chart above every table that asks for one; what it shows is read from the table, which stays.

import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const ROW = 34;
const dark = matchMedia("(prefers-color-scheme: dark)");

/** @param {string} name a custom property of the desk */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** @param {HTMLTableElement} table */
function read(table) {
  const heads = [...(table.tHead?.rows[0].cells ?? [])].map((cell) => cell.textContent?.trim() ?? "");
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent?.trim() ?? ""));
  return { heads, names: rows.map(([name]) => name), columns: heads.slice(1).map((_, at) => rows.map((row) => numberOf(row[at + 1]))) };
}

/** @param {string} text a hidden number is no number, not nought */
const numberOf = (text) => (/^\d/.test(text) ? Number(text.replace(/\D/g, "")) : null);

/**
 * Levels over time: a row is a line, a column a day. Lines that share a level lie a little apart.
 * @param {HTMLTableElement} table
 */
function levels(table) {
  const { heads } = read(table);
  const steps = (table.dataset.levels ?? "").split("|");
  // What was never asked draws no line and needs no name.
  const rows = [...table.tBodies[0].rows].filter((row) => row.querySelector("[data-level]"));
  const apart = (/** @type {number} */ at) => (at - (rows.length - 1) / 2) * 0.07;
  const ink = colour("--ink");
  const line = { lineStyle: { color: colour("--line") } };
  return {
    animation: false,
    color: ["--nila", "--high", "--low", "--mid", "--soft"].map(colour),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 14 },
    grid: { left: 8, right: 24, top: 72, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: ink, fontSize: 14 } },
    xAxis: { type: "category", data: heads.slice(1), axisTick: { show: false }, axisLabel: { color: ink, fontSize: 14 }, axisLine: line },
    yAxis: { type: "value", min: 0.5, max: steps.length + 0.5, interval: 0.5, axisLabel: { color: ink, fontSize: 14, formatter: (/** @type {number} */ at) => steps[at - 1] ?? "" }, splitLine: { show: false } },
    series: rows.map((row, at) => ({
      name: row.cells[0].textContent?.trim(),
      type: "line",
      connectNulls: true,
      symbolSize: 9,
      symbol: ["circle", "rect", "triangle", "diamond", "pin"][at % 5],
      data: [...row.cells].slice(1).map((cell) => (cell.dataset.level ? Number(cell.dataset.level) + apart(at) : null)),
    })),
  };
}

/** @param {HTMLTableElement} table */
function options(table) {
  if (table.dataset.chart === "levels") return levels(table);
  const { heads, names, columns } = read(table);
  const lines = table.dataset.chart === "line";
  const ink = colour("--ink");
  const strokes = ["--nila", "--high", "--low", "--mid"].map(colour);
  const shown = lines ? columns : columns.slice(0, 1);
  const words = { type: "category", data: names, axisTick: { show: false }, axisLabel: { color: ink, fontSize: 14 }, axisLine: { lineStyle: { color: colour("--line") } } };
  const numbers = { type: "value", minInterval: 1, axisLabel: { color: ink, fontSize: 14 }, splitLine: { lineStyle: { color: colour("--line") } } };
  return {
    animation: false,
    color: strokes,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 14 },
    grid: { left: 8, right: 24, top: lines ? 40 : 8, bottom: 8, containLabel: true },
    legend: lines ? { top: 0, left: 0, textStyle: { color: ink, fontSize: 14 } } : undefined,
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: lines ? words : numbers,
    yAxis: lines ? numbers : { ...words, inverse: true },
    series: shown.map((data, at) => ({
      name: heads[at + 1],
      type: lines ? "line" : "bar",
      data,
      symbolSize: 7,
      symbol: ["circle", "rect", "triangle", "diamond"][at % 4],
      barMaxWidth: 20,
      label: lines ? undefined : { show: true, position: "right", color: ink, fontSize: 14 },
    })),
  };
}

/** @param {HTMLTableElement} table */
function draw(table) {
  const place = document.createElement("div");
  place.className = "chart";
  place.setAttribute("aria-hidden", "true");
  (table.closest(".scroll") ?? table).before(place);
  const height = table.dataset.chart !== "bar" ? 280 : Math.max(96, table.tBodies[0].rows.length * ROW + 40);
  const chart = init(place, null, { renderer: "svg", width: place.clientWidth, height });
  const again = () => chart.setOption(options(table), true);
  again();
  dark.addEventListener("change", again);
  new ResizeObserver(() => chart.resize({ width: place.clientWidth, height })).observe(place);
}

for (const table of document.querySelectorAll("table[data-chart]")) draw(/** @type {HTMLTableElement} */ (table));
