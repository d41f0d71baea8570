// SPDX-License-Identifier: Apache-2.0
// Colours come from the style sheet, which has those of light and of dark. No state is told apart
// by colour alone: each has its height and its pattern (marks.js).

const colours = { kinds: [], patterns: [] };
const kindNames = ["handshake", "established", "by-us", "by-peer", "time-wait", "unknown"];

function readColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue("--" + name).trim();
  const names = ["paper", "raised", "ink", "muted", "line", "bad", "hover", "found"];
  for (const name of names) colours[name] = read(name);
  colours.kinds = kindNames.map((name) => read("kind-" + name));
  colours.patterns = colours.kinds.map((colour, kind) => pattern(kind, colour));
  colours.font = style.getPropertyValue("--mono");
}

/** Stripes that lean one way for this end's closing and the other for its peer's; dots for what is
 * not known; upright lines for a handshake. */
function pattern(kind, colour) {
  const side = 6;
  const tile = document.createElement("canvas");
  const scale = layout.scale;
  tile.width = tile.height = Math.round(side * scale);
  const context = tile.getContext("2d");
  context.scale(tile.width / side, tile.height / side);
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1.9;
  context.beginPath();
  switch (kindNames[kind]) {
  case "by-us":
    for (const x of [-side, 0, side]) {
      context.moveTo(x - 1, side + 1);
      context.lineTo(x + side + 1, -1);
    }
    break;
  case "by-peer":
    for (const x of [-side, 0, side]) {
      context.moveTo(x - 1, -1);
      context.lineTo(x + side + 1, side + 1);
    }
    break;
  case "handshake":
    for (const x of [1.5, 4.5]) { context.moveTo(x, 0); context.lineTo(x, side); }
    context.lineWidth = 1.6;
    break;
  case "unknown":
    context.fillRect(1, 1, 2, 2);
    context.fillRect(4, 4, 2, 2);
    break;
  default:
    context.fillRect(0, 0, side, side);
  }
  context.stroke();
  const made = context.createPattern(tile, "repeat");
  made.setTransform(new DOMMatrix().scale(side / tile.width));
  return made;
}

const themes = ["auto", "light", "dark"];

/** A file opened from disk may have no storage; then the choice lasts as long as the page. */
const storage = {
  get() { try { return localStorage.getItem("synfin-theme"); } catch { return null; } },
  set(theme) { try { localStorage.setItem("synfin-theme", theme); } catch { /* none */ } },
};

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  const button = document.getElementById("theme");
  button.textContent = theme[0].toUpperCase() + theme.slice(1);
  button.setAttribute("aria-label", "Light or dark: " + theme);
  storage.set(theme);
  readColours();
  drawLegend();
  changed("rows", "time", "hover");
}

function nextTheme() {
  const now = themes.indexOf(document.documentElement.dataset.theme);
  setTheme(themes[(now + 1) % themes.length]);
}
