// SPDX-License-Identifier: Apache-2.0
// The rows, drawn: only those that can be seen, and of these only what the view's time has.

const layout = { width: 0, height: 0, scale: 1 };

const canvases = {
  chart: document.querySelector("#chart canvas"),
  axis: document.querySelector("#axis canvas"),
  overview: document.querySelector("#overview canvas"),
};
const contexts = {
  chart: canvases.chart.getContext("2d", { alpha: false }),
  axis: canvases.axis.getContext("2d"),
  overview: canvases.overview.getContext("2d"),
};

function sizeCanvas(name, width, height) {
  const canvas = canvases[name];
  canvas.width = Math.round(width * layout.scale);
  canvas.height = Math.round(height * layout.scale);
  contexts[name].setTransform(layout.scale, 0, 0, layout.scale, 0, 0);
}

function resize() {
  const box = document.getElementById("chart").getBoundingClientRect();
  const scale = window.devicePixelRatio || 1;
  if (box.width === layout.width && box.height === layout.height && scale === layout.scale) return;
  const isOtherScale = scale !== layout.scale;
  Object.assign(layout, { width: Math.max(box.width, 50), height: box.height, scale });
  sizeCanvas("chart", layout.width, layout.height);
  sizeCanvas("axis", layout.width, 40);
  sizeCanvas("overview", layout.width, overviewHeight);
  if (isOtherScale) readColours();
  shown.theme = "";
  changed("rows", "time");
}

/** What was drawn in the last frame and can be pointed at: bars inside aggregated rows. */
const drawn = { lanes: new Map() };

function drawChart() {
  const context = contexts.chart;
  context.globalAlpha = 1;
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, layout.width, layout.height);
  context.font = "11px " + colours.font;
  context.lineWidth = 1;
  context.fillStyle = colours.line;
  for (const tick of clockTicks().at) context.fillRect(Math.round(xOf(tick)), 0, 1, layout.height);
  drawUnseen(context);
  drawn.lanes.clear();
  const time = columnsOfTime();
  const [first, end] = visibleRows(layout.height);
  for (let index = first; index < end; index++) drawRow(context, index, time);
  context.globalAlpha = 1;
}

/** Before the tracer began and after it stopped, nothing was watched. */
function drawUnseen(context) {
  const stopped = recording.stopped_us - recording.started_us;
  context.fillStyle = colours.raised;
  const [left, right] = [xOf(0), xOf(stopped)];
  if (left > 0) context.fillRect(0, 0, left, layout.height);
  if (right < layout.width) context.fillRect(right, 0, layout.width - right, layout.height);
}

function drawRow(context, index, time) {
  const row = table.rows[index];
  const y = table.tops[index] - table.scroll;
  const height = rowHeight[row.kind];
  if (index === table.selected || index === pointer.row) {
    context.fillStyle = index === table.selected ? colours.found : colours.hover;
    context.globalAlpha = 1;
    context.fillRect(0, y, layout.width, height);
  }
  if (row.kind === "track" && index !== table.selected) {
    context.fillStyle = index === pointer.row ? colours.hover : colours.raised;
    context.fillRect(0, y, layout.width, height);
  }
  if (row.kind === "track" || row.kind === "head") {
    context.fillStyle = colours.line;
    context.fillRect(0, y + (row.kind === "track" ? 0 : height - 1), layout.width, 1);
  }
  switch (row.kind) {
  case "bar":
    context.globalAlpha = isDimmed(row.bar) ? 0.22 : 1;
    drawBar(context, row.bar, y, height, null);
    break;
  case "state": drawState(context, row.phase, y, height); break;
  case "group": case "rest": drawMany(context, row, index, y, height, time); break;
  }
  context.globalAlpha = 1;
}

function drawState(context, phase, y, height) {
  drawPhase(context, phase.kind, phase.from, phase.to, y + (height >> 1), 12);
  const x = xOf(phase.to) + 8;
  context.fillStyle = colours.muted;
  if (x < layout.width - 30 && x > -20) {
    context.fillText(duration(phase.to - phase.from), x, y + (height >> 1) + 4);
  }
}

/** An aggregated row: where only a few connections are in view, these themselves. */
function drawMany(context, row, index, y, height, time) {
  const lanes = lanesOf(row);
  if (lanes !== null) {
    drawn.lanes.set(index, lanes);
    const laneHeight = (height - 6) / Math.max(lanes.count, 2);
    for (const { bar, lane, next } of lanes.bars) {
      context.globalAlpha = isDimmed(bar) ? 0.22 : 1;
      // The words of one that ends stand before the next begins, or not at all.
      drawBar(context, bar, y + 3 + lane * laneHeight, laneHeight, next);
    }
    return;
  }
  row.most ??= mostInColumn(row.ranges);
  const most = row.most;
  if (search.matches === null) return drawHistogram(context, row.ranges, y, height, most, time);
  context.globalAlpha = 0.22;
  drawHistogram(context, row.ranges, y, height, most, time);
  context.globalAlpha = 1;
  if (row.found > 0) drawHistogram(context, row.ranges, y, height, most, time, search.matches);
}

const laneCount = 3, laneBars = 40;

/** Bars that fit into one row without touching one another, or null. */
function lanesOf(row) {
  const gap = (view.to - view.from) / layout.width * 6;
  const [ends, last] = [[], []];
  const found = [];
  for (const [lo, hi] of row.ranges) {
    for (let bar = lo; bar < hi; bar++) {
      if (bars.to[bar] < view.from || bars.from[bar] > view.to) continue;
      const lane = ends.findIndex((end) => end + gap < bars.from[bar]);
      if (lane === -1 && ends.length === laneCount || found.length === laneBars) return null;
      const at = lane === -1 ? ends.length : lane;
      ends[at] = bars.to[bar];
      if (last[at] !== undefined) last[at].next = bars.from[bar];
      found.push(last[at] = { bar, lane: at, next: Infinity });
    }
  }
  return { bars: found, count: ends.length };
}
