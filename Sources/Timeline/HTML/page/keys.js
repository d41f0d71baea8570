// SPDX-License-Identifier: Apache-2.0
// The keyboard: everything that the mouse can do.

const keyNames = [
  ["Up, Down", "the row before, the next"], ["Page Up, Page Down, Home, End", "further"],
  ["Enter", "open: process, remote, connection"], ["Esc or Backspace", "back"],
  ["Left, Right", "earlier, later"], ["+, −", "closer, wider"], ["0 or f", "fit the whole"],
  ["s", "to the selected connection's time"],
  ["/", "search"], ["n, N", "next match, the one before"], ["t", "light, dark, or as the system"],
  ["?", "these keys"],
  ["Wheel, pinch", "zoom where the pointer is"], ["Shift-wheel, drag", "move in time"],
  ["Wheel over the names, Alt-wheel", "scroll"],
];

const aboutRows = "An aggregated row is as high as the connections in each column of time are "
  + "many, on a log scale: their states above its line, TIME_WAIT under it, and on top a mark where "
  + "one failed, was reset or timed out. Where few are in view, it shows them. A torn edge is a "
  + "beginning that was not seen, or an end that had not come.";

function drawKeys() {
  const list = element("dl", "");
  for (const [keys, what] of keyNames) {
    list.append(element("dt", "", keys), element("dd", "", what));
  }
  const close = element("button", "", "Close");
  const dialog = document.getElementById("keys");
  close.addEventListener("click", () => dialog.close());
  dialog.append(element("h2", "", "Keys"), list,
    element("p", "quiet", aboutRows), close);
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.getElementById("keys").open) return;
  if (event.target.id === "search") return pressInSearch(event);
  // A button keeps what it does by itself.
  if (event.target.tagName === "BUTTON" && (event.key === "Enter" || event.key === " ")) return;
  const isInStory = story.box.contains(event.target);
  const action = actions.get(event.key);
  if (action === undefined || isInStory && scrollKeys.has(event.key)) return;
  event.preventDefault();
  if (!zoomKeys.has(event.key)) forgetPointer();
  action();
}

/** Who uses the keyboard looks at what is selected, and not at where the mouse was left. */
function forgetPointer() {
  pointer.isOver = false;
  point();
}

const zoomKeys = new Set(["+", "=", "-", "_"]);

const scrollKeys = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", " "]);

/** Where the keyboard zooms: at the pointer, else in the middle. */
function zoomPoint() {
  return pointer.isOver ? timeAt(pointer.x) : (view.from + view.to) / 2;
}

function page() {
  const [first, end] = visibleRows(layout.height);
  return Math.max(1, end - first - 2);
}

const step = () => (view.to - view.from) * 0.12;

const actions = new Map([
  ["ArrowUp", () => select(table.selected - 1)],
  ["ArrowDown", () => select(table.selected + 1)],
  ["PageUp", () => select(table.selected - page())],
  ["PageDown", () => select(table.selected + page())],
  ["Home", () => select(0)],
  ["End", () => select(table.rows.length - 1)],
  ["ArrowLeft", () => pan(-step())],
  ["ArrowRight", () => pan(step())],
  ["+", () => zoom(0.7, zoomPoint())],
  ["=", () => zoom(0.7, zoomPoint())],
  ["-", () => zoom(1 / 0.7, zoomPoint())],
  ["_", () => zoom(1 / 0.7, zoomPoint())],
  ["0", fit],
  ["f", fit],
  ["s", () => {
    const row = table.rows[table.selected];
    if (row?.kind === "bar") setView(...timeAround(bars.from[row.bar], bars.to[row.bar]));
  }],
  ["Enter", () => drill(table.rows[table.selected])],
  ["Escape", () => search.text === "" ? back() : setSearch("")],
  ["Backspace", back],
  ["/", () => { const input = document.getElementById("search"); input.focus(); input.select(); }],
  ["n", () => toMatch(1)],
  ["N", () => toMatch(-1)],
  ["t", nextTheme],
  ["?", () => document.getElementById("keys").showModal()],
]);

/** In the search: Enter goes to the first match, and the keys to the rows again. */
function pressInSearch(event) {
  if (event.key === "Escape") {
    if (search.text === "") labels.box.focus();
    setSearch("");
  } else if (event.key === "Enter") {
    setSearch(event.target.value);
    labels.box.focus();
    forgetPointer();
    toMatch(event.shiftKey ? -1 : 1);
  } else {
    return;
  }
  event.preventDefault();
}

function watchKeys() {
  document.addEventListener("keydown", press);
  const input = document.getElementById("search");
  let waiting = 0;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => setSearch(input.value), 90);
  });
  document.getElementById("fit").addEventListener("click", fit);
  document.getElementById("theme").addEventListener("click", nextTheme);
  document.getElementById("help").addEventListener("click", () => actions.get("?")());
}
