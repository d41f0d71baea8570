// SPDX-License-Identifier: Apache-2.0
// The two times of the axis: above the wall clock where it was recorded, below the time since the
// start.

const steps = (() => {
  const list = [];
  for (let decade = 1; decade < 1e6; decade *= 10) list.push(decade, 2 * decade, 5 * decade);
  for (const seconds of [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800,
    21600, 43200, 86400]) list.push(seconds * 1e6);
  for (let days = 2; days < 4000; days *= 2) list.push(days * 86400e6);
  return list;
})();

/** Ticks of the view at multiples of a step that leaves `room` pixels for each, from `origin` on.
 * */
function ticks(room, origin) {
  const perPixel = (view.to - view.from) / layout.width;
  const step = steps.find((step) => step / perPixel >= room) ?? steps.at(-1);
  const at = [];
  const first = Math.ceil((view.from - origin) / step) * step + origin;
  for (let tick = first; tick <= view.to; tick += step) at.push(tick);
  return { step, at };
}

/** The last local midnight before the view, from which the clock's ticks count. */
function midnight() {
  const local = recording.started_us + view.from + zoneAt(view.from).offset * 1e6;
  return view.from - (((local % 86400e6) + 86400e6) % 86400e6);
}

function clockTicks() { return ticks(96, midnight()); }

function drawAxis(context) {
  const height = 40;
  context.clearRect(0, 0, layout.width, height);
  context.font = "11px " + colours.font;
  const clocks = clockTicks();
  const decimals = decimalsFor(clocks.step);
  context.fillStyle = colours.line;
  for (const tick of clocks.at) context.fillRect(Math.round(xOf(tick)), 4, 1, 17);
  context.fillStyle = colours.ink;
  for (const tick of clocks.at) {
    const text = clocks.step >= 86400e6 ? day(tick) : clock(tick + 0.01, decimals);
    context.fillText(text, Math.round(xOf(tick)) + 5, 15);
  }
  const since = ticks(96, 0);
  context.fillStyle = colours.line;
  for (const tick of since.at) context.fillRect(Math.round(xOf(tick)), 23, 1, 15);
  context.fillStyle = colours.muted;
  for (const tick of since.at) {
    context.fillText(sinceStart(tick, decimalsFor(since.step)), Math.round(xOf(tick)) + 5, 34);
  }
}
