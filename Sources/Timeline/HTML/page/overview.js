// SPDX-License-Identifier: Apache-2.0
// The whole time in one strip, of the place that is shown, with the part of it that is in view.

const overviewHeight = 44;

function drawOverview() {
  const context = contexts.overview;
  const saved = { ...view };
  const ranges = rangesOf(place);
  context.clearRect(0, 0, layout.width, overviewHeight);
  Object.assign(view, wholeTime);
  drawHistogram(context, ranges, 0, overviewHeight, mostInColumn(ranges), columnsOfTime());
  Object.assign(view, saved);
}

function placeWindow() {
  const length = wholeTime.to - wholeTime.from;
  const left = Math.min(Math.max((view.from - wholeTime.from) / length, 0), 1) * layout.width;
  const right = Math.min(Math.max((view.to - wholeTime.from) / length, 0), 1) * layout.width;
  const box = document.getElementById("window");
  box.style.transform = `translateX(${Math.round(left)}px)`;
  box.style.width = Math.max(Math.round(right - left), 3) + "px";
  box.classList.toggle("whole", right - left > layout.width - 2);
}

function timeOfOverview(x) {
  return wholeTime.from + x / layout.width * (wholeTime.to - wholeTime.from);
}
