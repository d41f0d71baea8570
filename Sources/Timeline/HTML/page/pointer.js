// SPDX-License-Identifier: Apache-2.0
// Mouse, pen and fingers.

const pointer = { row: -1, bar: null, x: 0, y: 0, isOver: false };
const touches = new Map();

function timeAt(x) { return view.from + x / layout.width * (view.to - view.from); }

/** What is under the pointer now; the rows may have moved below it. */
function point() {
  const row = pointer.isOver ? rowAt(pointer.y) : -1;
  let bar = null;
  if (row >= 0 && pointer.x >= 0) {
    const what = table.rows[row];
    if (what.kind === "bar" || what.kind === "state") bar = what.bar;
    else bar = barInLanes(row);
  }
  if (row !== pointer.row) changed("rows");
  if (row !== pointer.row || bar !== pointer.bar) changed("hover");
  pointer.row = row;
  pointer.bar = bar;
}

function barInLanes(row) {
  const lanes = drawn.lanes.get(row);
  if (lanes === undefined) return null;
  const y = pointer.y - (table.tops[row] - table.scroll) - 3;
  const lane = Math.floor(y / ((rowHeight[table.rows[row].kind] - 6) / Math.max(lanes.count, 2)));
  const near = (view.to - view.from) / layout.width * 4;
  const at = timeAt(pointer.x);
  const hit = lanes.bars.find((found) => found.lane === lane
    && bars.from[found.bar] - near <= at && bars.to[found.bar] + near >= at);
  return hit?.bar ?? null;
}

function watchPointer() {
  const chart = document.getElementById("chart");
  const place = (event) => {
    const box = chart.getBoundingClientRect();
    Object.assign(pointer, { x: event.clientX - box.left, y: event.clientY - box.top, isOver: true,
      clientX: event.clientX, clientY: event.clientY });
  };
  chart.addEventListener("pointermove", (event) => {
    const before = touches.get(event.pointerId);
    if (before !== undefined) drag(event, before);
    place(event);
    point();
    changed("hover");
  });
  chart.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    chart.setPointerCapture(event.pointerId);
    touches.set(event.pointerId, { x: event.clientX, y: event.clientY, moved: 0 });
    labels.box.focus({ preventScroll: true });
  });
  const end = (event) => {
    const touch = touches.get(event.pointerId);
    touches.delete(event.pointerId);
    chart.classList.remove("dragged");
    if (touch === undefined || event.type === "pointercancel" || touch.moved > 4) return;
    place(event);
    point();
    click();
  };
  chart.addEventListener("pointerup", end);
  chart.addEventListener("pointercancel", end);
  chart.addEventListener("pointerleave", () => {
    pointer.isOver = false;
    point();
    changed("hover");
  });
  chart.addEventListener("dblclick", () => zoom(0.4, timeAt(pointer.x)));
  for (const box of [chart, document.getElementById("axis")]) {
    box.addEventListener("wheel", (event) => wheel(event, chart), { passive: false });
  }
  watchLabels();
  watchOverview();
  const scroll = document.getElementById("scroll");
  scroll.addEventListener("scroll", () => {
    // What the page has set itself comes back as an event, rounded.
    if (Math.abs(scroll.scrollTop - scrollOfBar()) > 1) setScroll(scroll.scrollTop * scrollScale());
  });
}

function drag(event, before) {
  const chart = document.getElementById("chart");
  const [dx, dy] = [event.clientX - before.x, event.clientY - before.y];
  before.moved += Math.abs(dx) + Math.abs(dy);
  const others = [...touches].filter(([id]) => id !== event.pointerId);
  const perPixel = (view.to - view.from) / layout.width;
  if (others.length > 0) {
    const other = others[0][1];
    const was = Math.max(Math.abs(before.x - other.x), 12);
    const is = Math.max(Math.abs(event.clientX - other.x), 12);
    zoom(was / is, timeAt(other.x - chart.getBoundingClientRect().left));
  } else if (before.moved > 4) {
    chart.classList.add("dragged");
    pan(-dx * perPixel);
    setScroll(table.scroll - dy);
  }
  before.x = event.clientX;
  before.y = event.clientY;
}

function click() {
  if (pointer.row < 0) return;
  const row = table.rows[pointer.row];
  if (pointer.bar !== null && row.kind !== "bar" && row.kind !== "state") {
    return drill(barRow(pointer.bar));
  }
  const isFirst = table.selected !== pointer.row;
  select(pointer.row);
  // The first click on a connection tells its story, and keeps it; the second opens it.
  if (row.kind !== "bar" || !isFirst) drill(row);
}

function wheel(event, chart) {
  event.preventDefault();
  const unit = event.deltaMode === 1 ? 24 : event.deltaMode === 2 ? layout.height : 1;
  const perPixel = (view.to - view.from) / layout.width;
  const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
  if (event.shiftKey) return pan((dx + dy) * perPixel);
  if (event.altKey) return setScroll(table.scroll + dy);
  if (Math.abs(dx) > Math.abs(dy)) return pan(dx * perPixel);
  // A pinch on a touchpad comes as a wheel with Control, in finer steps.
  const factor = Math.exp(Math.min(Math.max(dy, -150), 150) * (event.ctrlKey ? 0.01 : 0.0022));
  zoom(factor, timeAt(event.clientX - chart.getBoundingClientRect().left));
}

function watchLabels() {
  const rowOf = (event) => Number(event.target.closest("[data-row]")?.dataset.row ?? -1);
  labels.box.addEventListener("wheel", (event) => {
    event.preventDefault();
    setScroll(table.scroll + event.deltaY * (event.deltaMode === 1 ? 24 : 1));
  }, { passive: false });
  labels.box.addEventListener("pointermove", (event) => {
    pointer.isOver = false;
    const row = rowOf(event);
    if (row === pointer.row) return;
    Object.assign(pointer, { row, bar: null });
    changed("rows", "hover");
  });
  labels.box.addEventListener("pointerleave", () => { point(); changed("rows", "hover"); });
  labels.box.addEventListener("click", (event) => {
    const row = rowOf(event);
    if (row < 0) return;
    const isFirst = table.selected !== row;
    select(row);
    if (table.rows[row].kind !== "bar" || !isFirst) drill(table.rows[row]);
  });
}

/** In the overview a drag moves the view, or chooses another outside it. */
function watchOverview() {
  const box = document.getElementById("overview");
  let held = null;
  const timeOf = (event) => timeOfOverview(event.clientX - box.getBoundingClientRect().left);
  box.addEventListener("pointerdown", (event) => {
    box.setPointerCapture(event.pointerId);
    const at = timeOf(event);
    const isWhole = document.getElementById("window").classList.contains("whole");
    held = at >= view.from && at <= view.to && !isWhole ? { grip: at - view.from } : { from: at };
  });
  box.addEventListener("pointermove", (event) => {
    if (held === null) return;
    const at = timeOf(event);
    const length = view.to - view.from;
    if (held.grip !== undefined) setView(at - held.grip, at - held.grip + length);
    else if (at !== held.from) setView(Math.min(at, held.from), Math.max(at, held.from));
  });
  const end = () => { held = null; };
  box.addEventListener("pointerup", end);
  box.addEventListener("pointercancel", end);
  box.addEventListener("dblclick", () => setView(wholeTime.from, wholeTime.to));
  box.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(event.deltaY * 0.0022), timeOf(event));
  }, { passive: false });
}
