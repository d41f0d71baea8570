// SPDX-License-Identifier: Apache-2.0
// One frame: whatever has changed since the last, and no more.

function render() {
  changes.frame = 0;
  resize();
  const { rows, time, hover } = changes;
  changes.rows = changes.time = changes.hover = false;
  if (changes.frame !== 0) { cancelAnimationFrame(changes.frame); changes.frame = 0; }
  if (rows || time) drawChart();
  if (time) { drawAxis(contexts.axis); placeWindow(); }
  if (rows) {
    drawLabels();
    placeScroll();
    if (!samePlace(shown, place) || shown.theme !== colours.paper) {
      Object.assign(shown, place, { theme: colours.paper });
      drawPath();
      drawOverview();
      story.shown = "";
    }
  }
  if (rows || hover) {
    drawStory();
    speak();
  }
  if (hover || time) { if (pointer.isOver) point(); drawTip(); }
}

const shown = { track: undefined, group: undefined, bar: undefined, theme: "" };

/** A native scrollbar beside the rows; no browser has one for more than some millions of pixels. */
const tallest = 4_000_000;
function scrollScale() {
  const room = Math.max(Math.min(table.height, tallest) - layout.height, 1);
  return Math.max(table.height - layout.height, 0) / room;
}
function scrollOfBar() { return scrollScale() === 0 ? 0 : table.scroll / scrollScale(); }

function placeScroll() {
  const scroll = document.getElementById("scroll");
  scroll.firstElementChild.style.height = Math.min(table.height, tallest) + "px";
  if (Math.abs(scroll.scrollTop - scrollOfBar()) > 1) scroll.scrollTop = scrollOfBar();
}

/** What somebody who does not see the rows hears of the selected one. */
function speak() {
  const row = table.rows[table.selected];
  if (row === undefined || row === speak.last && search.count === speak.count) return;
  [speak.last, speak.count] = [row, search.count];
  const { name, more } = labelOf(row);
  document.getElementById("spoken").textContent = name + ", " + more;
}

function begin() {
  drawAbout();
  drawNotices();
  drawKeys();
  resize();
  setTheme(themes.includes(storage.get()) ? storage.get() : "auto");
  goToHash();
  watchPointer();
  watchKeys();
  new ResizeObserver(() => changed("rows", "time")).observe(document.getElementById("chart"));
  addEventListener("popstate", goToHash);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTheme(
    document.documentElement.dataset.theme));
  labels.box.focus({ preventScroll: true });
  decodeWhenIdle();
}

/** For the browser's console: a connection as `synfin trace --json` has it. */
window.synfin = Object.freeze({
  get ids() { return Array.from({ length: bars.count }, (_, bar) => columns.get("id").at(bar)); },
  connection(id) { const bar = barOfID(id); return bar === -1 ? null : connectionAt(bar); },
  timeWait(id) { const bar = barOfID(id); return bar === -1 ? null : timeWaitAt(bar); },
});

begin();
