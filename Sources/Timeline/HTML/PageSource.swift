// SPDX-License-Identifier: Apache-2.0
// swift-format-ignore-file
// Made by `make page` of the files in page/, and not to be edited.
enum PageSource {
  static let html = ###"""
<!DOCTYPE html>
<!-- SPDX-License-Identifier: Apache-2.0 -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-{{nonce}}'; style-src 'nonce-{{nonce}}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>synfin timeline</title>
<style nonce="{{nonce}}">
{{style}}</style>
</head>
<body>
<header>
  <h1><svg class="mark" viewBox="0 0 28 16" aria-hidden="true"><path d="M1 13h3l4-10h11l4 10h4"/></svg>synfin <span>timeline</span></h1>
  <dl id="about"></dl>
  <div id="tools">
  <search>
    <input id="search" type="search" spellcheck="false" autocomplete="off"
      placeholder="Search: comm, pid, address, :port, refused" aria-label="Search connections">
    <output id="found" for="search"></output>
  </search>
  <div class="buttons">
    <button id="fit" title="Fit the whole time (0)">Fit</button>
    <button id="theme" title="Light or dark (t)">Auto</button>
    <button id="help" title="Keys (?)" aria-haspopup="dialog">?</button>
  </div>
  </div>
</header>
<div id="notices"></div>
<div id="where">
  <nav id="path" aria-label="Where you are"></nav>
  <ul id="marks" aria-label="Legend of ends"></ul>
</div>
<main>
  <ul id="legend" aria-label="Legend of states"></ul>
  <div id="overview" aria-hidden="true"><canvas></canvas><div id="window"></div></div>
  <div id="axis" aria-hidden="true"><canvas></canvas></div>
  <div id="labels" role="listbox" tabindex="0" aria-label="Processes, remotes and connections"></div>
  <div id="chart"><canvas aria-hidden="true"></canvas></div>
  <div id="scroll" tabindex="-1" aria-hidden="true"><div></div></div>
  <aside id="story" aria-label="Story" tabindex="0"></aside>
</main>
<div id="tip" aria-hidden="true"></div>
<p id="spoken" role="status"></p>
<dialog id="keys" aria-label="Keys"></dialog>
<noscript>This page draws with JavaScript, and loads nothing from elsewhere.</noscript>
<script id="recording" type="application/json">{{recording}}</script>
<script nonce="{{nonce}}">
{{script}}</script>
</body>
</html>
"""###
  static let style = ###"""
/* SPDX-License-Identifier: Apache-2.0 */
:root {
  --sans: system-ui, -apple-system, "Segoe UI", Inter, Roboto, "Noto Sans", "Helvetica Neue",
    sans-serif;
  --mono: ui-monospace, "SF Mono", "JetBrains Mono", "Cascadia Mono", Menlo, Consolas,
    "Noto Sans Mono", "DejaVu Sans Mono", monospace;
  /* Okabe and Ito's palette, which colour-blind people can tell apart;
  lightness for each ground. */;
  --paper: #fff; --raised: #f6f7f8; --ink: #1d2228; --muted: #67707a; --line: #e6e8ea;
  --accent: #0067b8; --bad: #c8420a; --hover: #f2f5f8; --found: #e4eefa; --warn: #fff3d6;
  --kind-handshake: #dd9300; --kind-established: #2a7ab5; --kind-by-us: #00876a;
  --kind-by-peer: #b0568f; --kind-time-wait: #a3abb3; --kind-unknown: #8a939c;
  color-scheme: light;
}
:root[data-theme="dark"] {
  --paper: #14171b; --raised: #1b1f24; --ink: #e3e6e9; --muted: #939ca6; --line: #2a2f36;
  --accent: #6cb6ff; --bad: #ff7d4d; --hover: #1c2127; --found: #1f2e40; --warn: #3a2f14;
  --kind-handshake: #efb02e; --kind-established: #56b4e9; --kind-by-us: #28c79c;
  --kind-by-peer: #e28fc4; --kind-time-wait: #6d7680; --kind-unknown: #8a939c;
  color-scheme: dark;
}
@media (prefers-color-scheme: dark) {
  :root[data-theme="auto"], :root:not([data-theme]) {
    --paper: #14171b; --raised: #1b1f24; --ink: #e3e6e9; --muted: #939ca6; --line: #2a2f36;
    --accent: #6cb6ff; --bad: #ff7d4d; --hover: #1c2127; --found: #1f2e40; --warn: #3a2f14;
    --kind-handshake: #efb02e; --kind-established: #56b4e9; --kind-by-us: #28c79c;
    --kind-by-peer: #e28fc4; --kind-time-wait: #6d7680; --kind-unknown: #8a939c;
    color-scheme: dark;
  }
}

* { box-sizing: border-box; }
[hidden] { display: none !important; }
html, body { height: 100%; margin: 0; }
body {
  display: flex; flex-direction: column; overflow: hidden;
  background: var(--paper); color: var(--ink); font: 13px/1.45 var(--sans);
}
h1, h2, h3, p, dl, dd, ul, ol { margin: 0; padding: 0; font: inherit; list-style: none; }
canvas { display: block; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
.quiet { color: var(--muted); }
.small { font-size: 12px; }
.bad { color: var(--bad); }
button {
  font: inherit; color: inherit; background: none; border: 1px solid var(--line);
  border-radius: 6px;
  padding: 3px 10px; cursor: pointer;
}
button:hover { background: var(--hover); }

header {
  display: flex; align-items: center; gap: 8px 18px; flex-wrap: wrap; padding: 9px 16px;
  background: var(--raised); border-bottom: 1px solid var(--line);
}
h1 { display: flex; align-items: center; gap: 8px; font-weight: 650; font-size: 14px; }
h1 span { font-weight: 400; color: var(--muted); }
.mark { width: 26px; height: 15px; }
.mark path {
  fill: none; stroke: var(--kind-established); stroke-width: 2.2; stroke-linecap: round;
  stroke-linejoin: round;
}
#about { display: flex; gap: 2px 16px; flex-wrap: wrap; }
#about div { display: flex; gap: 6px; }
#about dt { color: var(--muted); }
#about dd { font-variant-numeric: tabular-nums; }
#tools { display: flex; gap: 8px; margin-left: auto; }
search { display: flex; align-items: center; gap: 10px; }
#search {
  width: 262px; padding: 4px 10px; font: 12px var(--mono); color: inherit; background: var(--paper);
  border: 1px solid var(--line); border-radius: 6px;
}
#search::placeholder { color: var(--muted); font-family: var(--sans); }
#search.none { border-color: var(--bad); }
#found { color: var(--muted); font-variant-numeric: tabular-nums; white-space: nowrap; }
#found:empty { display: none; }
.buttons { display: flex; gap: 6px; }

.notice {
  padding: 4px 22px; border-bottom: 1px solid var(--line); font-size: 12px; color: var(--muted);
}
.notice.lost {
  padding: 6px 18px; color: inherit; font-size: 13px; background: var(--warn);
  border-left: 4px solid var(--kind-handshake);
}
.notice strong { font-weight: 650; }

#where {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between;
  gap: 4px 20px; padding: 6px 16px;
}
#path { display: flex; align-items: baseline; gap: 14px; min-width: 0; }
#path ol { display: flex; flex-wrap: wrap; min-width: 0; }
#path li + li::before { content: "›"; color: var(--muted); margin: 0 3px; }
#path button { border-color: transparent; padding: 2px 6px; color: var(--accent); }
#path button[aria-current] { color: var(--ink); font-weight: 600; }
#marks { display: flex; flex-wrap: wrap; gap: 2px 14px; color: var(--muted); font-size: 12px; }
#marks li, #legend li { display: flex; align-items: center; gap: 6px; white-space: nowrap; }
.swatch { width: 22px; height: 14px; flex: none; }
.swatch.mark { width: 14px; }

main {
  flex: 1; min-height: 0; display: grid; border-top: 1px solid var(--line);
  grid-template: "corner overview bar story" 44px "corner axis bar story" 40px
    "labels chart scroll story" minmax(0, 1fr) / minmax(190px, 300px) minmax(0, 1fr) 12px 330px;
}
#legend {
  grid-area: corner; display: grid; grid-template-columns: 1fr 1fr; align-content: center;
  gap: 3px 12px;
  padding: 0 14px; overflow: hidden; color: var(--muted); font-size: 12px;
  background: var(--raised); border-bottom: 1px solid var(--line);
  border-right: 1px solid var(--line);
}
#overview {
  grid-area: overview; position: relative; background: var(--raised); cursor: crosshair;
  touch-action: none; overflow: hidden;
}
#overview canvas, #axis canvas, #chart canvas { width: 100%; height: 100%; }
#window {
  position: absolute; inset: 0 auto 0 0; border: 1px solid var(--accent); border-width: 0 2px;
  background: color-mix(in srgb, var(--accent) 12%, transparent); pointer-events: none;
}
#window.whole { background: none; border-color: transparent; }
#axis { grid-area: axis; border-bottom: 1px solid var(--line); overflow: hidden; }
#labels {
  grid-area: labels; position: relative; overflow: hidden; border-right: 1px solid var(--line);
  cursor: default; user-select: text;
}
/* The selected row is what has the focus. */
#labels:focus-visible { outline: none; }
#labels > div {
  position: absolute; inset: 0 0 auto 0; display: flex; align-items: center; gap: 10px;
  padding: 0 12px 0 30px; white-space: nowrap; font-size: 12px;
}
#labels .name {
  font-family: var(--mono); overflow: hidden; text-overflow: ellipsis; flex: 0 0 auto;
  max-width: 78%;
}
#labels .more {
  margin-left: auto; color: var(--muted); font-variant-numeric: tabular-nums; overflow: hidden;
  text-overflow: ellipsis; flex: 0 1 auto; min-width: 0;
}
#labels .track { padding-left: 14px; border-top: 1px solid var(--line); background: var(--raised); }
#labels .track .name { font-family: var(--sans); font-weight: 650; font-size: 13px; }
#labels .head { border-bottom: 1px solid var(--line); padding-left: 14px; }
#labels .head .name { font-weight: 600; }
#labels .rest .name { font-family: var(--sans); color: var(--muted); font-style: italic; }
#labels .bad .more { color: var(--bad); }
#labels .pointed { background: var(--hover); }
#labels .selected { background: var(--found); box-shadow: inset 3px 0 var(--muted); }
#labels:focus .selected { box-shadow: inset 4px 0 var(--accent); }
#labels:focus-visible .selected {
  box-shadow: inset 4px 0 var(--accent), inset 0 0 0 1px var(--accent);
}
#labels .dimmed > * { opacity: 0.35; }
#chart { grid-area: chart; position: relative; overflow: hidden; cursor: grab; touch-action: none; }
#chart.dragged { cursor: grabbing; }
main::before {
  content: ""; grid-area: bar; background: var(--raised); border-bottom: 1px solid var(--line);
}
#scroll {
  grid-area: scroll; overflow: hidden auto; scrollbar-width: thin;
  scrollbar-color: var(--line) transparent;
}
#scroll div { width: 1px; }

#story {
  grid-area: story; overflow: auto; padding: 14px 18px 30px; border-left: 1px solid var(--line);
  background: var(--raised); scrollbar-width: thin; scrollbar-color: var(--line) transparent;
}
#story .kicker { color: var(--muted); font-size: 12px; }
#story h2 { font: 600 14px/1.4 var(--mono); overflow-wrap: anywhere; margin: 2px 0; }
#story h2 .arrow { color: var(--muted); }
#story h3 { margin: 16px 0 4px; font-weight: 650; font-size: 12px; }
#story .who b { font-weight: 600; }
#story .who { margin-bottom: 8px; }
#story .end {
  display: inline-block; padding: 1px 9px; border: 1px solid var(--line); border-radius: 99px;
  background: var(--paper);
}
#story .end.bad { border-color: currentColor; }
#story dl { display: grid; grid-template-columns: 104px minmax(0, 1fr); gap: 1px 10px; }
#story dt { color: var(--muted); font-size: 12px; }
#story dd { font: 12px/1.5 var(--mono); overflow-wrap: anywhere; }
#story dd.quiet { font-style: italic; }
.states { margin-top: 12px; }
.states li {
  display: grid; grid-template-columns: 22px 1fr auto; gap: 0 8px; align-items: center;
  padding: 3px 0; font: 12px var(--mono);
}
.states .took { text-align: right; font-weight: 600; }
.states .at { display: none; }
.states li.note { display: block; font: italic 12px var(--sans); }
.states .track, .ends .track {
  grid-column: 1 / -1; height: 3px; background: var(--line); border-radius: 2px; overflow: hidden;
  display: block;
}
.share { display: block; height: 100%; min-width: 2px; background: var(--kind-established); }
.share.bad { background: var(--bad); }
.ends button {
  display: grid; grid-template-columns: 1fr auto; width: 100%; padding: 3px 0; border: 0;
  text-align: left; border-radius: 3px;
}
.ends .number { font-variant-numeric: tabular-nums; }

#tip {
  position: fixed; inset: 0 auto auto 0; z-index: 3; max-width: 420px; padding: 6px 10px;
  pointer-events: none;
  background: var(--raised); border: 1px solid var(--line); border-radius: 6px;
  font: 12px/1.45 var(--mono);
  box-shadow: 0 4px 16px rgb(0 0 0 / 14%); visibility: hidden;
}
#tip.shown { visibility: visible; }
#spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

dialog {
  max-width: 560px; padding: 20px 26px; color: inherit; background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 10px; box-shadow: 0 12px 48px rgb(0 0 0 / 30%);
}
dialog::backdrop { background: rgb(0 0 0 / 35%); }
dialog h2 { font-weight: 650; font-size: 15px; margin-bottom: 10px; }
dialog dl { display: grid; grid-template-columns: auto 1fr; gap: 4px 20px; }
dialog dt { font: 12px/1.6 var(--mono); }
dialog p { margin: 14px 0; }

@media (max-width: 900px) {
  main {
    grid-template: "corner overview bar" 44px "corner axis bar" 40px
      "labels chart scroll" minmax(0, 1fr)
      "story story story" minmax(0, 38%) / minmax(130px, 34%) minmax(0, 1fr) 12px;
  }
  #story { border-left: 0; border-top: 1px solid var(--line); }
  #tools { margin-left: 0; flex: 1; }
  search { flex: 1; }
  #search { width: 100%; }
  #labels > div { padding-left: 16px; }
  #legend { padding: 0 8px; gap: 3px 6px; font-size: 11px; grid-template-columns: auto auto; }
}
@media (prefers-reduced-motion: no-preference) {
  #story .share { transition: width 0.15s; }
}
@media print { #tip, #scroll { display: none; } }
"""###
  static let script = ###"""
// SPDX-License-Identifier: Apache-2.0
// The files of this folder follow one another as one script, in the order of page.c: each may use
// what those before it have declared, and its functions what those behind it have.
(() => {
"use strict";

// SPDX-License-Identifier: Apache-2.0
// What was recorded, as Timeline/HTML wrote it: columns of numbers, and a table of texts.

const recording = JSON.parse(document.getElementById("recording").textContent);

/** Numbers one after another: LEB128 in base64. */
class Numbers {
  constructor(base64) {
    const text = atob(base64);
    this.bytes = new Uint8Array(text.length);
    for (let index = 0; index < text.length; index++) this.bytes[index] = text.charCodeAt(index);
    this.at = 0;
  }

  next() {
    // Not by shifting, which ends at 32 bits.
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** A number with a sign: 0, -1, 1, -2, and so on. */
  signed() { return toSigned(this.next()); }
}

function toSigned(number) { return number % 2 === 0 ? number / 2 : -(number + 1) / 2; }

/** The cells of one key, of all connections: each nothing, a number, or a value of the table. */
class Column {
  constructor(base64) { this.base64 = base64; }

  at(row) {
    if (this.cells === undefined) this.decode();
    return this.cells[row];
  }

  decode() {
    const numbers = new Numbers(this.base64);
    const state = { last: 0 };
    this.cells = new Array(recording.count);
    for (let row = 0; row < recording.count; row++) this.cells[row] = readCell(numbers, state);
    this.base64 = null;
  }
}

function readCell(numbers, state) {
  const cell = numbers.next();
  if (cell === 0) return null;
  const isText = cell % 2 === 0;
  const rest = (cell - (isText ? 2 : 1)) / 2;
  if (isText) return recording.texts[rest];
  state.last += toSigned(rest);
  return state.last;
}

/** The states of all connections: so many, and of each its name and when it was entered. */
class StatesColumn extends Column {
  decode() {
    const numbers = new Numbers(this.base64);
    const state = { last: 0 };
    this.cells = new Array(recording.count);
    for (let row = 0; row < recording.count; row++) {
      const states = new Array(numbers.next());
      for (let index = 0; index < states.length; index++) {
        states[index] = [readCell(numbers, state), readCell(numbers, state)];
      }
      this.cells[row] = states;
    }
    this.base64 = null;
  }
}

function columnsOf(source) {
  return new Map(Object.entries(source).map(([key, base64]) =>
    [key, key === "states" ? new StatesColumn(base64) : new Column(base64)]));
}

const columns = columnsOf(recording.connections);
const waitColumns = columnsOf(recording.time_waits);

/** One row as the object that `synfin trace --json` has for it. */
function objectAt(source, row) {
  const object = {};
  for (const [key, column] of source) {
    // An endpoint's port is told with its address.
    if (key.endsWith("_port") && source.has(key.slice(0, -5))) continue;
    const value = column.at(row);
    const port = source.get(key + "_port");
    object[key] = port === undefined || value === null ? value : value + ":" + port.at(row);
  }
  return object;
}

function connectionAt(row) { return objectAt(columns, row); }

/** The end of the TIME_WAIT that a connection left, or null. */
function timeWaitAt(row) {
  const type = waitColumns.get("type");
  return type === undefined || type.at(row) === null ? null : objectAt(waitColumns, row);
}

/** Decodes what stories need while nothing else is to be done, so that the first is there at once.
 * */
function decodeWhenIdle() {
  const waiting = [...columns.values(), ...waitColumns.values()];
  const idle = window.requestIdleCallback ?? ((body) => setTimeout(() => body(null), 30));
  const step = (deadline) => {
    do {
      const column = waiting.shift();
      if (column === undefined) return;
      if (column.cells === undefined) column.decode();
    } while (deadline !== null && deadline.timeRemaining() > 8);
    idle(step);
  };
  idle(step);
}
// SPDX-License-Identifier: Apache-2.0
// Numbers and times as people read them.

const grouped = new Intl.NumberFormat("en-US");

function count(number, singular, plural = singular + "s") {
  return grouped.format(number) + " " + (number === 1 ? singular : plural);
}

/** About three digits: 1.23, 12.3, 123. */
function threeDigits(value) {
  const decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
  return (Math.floor(value * 10 ** decimals + 1e-6) / 10 ** decimals).toFixed(decimals);
}

/** A time in µs: `84 µs`, `12.3 ms`, `1.04 s`, `3m05s`, `2h13m`; cut and not rounded, as everywhere
 * in synfin, so that the same time reads the same. */
function duration(time) {
  const two = (number) => String(number).padStart(2, "0");
  // Times are whole ns, and a difference of two of them may be a little less.
  const us = Math.floor(Math.round(time * 1000) / 1000);
  if (us < 1000) return us + " µs";
  if (us < 1e6) return threeDigits(us / 1000) + " ms";
  if (us < 60e6) return threeDigits(us / 1e6) + " s";
  const seconds = Math.floor(us / 1e6);
  if (seconds < 3600) return Math.floor(seconds / 60) + "m" + two(seconds % 60) + "s";
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return Math.floor(minutes / 60) + "h" + two(minutes % 60) + "m";
  return Math.floor(minutes / 1440) + "d" + two(Math.floor(minutes / 60) % 24) + "h";
}

function bytes(number) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let unit = 0;
  let value = number;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1024;
  return (unit === 0 ? String(value) : threeDigits(value)) + " " + units[unit];
}

/** Decimals that a step of `us` needs, of a second. */
function decimalsFor(us) {
  return us >= 1e6 ? 0 : Math.min(6, Math.max(1, Math.ceil(6 - Math.log10(us))));
}

/** The recording's own zone at a time in µs since its start: zones change in summer. */
function zoneAt(us) {
  const zones = recording.zones;
  let zone = zones[0];
  for (const next of zones) if (next.from <= us) zone = next;
  return zone;
}

/** Such as `UTC+01:00`. */
function zoneName(us) {
  const { offset } = zoneAt(us);
  const minutes = Math.abs(offset) / 60;
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  return "UTC" + (offset < 0 ? "−" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
}

/** Wall-clock parts of a time in µs since the start, where it was recorded. */
function wallClock(us) {
  const local = recording.started_us + us + zoneAt(us).offset * 1e6;
  return { date: new Date(Math.floor(local / 1000)), us: ((local % 1e6) + 1e6) % 1e6 };
}

/** `14:05:09`, and with decimals `14:05:09.250`. */
function clock(us, decimals = 0) {
  const { date, us: rest } = wallClock(us);
  const text = date.toISOString().slice(11, 19);
  if (decimals === 0) return text;
  return text + "." + String(Math.floor(rest)).padStart(6, "0").slice(0, decimals);
}

function day(us) { return wallClock(us).date.toISOString().slice(0, 10); }

/** `+1.250 s`: since the start of the recording. */
function sinceStart(us, decimals = 0) {
  const sign = us < 0 ? "−" : "+";
  const size = Math.abs(us);
  if (size < 60e6 || decimals > 0) {
    return sign + (size / 1e6).toFixed(decimals) + " s";
  }
  return sign + duration(size);
}

function processName(process) { return process.comm === "" ? "?" : process.comm; }

/** `nginx 1234`; `curl, 312 processes`; never a name for what is not known. */
function ownerName(owner) {
  if (owner.processes === 0) return "owner unknown";
  if (owner.pid !== undefined) return processName(owner) + " " + owner.pid;
  const processes = count(owner.processes, "process", "processes");
  return owner.comm === undefined ? "others, " + processes : processName(owner) + ", " + processes;
}
// SPDX-License-Identifier: Apache-2.0
// What is drawn of each connection, in arrays that a frame can run through; and the processes and
// remotes that the connections belong to, each a range of them. Times are µs since the start.

const kinds = recording.kinds;
const kindOf = (name) => kinds.indexOf(name);
const timeWaitKind = kindOf("TIME_WAIT");
const unknownKind = kindOf("unknown");
const stateKinds = recording.states.map(([, kind]) => kind);
const outcomes = recording.outcomes;

const beginningSeen = 0, beginningEarlier = 1;
const lastOver = 0, lastGoesOn = 1;

const bars = (() => {
  const size = recording.count;
  const numbers = new Numbers(recording.bars);
  const all = {
    from: new Float64Array(size),
    to: new Float64Array(size),
    /** When it was closed, or the end of what is drawn of it. */
    openTo: new Float64Array(size),
    isEnded: new Uint8Array(size),
    phaseAt: new Uint32Array(size + 1),
    outcome: new Uint8Array(size),
    beginning: new Uint8Array(size),
    last: new Uint8Array(size),
  };
  const states = new Uint8Array(recording.phases);
  const phaseFrom = new Float64Array(recording.phases);
  const phaseTo = new Float64Array(recording.phases);
  let phase = 0;
  let previous = 0;
  for (let bar = 0; bar < size; bar++) {
    all.outcome[bar] = numbers.next();
    all.beginning[bar] = numbers.next();
    all.last[bar] = numbers.next();
    previous += numbers.signed();
    all.from[bar] = previous / 1000;
    all.phaseAt[bar] = phase;
    // In ns, whole as they are.
    let at = previous;
    let openTo = null;
    // So many phases come before its CLOSE.
    let open = numbers.next() - 1;
    all.isEnded[bar] = open < 0 ? 0 : 1;
    for (let left = numbers.next(); left > 0; left--, phase++, open--) {
      states[phase] = numbers.next();
      if (open === 0) openTo = at;
      phaseFrom[phase] = at / 1000;
      at += numbers.next();
      phaseTo[phase] = at / 1000;
    }
    all.to[bar] = at / 1000;
    all.openTo[bar] = (openTo ?? at) / 1000;
  }
  all.phaseAt[size] = phase;
  return { ...all, count: size, states, kinds: states.map((state) => stateKinds[state]),
    phaseFrom, phaseTo };
})();

/** Since 0, to the stop, or as far as anything is drawn. */
const wholeTime = (() => {
  let [from, to] = [0, recording.stopped_us - recording.started_us];
  if (recording.window !== null) [from, to] = recording.window;
  return { from, to: Math.max(to, from + 1) };
})();

const tracks = (() => {
  let at = 0;
  let groups = 0;
  return recording.tracks.map((source, index) => {
    const namespaces = new Set(source.groups.map((group) => group.netns));
    const track = { index, owner: source.owner, lo: at, groups: [], name: ownerName(source.owner),
      netns: namespaces.size === 1 ? source.groups[0].netns : null };
    for (const group of source.groups) {
      track.groups.push({
        index: groups++, track, role: group.role, netns: group.netns, service: group.service,
        lo: at, hi: at + group.count,
        name: roleArrow(group.role) + " " + group.service,
      });
      at += group.count;
    }
    track.hi = at;
    return track;
  });
})();

const groups = tracks.flatMap((track) => track.groups);
const namespaces = new Set(groups.map((group) => group.netns));

/** Who opened: this end to there, from there to this end, both, or nobody knows. */
function roleArrow(role) {
  return { client: "→", server: "←", both: "↔", unknown: "··" }[role] ?? "··";
}

function roleSentence(group) {
  switch (group.role) {
  case "client": return "connects to " + group.service;
  case "server": return "accepts at " + group.service;
  case "both": return "opened by both, " + group.service;
  default: return "opened by nobody knows whom, " + group.service;
  }
}

function groupOf(bar) {
  let [lo, hi] = [0, groups.length - 1];
  while (lo < hi) {
    const middle = (lo + hi) >> 1;
    if (groups[middle].hi <= bar) lo = middle + 1; else hi = middle;
  }
  return groups[lo];
}

/** How many of some ranges ended in each way, most first. */
function outcomesOf(ranges) {
  const counts = new Uint32Array(outcomes.length);
  for (const [lo, hi] of ranges) {
    for (let bar = lo; bar < hi; bar++) counts[bars.outcome[bar]]++;
  }
  return outcomes.map((outcome, index) => ({ ...outcome, index, count: counts[index] }))
    .filter((outcome) => outcome.count > 0)
    .sort((one, other) => other.count - one.count);
}

function size(ranges) { return ranges.reduce((sum, [lo, hi]) => sum + hi - lo, 0); }

function phasesOf(bar) {
  const phases = [];
  for (let at = bars.phaseAt[bar]; at < bars.phaseAt[bar + 1]; at++) {
    phases.push({
      state: recording.states[bars.states[at]][0], kind: bars.kinds[at],
      from: bars.phaseFrom[at], to: bars.phaseTo[at],
    });
  }
  return phases;
}
// SPDX-License-Identifier: Apache-2.0
// Where the reader is: which process, remote and connection, and which time. The URL's hash keeps
// it, so that a place can be gone back to, bookmarked, and sent to somebody.

const place = { track: null, group: null, bar: null };
const view = { from: wholeTime.from, to: wholeTime.to };
/** Below this no axis can be labelled: a recording's times are whole µs. */
const shortest = 20;

/** Calls for one frame, whatever has changed. */
const changes = { rows: true, time: true, hover: true, frame: 0 };

function changed(...what) {
  for (const name of what) changes[name] = true;
  if (changes.frame === 0) changes.frame = requestAnimationFrame(render);
}

function samePlace(one, other) {
  return one.track === other.track && one.group === other.group && one.bar === other.bar;
}

/** The ranges of bars that are in a place. */
function rangesOf({ track, group, bar }) {
  if (bar !== null) return [[bar, bar + 1]];
  if (group !== null) return [[group.lo, group.hi]];
  if (track !== null) return [[track.lo, track.hi]];
  return [[0, bars.count]];
}

function placeOfBar(bar) {
  const group = groupOf(bar);
  return { track: group.track, group, bar };
}

function parentOf({ track, group, bar }) {
  if (bar !== null) return { track, group, bar: null };
  if (group !== null) return { track, group: null, bar: null };
  return { track: null, group: null, bar: null };
}

/** Goes to a place, as a step that the browser's Back takes back. */
function go(to, { time = null, select = null } = {}) {
  if (!samePlace(place, to)) {
    keepPlace();
    Object.assign(place, to);
    if (time !== null) setView(...time);
    rowsOfPlace(select);
    history.pushState(null, "", hashOfPlace());
  } else if (time !== null) {
    setView(...time);
  }
  changed("rows", "time", "hover");
}

/** A connection's own time, with room for the word of its end. */
function timeAround(from, to) {
  const room = Math.max((to - from) * 0.06, shortest / 2);
  return [from - room, to + 3 * room];
}

function setView(from, to) {
  const whole = wholeTime.to - wholeTime.from;
  const margin = whole * 0.02 + shortest;
  const length = Math.min(Math.max(to - from, shortest), whole + 2 * margin);
  const middle = (from + to) / 2;
  const lowest = wholeTime.from - margin;
  const highest = wholeTime.to + margin - length;
  view.from = Math.min(Math.max(middle - length / 2, lowest), Math.max(lowest, highest));
  view.to = view.from + length;
  changed("time", "hover");
  keepPlaceSoon();
}

/** Zooms so that `at` stays where it is. */
function zoom(factor, at) {
  const length = view.to - view.from;
  const share = (at - view.from) / length;
  const whole = (wholeTime.to - wholeTime.from) * 1.04 + 2 * shortest;
  const next = Math.min(Math.max(length * factor, shortest), whole);
  const from = at - share * next;
  setView(from, from + next);
}

function pan(us) { setView(view.from + us, view.to + us); }

function fit() {
  const ranges = rangesOf(place);
  if (place.track === null) return setView(wholeTime.from, wholeTime.to);
  let [from, to] = [Infinity, -Infinity];
  for (const [lo, hi] of ranges) {
    for (let bar = lo; bar < hi; bar++) {
      from = Math.min(from, bars.from[bar]);
      to = Math.max(to, bars.to[bar]);
    }
  }
  if (from <= to) setView(...timeAround(from, to));
}

function hashOfPlace() {
  const parts = [];
  if (place.track !== null) parts.push("process=" + place.track.index);
  if (place.group !== null) parts.push("remote=" + place.group.index);
  if (place.bar !== null) parts.push("connection=" + columns.get("id").at(place.bar));
  if (view.from !== wholeTime.from || view.to !== wholeTime.to) {
    parts.push("time=" + Math.round(view.from) + "," + Math.round(view.to));
  }
  if (search.text !== "") parts.push("search=" + encodeURIComponent(search.text));
  return "#" + parts.join("&");
}

function keepPlace() { history.replaceState(null, "", hashOfPlace()); }

let keeping = 0;

/** Browsers allow only so many changes of a URL a second. */
function keepPlaceSoon() {
  clearTimeout(keeping);
  keeping = setTimeout(keepPlace, 250);
}

/** What a hash says, as far as it can be: it may be somebody else's. */
function goToHash() {
  const parts = new Map(location.hash.slice(1).split("&").map((part) => part.split("=")));
  let to = { track: null, group: null, bar: null };
  const track = numbered(tracks, parts.get("process"));
  if (track !== undefined) to.track = track;
  const group = numbered(groups, parts.get("remote"));
  if (group !== undefined) to = { track: group.track, group, bar: null };
  if (parts.has("connection")) {
    const bar = barOfID(Number(parts.get("connection")));
    if (bar !== -1) to = placeOfBar(bar);
  }
  Object.assign(place, to);
  const time = (parts.get("time") ?? "").split(",").map(Number);
  if (time.length === 2 && time.every(Number.isFinite) && time[0] < time[1]) setView(...time);
  else fit();
  let text = "";
  try { text = decodeURIComponent(parts.get("search") ?? ""); } catch { /* not one of ours */ }
  setSearch(text);
  rowsOfPlace(null);
  changed("rows", "time", "hover");
}

function numbered(list, text = "") { return /^\d+$/.test(text) ? list[Number(text)] : undefined; }

function barOfID(id) {
  const column = columns.get("id");
  for (let bar = 0; bar < bars.count; bar++) if (column.at(bar) === id) return bar;
  return -1;
}
// SPDX-License-Identifier: Apache-2.0
// The rows of a place. What would be too many rows is one row with their number: nothing is left
// out.

const rowHeight = { track: 30, group: 38, rest: 38, head: 28, bar: 22, state: 26 };
/** So many remotes of a process are rows of their own where all processes are shown. */
const shownGroups = 6;
/** So many connections of a remote are rows of their own where one process is shown. */
const shownBars = 12;

const table = { rows: [], tops: new Float64Array(1), height: 0, scroll: 0, selected: -1 };

function rowsOfPlace(select) {
  const rows = place.bar !== null ? stateRows(place.bar)
    : place.group !== null ? barRows(place.group.lo, place.group.hi)
    : place.track !== null ? trackRows(place.track)
    : overviewRows();
  table.rows = rows;
  table.tops = new Float64Array(rows.length + 1);
  for (let index = 0; index < rows.length; index++) {
    table.tops[index + 1] = table.tops[index] + rowHeight[rows[index].kind];
  }
  table.height = table.tops[rows.length];
  table.scroll = 0;
  table.selected = select === null ? -1 : rows.findIndex((row) => leadsTo(row, select));
  if (table.selected === -1) table.selected = rows.length > 0 ? 0 : -1;
  countMatchesOfRows();
}

/** Whether a row is the way to a place, so that it is selected on the way back. */
function leadsTo(row, to) {
  if (row.kind === "bar") return row.bar === to.bar;
  if (row.kind === "group") return row.group === to.group;
  return row.kind === "track" && to.group === null && row.track === to.track;
}

function overviewRows() {
  return tracks.flatMap((track) => {
    const head = { kind: "track", track, ranges: [[track.lo, track.hi]] };
    if (track.groups.length <= shownGroups + 1) return [head, ...track.groups.map(groupRow)];
    const most = [...track.groups].sort((one, other) => (other.hi - other.lo) - (one.hi - one.lo));
    const shown = new Set(most.slice(0, shownGroups));
    const rest = track.groups.filter((group) => !shown.has(group));
    return [
      head, ...track.groups.filter((group) => shown.has(group)).map(groupRow),
      { kind: "rest", track, groups: rest.length, ranges: rangesOfGroups(rest) },
    ];
  });
}

/** Neighbours as one range. */
function rangesOfGroups(groups) {
  const ranges = [];
  for (const { lo, hi } of groups) {
    if (ranges.length > 0 && ranges.at(-1)[1] === lo) ranges.at(-1)[1] = hi;
    else ranges.push([lo, hi]);
  }
  return ranges;
}

/** One connection is a bar, more are an aggregated row. */
function groupRow(group) {
  if (group.hi - group.lo === 1) return barRow(group.lo);
  return { kind: "group", group, track: group.track, ranges: [[group.lo, group.hi]] };
}

function barRow(bar) { return { kind: "bar", bar, ranges: [[bar, bar + 1]] }; }

function trackRows(track) {
  return track.groups.flatMap((group) => {
    const size = group.hi - group.lo;
    if (size === 1) return [barRow(group.lo)];
    if (size > shownBars) return [groupRow(group)];
    const head = { kind: "head", group, track, ranges: [[group.lo, group.hi]] };
    return [head, ...barRows(group.lo, group.hi)];
  });
}

function barRows(lo, hi) {
  const rows = new Array(hi - lo);
  for (let bar = lo; bar < hi; bar++) rows[bar - lo] = barRow(bar);
  return rows;
}

function stateRows(bar) {
  const ranges = [[bar, bar + 1]];
  return [
    barRow(bar), ...phasesOf(bar).map((phase) => ({ kind: "state", bar, phase, ranges })),
  ];
}

/** Where a click or Enter on a row leads, or null. */
function placeBehind(row) {
  if (row === undefined) return null;
  switch (row.kind) {
  case "track": case "rest":
    return place.track === row.track ? null : { track: row.track, group: null, bar: null };
  case "group": case "head": return { track: row.track, group: row.group, bar: null };
  case "bar": return place.bar === row.bar ? null : placeOfBar(row.bar);
  default: return null;
  }
}

function drill(row) {
  const to = placeBehind(row);
  if (to === null) return;
  // A connection of some µs in a view of minutes is shown by itself; a longer one where it is.
  const isBar = to.bar !== null;
  go(to, { time: isBar ? timeAround(bars.from[to.bar], bars.to[to.bar]) : null });
}

function back() {
  if (place.track === null) return;
  const [from, wasBar] = [{ ...place }, place.bar !== null];
  go(parentOf(place), { select: from });
  if (wasBar || place.track === null) fit();
  scrollToRow(table.selected);
}

function rowAt(y) {
  const at = y + table.scroll;
  if (at < 0 || at >= table.height) return -1;
  let [lo, hi] = [0, table.rows.length - 1];
  while (lo < hi) {
    const middle = (lo + hi) >> 1;
    if (table.tops[middle + 1] <= at) lo = middle + 1; else hi = middle;
  }
  return lo;
}

/** The rows that are to be seen now: the first, and the one behind the last. */
function visibleRows(height) {
  const first = Math.max(rowAt(0), 0);
  let end = first;
  while (end < table.rows.length && table.tops[end] - table.scroll < height) end++;
  return [first, end];
}

function setScroll(y) {
  const most = Math.max(0, table.height - layout.height);
  const scroll = Math.round(Math.min(Math.max(y, 0), most));
  if (scroll === table.scroll) return;
  table.scroll = scroll;
  changed("rows", "hover");
}

function scrollToRow(index) {
  if (index < 0) return;
  // With a row or two around it.
  const room = Math.min(50, layout.height / 4);
  const [top, bottom] = [table.tops[index] - room, table.tops[index + 1] + room];
  if (top < table.scroll) setScroll(top);
  else if (bottom > table.scroll + layout.height) setScroll(bottom - layout.height);
}

function select(index) {
  if (table.rows.length === 0) return;
  table.selected = Math.min(Math.max(index, 0), table.rows.length - 1);
  scrollToRow(table.selected);
  changed("rows", "hover");
}
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
// SPDX-License-Identifier: Apache-2.0
// Many connections in one row: time in columns, and how many connections there were in each.

/** Columns of time. Their width is a power of two of µs and they begin at its multiples, so that
 * they do not flicker while the view is moved. */
function columnsOfTime({ from, to } = view) {
  const us = Math.max(1, 2 ** Math.round(Math.log2((to - from) / layout.width * 3)));
  const first = Math.floor(from / us);
  return { us, first, count: Math.floor(to / us) - first + 1 };
}

/** The most that a column counts where all time is in view; where less is, columns count less. */
function mostInColumn(ranges) {
  const time = columnsOfTime(wholeTime);
  const { open } = density(ranges, time);
  let most = 1;
  for (let column = 0; column < time.count; column++) most = Math.max(most, open[column]);
  return most;
}

const scratch = { size: 0 };

function scratchFor(size) {
  if (scratch.size < size) {
    scratch.size = size;
    scratch.kinds = kinds.map(() => new Int32Array(size + 1));
    scratch.open = new Int32Array(size + 1);
    scratch.failed = new Int32Array(size + 1);
  }
  for (const kind of scratch.kinds) kind.fill(0);
  scratch.open.fill(0);
  scratch.failed.fill(0);
  return scratch;
}

/** * Counts, per column, how many connections of some ranges touch it before their TIME_WAIT
 * (`open`), in each kind of phase, and how many failed or were reset there. Each connection counts
 * once in a column, however short it was. */
function density(ranges, time, isCounted = null) {
  const result = scratchFor(time.count);
  const { open, failed } = result;
  const last = time.count - 1;
  const scale = 1 / time.us;
  for (const [lo, hi] of ranges) {
    for (let bar = lo; bar < hi; bar++) {
      if (isCounted !== null && isCounted[bar] === 0) continue;
      const begin = Math.floor(bars.from[bar] * scale) - time.first;
      const end = Math.floor(bars.to[bar] * scale) - time.first;
      if (end < 0 || begin > last) continue;
      const openEnd = Math.floor(bars.openTo[bar] * scale) - time.first;
      if (openEnd >= 0) {
        open[begin < 0 ? 0 : begin]++;
        open[openEnd > last ? last + 1 : openEnd + 1]--;
        if (openEnd <= last && outcomeIsBad[bars.outcome[bar]] === 1) failed[openEnd]++;
      }
      for (let phase = bars.phaseAt[bar]; phase < bars.phaseAt[bar + 1]; phase++) {
        const to = Math.floor(bars.phaseTo[phase] * scale) - time.first;
        if (to < 0) continue;
        const from = Math.floor(bars.phaseFrom[phase] * scale) - time.first;
        if (from > last) break;
        const counts = result.kinds[bars.kinds[phase]];
        counts[from < 0 ? 0 : from]++;
        counts[to > last ? last + 1 : to + 1]--;
      }
    }
  }
  sumUp(open, last);
  for (const counts of result.kinds) sumUp(counts, last);
  return result;
}

function sumUp(counts, last) {
  for (let index = 1; index <= last; index++) counts[index] += counts[index - 1];
}

const outcomeIsBad = Uint8Array.from(outcomes, (outcome) => outcome.orderly ? 0 : 1);
// SPDX-License-Identifier: Apache-2.0
// How an aggregated row is drawn: on top a mark where one failed or was reset, below it how many
// were open and in which states, and under the line how many were in TIME_WAIT.

const stackedKinds = ["established", "handshake", "closing by us", "closing by peer", "unknown"]
  .map(kindOf);
const failedHeight = 3, waitHeight = 4, rowGap = 4;

/** How high a count stands: on a log scale, so that one connection is still seen beside thousands,
 * and with the same measure wherever the view is. */
function heightOf(number, most, height) {
  if (number <= 0) return 0;
  return Math.max(2, Math.round(Math.min(1, Math.log2(1 + number) / Math.log2(1 + most)) * height));
}

function drawHistogram(context, ranges, y, height, most, time, isCounted = null) {
  const counted = density(ranges, time, isCounted);
  const base = y + height - rowGap - waitHeight - 1;
  const room = base - y - rowGap - failedHeight - 1;
  const scale = layout.width / (view.to - view.from);
  const left = (column) => Math.round(((time.first + column) * time.us - view.from) * scale);
  const { tops, bottoms } = stack(counted, time.count, most, room, base);
  for (const kind of stackedKinds) {
    context.fillStyle = kind === unknownKind ? colours.patterns[kind] : colours.kinds[kind];
    const [top, bottom] = [tops[kind], bottoms[kind]];
    for (let column = 0; column < time.count;) {
      const from = column++;
      if (top[from] === bottom[from]) continue;
      while (column < time.count && top[column] === top[from] && bottom[column] === bottom[from]) {
        column++;
      }
      context.fillRect(left(from), top[from], left(column) - left(from), bottom[from] - top[from]);
    }
  }
  drawStrip(counted.kinds[timeWaitKind], colours.kinds[timeWaitKind], base + 1, waitHeight, most);
  drawStrip(counted.failed, colours.bad, y + rowGap - 1, failedHeight, 1);

  /** One line of columns, the darker the more there are. */
  function drawStrip(counts, colour, top, height, most) {
    context.fillStyle = colour;
    const alpha = context.globalAlpha;
    for (let column = 0; column < time.count;) {
      const [from, number] = [column++, counts[column - 1]];
      if (number === 0) continue;
      while (column < time.count && counts[column] === number) column++;
      const share = most === 1 ? 1 : Math.log2(1 + number) / Math.log2(1 + most);
      context.globalAlpha = alpha * (0.4 + 0.6 * Math.min(share, 1));
      context.fillRect(left(from), top, Math.max(left(column) - left(from), 2), height);
    }
    context.globalAlpha = alpha;
  }
}

const stacks = { size: 0, tops: [], bottoms: [] };

/** Where each kind begins and ends in each column: its share of the height that all of them have.
 * */
function stack(counted, size, most, room, base) {
  if (stacks.size < size) {
    stacks.size = size;
    stacks.tops = kinds.map(() => new Int16Array(size));
    stacks.bottoms = kinds.map(() => new Int16Array(size));
  }
  const heights = heightsFor(most, room);
  for (let column = 0; column < size; column++) {
    let touches = 0;
    for (const kind of stackedKinds) touches += counted.kinds[kind][column];
    const open = counted.open[column];
    const whole = open < heights.length ? heights[open] : heightOf(open, most, room);
    let [at, sum] = [base, 0];
    for (const kind of stackedKinds) {
      stacks.bottoms[kind][column] = at;
      sum += counted.kinds[kind][column];
      if (touches > 0) at = base - Math.round(whole * sum / touches);
      stacks.tops[kind][column] = at;
    }
  }
  return stacks;
}

const knownHeights = new Map();

/** Logarithms cost more than a look into a table, and there are thousands in a frame. */
function heightsFor(most, room) {
  const key = most + "/" + room;
  let heights = knownHeights.get(key);
  if (heights === undefined) {
    const length = Math.min(most + 1, 4096);
    heights = Uint8Array.from({ length }, (_, number) => heightOf(number, most, room));
    knownHeights.set(key, heights);
  }
  return heights;
}
// SPDX-License-Identifier: Apache-2.0
// How one connection is drawn: a bar of its phases, open at the side where it goes on, and a mark
// for its end.

/** Shares of the row's height: what carries data is tall, what only waits is a line. */
const kindHeights = new Map([
  ["handshake", 0.5], ["established", 1], ["closing by us", 0.8], ["closing by peer", 0.8],
  ["TIME_WAIT", 0.28], ["unknown", 0.5],
]);
const heightOfKind = kinds.map((kind) => kindHeights.get(kind) ?? 0.5);

/** Only what can be seen: some browsers lose their way beyond 2^24 pixels. */
function xOf(us) {
  const x = (us - view.from) / (view.to - view.from) * layout.width;
  return Math.min(Math.max(x, -20), layout.width + 20);
}

/** `next` is when the next begins in the same row; null where the row is its own, and has its word.
 * */
function drawBar(context, bar, y, height, next) {
  const [left, right] = [xOf(bars.from[bar]), xOf(bars.to[bar])];
  const middle = Math.round(y + height / 2);
  if (right < -10 || left > layout.width + 10) {
    // Where it is, in a row of its own.
    if (next === null) drawPointer(context, right < 0 ? -1 : 1, middle);
    return;
  }
  const full = Math.min(14, height - 4);
  if (right - left < 4) {
    if (outcomes[bars.outcome[bar]].mark === "") drawSpeck(context, bar, left, middle, full);
  } else {
    for (let phase = bars.phaseAt[bar]; phase < bars.phaseAt[bar + 1]; phase++) {
      drawPhase(context, bars.kinds[phase], bars.phaseFrom[phase], bars.phaseTo[phase], middle, full);
    }
    if (bars.beginning[bar] !== beginningSeen) tear(context, left, middle, full, 1);
    if (bars.last[bar] !== lastOver) tear(context, right, middle, full, -1);
  }
  drawEnd(context, bar, middle, full, next);
}

function drawPhase(context, kind, from, to, middle, full) {
  const x = Math.round(xOf(from));
  const width = Math.round(xOf(to)) - x;
  if (x > layout.width + 8 || x + width < -8) return;
  const tall = Math.max(3, Math.round(full * heightOfKind[kind]));
  const top = middle - (tall >> 1);
  if (width < 4) {
    context.fillStyle = colours.kinds[kind];
    context.fillRect(x, top, Math.max(width, 1), tall);
    return;
  }
  context.fillStyle = colours.patterns[kind];
  context.fillRect(x, top, width, tall);
  if (isOutlined[kind]) {
    context.strokeStyle = colours.kinds[kind];
    context.strokeRect(x + 0.5, top + 0.5, width - 1, tall - 1);
  }
}

const isOutlined = kinds.map((kind) => kind.startsWith("closing") || kind === "handshake");

/** Shorter than can be drawn, and without a mark for its end: a speck in the colour of what it
 * mostly was. */
function drawSpeck(context, bar, x, middle, full) {
  let [longest, kind] = [-1, unknownKind];
  for (let phase = bars.phaseAt[bar]; phase < bars.phaseAt[bar + 1]; phase++) {
    const length = bars.phaseTo[phase] - bars.phaseFrom[phase];
    if (length > longest) [longest, kind] = [length, bars.kinds[phase]];
  }
  context.fillStyle = colours.kinds[kind];
  context.fillRect(Math.round(x) - 1, middle - (full >> 1), 3, full);
}

/** To the side at which a bar is, out of sight. */
function drawPointer(context, direction, middle) {
  const x = direction < 0 ? 6 : layout.width - 6;
  context.strokeStyle = colours.muted;
  context.beginPath();
  context.moveTo(x - 2 * direction, middle - 4);
  context.lineTo(x + 2 * direction, middle);
  context.lineTo(x - 2 * direction, middle + 4);
  context.stroke();
}

/** A torn edge: it was there before, or goes on, or what came is not known. */
function tear(context, x, middle, full, direction) {
  const top = middle - full / 2 - 1;
  context.fillStyle = colours.paper;
  context.beginPath();
  context.moveTo(x - direction, top);
  for (let index = 0; index <= 4; index++) {
    context.lineTo(x + (index % 2 === 0 ? 1 : 5) * direction, top + (full + 2) / 4 * index);
  }
  context.lineTo(x - direction, top + full + 2);
  context.fill();
}

/** A mark at the end of the connection itself, which its TIME_WAIT may outlast, and the word for it
 * behind everything. */
function drawEnd(context, bar, middle, full, next) {
  const outcome = outcomes[bars.outcome[bar]];
  const at = xOf(bars.openTo[bar]);
  if (at < -8 || at > layout.width + 8) return;
  if (outcome.mark !== "") drawMark(context, outcome.mark, at, middle, Math.min(full, 11));
  if (outcome.orderly) return;
  const x = Math.max(xOf(bars.to[bar]), at) + 11;
  const end = x + outcome.word.length * 6.7;
  if (end > (next === null || next === Infinity ? layout.width : xOf(next) - 8)) return;
  context.fillStyle = colours.bad;
  context.fillText(outcome.word, x, middle + 4);
}

/** Marks of their own shape, on a ground that keeps them apart from any bar. */
function drawMark(context, mark, x, middle, size) {
  const r = size / 2;
  const path = new Path2D();
  switch (mark) {
  case "cross":
    path.moveTo(x - r + 1, middle - r + 1); path.lineTo(x + r - 1, middle + r - 1);
    path.moveTo(x + r - 1, middle - r + 1); path.lineTo(x - r + 1, middle + r - 1);
    break;
  case "sent":
    path.moveTo(x - r, middle - r); path.lineTo(x + r, middle); path.lineTo(x - r, middle + r);
    path.closePath();
    break;
  case "received":
    path.moveTo(x + r, middle - r); path.lineTo(x - r, middle); path.lineTo(x + r, middle + r);
    path.closePath();
    break;
  case "clock":
    path.arc(x, middle, r - 0.5, 0, 2 * Math.PI);
    path.moveTo(x, middle - r + 2); path.lineTo(x, middle); path.lineTo(x + r - 3, middle);
    break;
  case "square":
    path.rect(x - r + 1, middle - r + 1, size - 2, size - 2);
    break;
  default:
    path.moveTo(x, middle - r); path.lineTo(x + r, middle); path.lineTo(x, middle + r);
    path.lineTo(x - r, middle); path.closePath();
  }
  const isFilled = mark === "sent" || mark === "received" || mark === "square";
  context.lineJoin = context.lineCap = "round";
  context.strokeStyle = colours.paper;
  context.lineWidth = isFilled ? 3 : 5;
  context.stroke(path);
  context.fillStyle = isFilled ? colours.bad : colours.paper;
  if (mark !== "cross") context.fill(path);
  context.strokeStyle = colours.bad;
  context.lineWidth = 2;
  if (!isFilled) context.stroke(path);
  context.lineWidth = 1;
}
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
// SPDX-License-Identifier: Apache-2.0
// The names of the rows that can be seen, as elements: text that can be read out, selected and
// found.

const labels = { box: document.getElementById("labels"), pool: [] };

function labelElement(index) {
  let element = labels.pool[index];
  if (element !== undefined) return element;
  element = document.createElement("div");
  element.setAttribute("role", "option");
  element.id = "row-" + index;
  for (const name of ["name", "more"]) {
    const part = document.createElement("span");
    part.className = name;
    element.append(part);
  }
  labels.pool.push(element);
  labels.box.append(element);
  return element;
}

function drawLabels() {
  const [first, end] = visibleRows(layout.height);
  let used = 0;
  let active = "";
  for (let index = first; index < end; index++, used++) {
    const row = table.rows[index];
    const element = labelElement(used);
    const isSelected = index === table.selected;
    const classes = [row.kind];
    if (isSelected) { classes.push("selected"); active = element.id; }
    if (index === pointer.row) classes.push("pointed");
    if (isRowDimmed(row)) classes.push("dimmed");
    const { name, more, isBad } = labelOf(row);
    if (isBad) classes.push("bad");
    element.className = classes.join(" ");
    element.hidden = false;
    element.dataset.row = index;
    element.style.transform = `translateY(${table.tops[index] - table.scroll}px)`;
    element.style.height = rowHeight[row.kind] + "px";
    element.setAttribute("aria-selected", String(isSelected));
    element.setAttribute("aria-posinset", String(index + 1));
    element.setAttribute("aria-setsize", String(table.rows.length));
    setText(element.firstChild, name);
    setText(element.lastChild, more);
    element.title = name + (more === "" ? "" : "  " + more);
  }
  for (; used < labels.pool.length; used++) labels.pool[used].hidden = true;
  labels.box.setAttribute("aria-activedescendant", active);
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function labelOf(row) {
  switch (row.kind) {
  case "track":
    return {
      name: row.track.name,
      more: (isNamedNetns(row.track.netns) ? "netns " + row.track.netns + " · " : "")
        + countWithEnds(row),
      isBad: false,
    };
  case "group": case "head":
    return { name: groupName(row.group), more: countWithEnds(row), isBad: false };
  case "rest":
    return {
      name: "+ " + count(row.groups, "more remote"), more: countWithEnds(row), isBad: false,
    };
  case "state":
    return {
      name: row.phase.state, more: duration(row.phase.to - row.phase.from), isBad: false,
    };
  default: return labelOfBar(row.bar);
  }
}

/** Where there is one namespace, the head names it; and the one that the tracer was in needs no
 * name. */
function isNamedNetns(netns) {
  return netns !== null && netns !== recording.home_netns && namespaces.size > 1;
}

function groupName(group) {
  // Of a process in one namespace, its track has that.
  const isNamed = group.track.netns === null && isNamedNetns(group.netns);
  return isNamed ? group.name + "  netns " + group.netns : group.name;
}

/** `312  3 refused`: how many there are, and how many of them to look at. */
function countWithEnds(row) {
  if (row.found !== undefined && row.found !== null) {
    return grouped.format(row.found) + " of " + grouped.format(size(row.ranges)) + " match";
  }
  row.more ??= (() => {
    const bad = outcomesOf(row.ranges).filter((outcome) => !outcome.orderly);
    const all = grouped.format(size(row.ranges));
    return [all, ...bad.slice(0, 2).map(({ count, word }) => grouped.format(count) + " " + word),
      ...(bad.length > 2 ? ["…"] : [])].join(" · ");
  })();
  return row.more;
}

function labelOfBar(bar) {
  const outcome = outcomes[bars.outcome[bar]];
  const group = groupOf(bar);
  const local = ":" + (columns.get("local_port").at(bar) || "?");
  const remote = endpointAt("remote", bar);
  const name = place.group !== null && group.role !== "server" ? local
    : place.group !== null ? remote
    : group.role === "server" ? local + " ← " + remote
    : roleArrow(group.role) + " " + remote;
  return {
    name: place.group !== null ? "#" + columns.get("id").at(bar) + "  " + name : name,
    more: outcome.word, isBad: !outcome.orderly,
  };
}

/** Port 0 is one that was not told. */
function endpointAt(key, bar) {
  return columns.get(key).at(bar) + ":" + (columns.get(key + "_port").at(bar) || "?");
}
// SPDX-License-Identifier: Apache-2.0
// Search: words that must all be found in what is known of a connection.

const search = {
  text: "", matches: null, count: 0,
  /** The match that was gone to last. */
  at: null,
  /** One text per connection, made when it is first searched. */
  texts: null,
};

/** What a connection can be found by: names, numbers and words, but no times and byte counts. */
const searched = [
  "owner", "closer", "killer", "local", "remote", "family", "open", "open_result", "error", "close",
  "first_fin", "reset", "why", "ends_in", "via", "handshake_rtt_unknown", "cgroup_path",
];

function searchTexts() {
  if (search.texts !== null) return search.texts;
  const known = new Map();
  const words = (value) => {
    if (typeof value !== "object") return String(value);
    let text = known.get(value);
    if (text === undefined) known.set(value, text = Object.values(value).join(" "));
    return text;
  };
  const cells = searched.map((key) => columns.get(key)).filter((column) => column !== undefined);
  const ports = [["local", "local_port"], ["remote", "remote_port"]]
    .map((keys) => keys.map((key) => columns.get(key)));
  search.texts = new Array(bars.count);
  for (const group of groups) {
    const owner = group.track.name;
    for (let bar = group.lo; bar < group.hi; bar++) {
      const parts = ["#" + columns.get("id").at(bar), owner, outcomes[bars.outcome[bar]].word];
      for (const column of cells) {
        const value = column.at(bar);
        if (value !== null) parts.push(words(value));
      }
      for (const [address, port] of ports) parts.push(address.at(bar) + ":" + port.at(bar));
      search.texts[bar] = parts.join("\n").toLowerCase();
    }
  }
  return search.texts;
}

function setSearch(text) {
  search.text = text.trim();
  const input = document.getElementById("search");
  if (input.value.trim() !== search.text) input.value = search.text;
  const terms = search.text.toLowerCase().split(/\s+/).filter((term) => term !== "");
  search.matches = null;
  search.count = 0;
  search.at = null;
  if (terms.length > 0) {
    const texts = searchTexts();
    search.matches = new Uint8Array(bars.count);
    for (let bar = 0; bar < bars.count; bar++) {
      if (terms.every((term) => texts[bar].includes(term))) {
        search.matches[bar] = 1;
        search.count++;
      }
    }
  }
  countMatchesOfRows();
  tellFound();
  changed("rows", "time", "hover");
  keepPlaceSoon();
}

function tellFound() {
  const text = search.matches === null ? ""
    : search.count === 0 ? "no match" : count(search.count, "match", "matches");
  document.getElementById("found").textContent = text;
  document.getElementById("search").classList
    .toggle("none", search.matches !== null && search.count === 0);
}

function countMatchesOfRows() {
  for (const row of table.rows) {
    row.found = null;
    if (search.matches === null) continue;
    row.found = 0;
    for (const [lo, hi] of row.ranges) {
      for (let bar = lo; bar < hi; bar++) row.found += search.matches[bar];
    }
  }
}

function isDimmed(bar) { return search.matches !== null && search.matches[bar] === 0; }
function isRowDimmed(row) { return search.matches !== null && row.found === 0; }

/** The next or previous match, from the selected connection on, wherever that is. */
function toMatch(direction) {
  if (search.count === 0) return;
  const row = table.rows[table.selected];
  // A row of many is before its first.
  const start = row.kind === "bar" ? row.bar : row.ranges[0][0] - (direction > 0 ? 1 : 0);
  let bar = search.at ?? start;
  do bar = (bar + direction + bars.count) % bars.count; while (search.matches[bar] === 0);
  search.at = bar;
  showBar(bar);
}

/** Shows a connection among those of its remote, selected, and its time. */
function showBar(bar) {
  const { track, group } = placeOfBar(bar);
  go({ track, group, bar: null });
  select(bar - group.lo);
  const [from, to] = [bars.from[bar], bars.to[bar]];
  if (to < view.from || from > view.to) {
    const length = view.to - view.from;
    setView((from + to - length) / 2, (from + to + length) / 2);
  }
}
// SPDX-License-Identifier: Apache-2.0
// What is told of a connection, and how: the keys of `synfin trace --json`, in groups. A key that
// is not named here is shown all the same, last and by its own name.

const plain = (value) => value === true ? "yes" : value === false ? "no" : String(value);
const orUnknown = (write) => (value) => value === null ? unknownText : write(value);
const unknownText = { unknown: "unknown" };
const noneText = { unknown: "none" };
const dash = { unknown: "–" };
const orNone = (value) => value === null ? noneText : plain(value);
const orDash = (value) => value === null ? dash : plain(value);

function process(value) {
  if (value === null) return unknownText;
  const how = [];
  if (value.from !== undefined) how.push("by " + value.from);
  if (value.exiting) how.push("exiting");
  if (value.killed) how.push("killed");
  const name = processName(value) + " " + value.pid;
  return how.length === 0 ? name : name + "  (" + how.join(", ") + ")";
}

/** A time since the epoch in µs. */
function moment(us) {
  const at = us - recording.started_us;
  return clock(at + 0.01, 6) + "  " + sinceStart(at, 6);
}

const seen = (value) => value === null ? { unknown: "not seen" } : moment(value);

const fields = [
  ["Open", [
    ["open", "opened", orUnknown(plain)],
    ["open_result", "result", (value, whole) =>
      value !== null ? plain(value)
        : { unknown: whole.states.length > 0 ? "still opening" : "unknown" }],
    ["connect_us", "connect", (value) => value === null ? dash : duration(value)],
    ["handshake_rtt_us", "round trip", (value, whole) =>
      value !== null ? duration(value)
        : { unknown: "unknown: " + words(whole.handshake_rtt_unknown) }],
    ["syn_retrans", "SYNs again", orDash],
    ["synack_retrans", "SYN-ACKs again", orDash],
    ["isn_local", "ISN, ours", orUnknown(plain)],
    ["isn_remote", "ISN, theirs", orUnknown(plain)],
  ]],
  ["End", [
    ["close", "close", (value, whole) =>
      value !== null ? words(value) : whole.closed_us === null ? { unknown: "still open" } : dash],
    ["first_fin", "first FIN", orDash],
    ["reset", "RST", orDash],
    ["why", "why", (value) => value === null ? dash : words(value)],
    ["error", "error", orNone],
    ["ends_in", "left behind", orDash],
    ["via", "by way of", orDash],
    ["closer", "closed by", (value, whole) =>
      value === null && whole.closed_us === null ? dash : process(value)],
    ["killer", "killed by", (value) => value === null ? dash : process(value)],
  ]],
  ["Whose", [
    ["owner", "process", process],
    ["uid", "uid", orUnknown(plain)],
    ["cgroup", "cgroup", orUnknown(plain)],
    ["cgroup_path", "cgroup path", orUnknown(plain)],
    ["netns", "netns", plain],
    ["local", "local", plain],
    ["remote", "remote", plain],
    ["family", "family", plain],
    ["v4_mapped", "v4-mapped", plain],
  ]],
  ["Payload", [
    ["bytes_sent", "sent", orUnknown((value) => bytesAndCount(value))],
    ["bytes_received", "received", orUnknown((value) => bytesAndCount(value))],
    ["retrans", "sent again", orUnknown((value) => count(value, "segment"))],
  ]],
  ["Times", [
    ["opened_us", "opened", seen],
    ["established_us", "established", seen],
    ["closed_us", "closed", seen],
  ]],
];

const waitFields = [["TIME_WAIT", [
  ["began_us", "began", seen],
  ["ended_us", "ended", seen],
  ["ended_by", "ended by", words],
  ["left_by", "left by", process],
]]];

/** Shown elsewhere, or the same for all. */
const silent = new Set(["type", "id", "states", "handshake_rtt_unknown"]);

function words(value) { return value === null ? "unknown" : String(value).replaceAll("_", " "); }

/** A count beyond 2^53 comes as text. */
function bytesAndCount(value) {
  if (typeof value !== "number") return value + " B";
  return value < 1000 ? value + " B" : bytes(value) + "  (" + grouped.format(value) + ")";
}

/** Groups of [name, text or {unknown}] for an object. */
function describe(object, groups) {
  const told = new Set(silent);
  const described = groups.map(([title, keys]) => [title, keys
    .filter(([key]) => { told.add(key); return key in object; })
    .map(([key, name, write]) => [name, write(object[key], object)])]);
  const rest = Object.keys(object).filter((key) => !told.has(key) && groups === fields);
  if (rest.length > 0) {
    described.push(["More", rest.map((key) =>
      [key, object[key] === null ? dash : typeof object[key] === "object"
        ? JSON.stringify(object[key]) : plain(object[key])])]);
  }
  return described;
}
// SPDX-License-Identifier: Apache-2.0
// The story of what is pointed at, or else selected: a connection's whole, or the sum of a group.

const story = { box: document.getElementById("story"), shown: "" };

function element(name, className, text = null, ...children) {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  if (text !== null) made.textContent = text;
  made.append(...children);
  return made;
}

/** What the story is of now. */
function subject() {
  if (pointer.bar !== null) return { bar: pointer.bar };
  const row = table.rows[pointer.row] ?? table.rows[table.selected];
  if (row === undefined) return { ranges: [[0, 0]], title: "no connections" };
  if (row.kind === "bar" || row.kind === "state") return { bar: row.bar };
  return { row };
}

function drawStory() {
  const { bar, row } = subject();
  const key = bar !== undefined ? "bar " + bar
    : row === undefined ? "none"
    : ["row", row.kind, row.track.index, row.group?.index].join(" ");
  if (key === story.shown) return;
  story.shown = key;
  const parts = bar !== undefined ? storyOfBar(bar)
    : row === undefined ? [element("p", "quiet", "No connection was seen.")] : storyOfRow(row);
  story.box.replaceChildren(...parts);
  story.box.scrollTop = 0;
}

function storyOfBar(bar) {
  const whole = connectionAt(bar);
  const outcome = outcomes[bars.outcome[bar]];
  const wait = timeWaitAt(bar);
  return [
    element("p", "kicker", "connection #" + whole.id),
    element("h2", "", null,
      element("span", "", endpointAt("local", bar)),
      element("span", "arrow", " " + roleArrow(groupOf(bar).role) + " "),
      element("span", "", endpointAt("remote", bar))),
    element("p", "who", null,
      element("b", whole.owner === null ? "quiet" : "",
        whole.owner === null ? "owner unknown" : processName(whole.owner) + " " + whole.owner.pid)),
    element("p", "", null, element("span", outcome.orderly ? "end" : "end bad", outcome.word)),
    statesOf(bar, whole),
    ...describe(whole, fields).flatMap(section),
    ...(wait === null ? [] : describe(wait, waitFields).flatMap(section)),
    element("p", "quiet small", null, copyButton(bar)),
  ];
}

function section([title, lines]) {
  const list = element("dl", "");
  for (const [name, value] of lines) {
    const isUnknown = typeof value === "object";
    list.append(element("dt", "", name),
      element("dd", isUnknown ? "quiet" : "", isUnknown ? value.unknown : value));
  }
  return [element("h3", "", title), list];
}

/** Each state with the time it took and its share of the whole. */
function statesOf(bar, whole) {
  const list = element("ol", "states");
  const [from, to] = [bars.from[bar], bars.to[bar]];
  if (bars.beginning[bar] !== beginningSeen) {
    const isEarlier = bars.beginning[bar] === beginningEarlier;
    list.append(element("li", "quiet note",
      isEarlier ? "there before the tracer" : "its beginning was not told"));
  }
  for (const phase of phasesOf(bar)) {
    const swatch = element("canvas", "swatch");
    const item = element("li", "", null, swatch,
      element("span", "state", phase.state),
      element("span", "at", sinceStart(phase.from, 6)),
      element("span", "took", duration(phase.to - phase.from)));
    const share = element("span", "share");
    share.style.marginLeft = (phase.from - from) / Math.max(to - from, 1) * 100 + "%";
    share.style.width = (phase.to - phase.from) / Math.max(to - from, 1) * 100 + "%";
    share.style.background = colours.kinds[phase.kind];
    item.append(element("span", "track", null, share));
    list.append(item);
    drawSwatch(swatch, phase.kind);
  }
  const last = bars.last[bar];
  if (last !== lastOver) {
    list.append(element("li", "quiet note",
      last === lastGoesOn ? "and goes on: it was so at the stop" : "what came then is not known"));
  }
  if (whole.states.length === 0) list.append(element("li", "quiet note", "no state was told"));
  return list;
}

function copyButton(bar) {
  const button = element("button", "", "Copy as JSON");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(JSON.stringify(connectionAt(bar)));
      button.textContent = "Copied";
    } catch {
      // Not allowed where a browser takes a file for an unsafe place.
      const id = columns.get("id").at(bar);
      button.textContent = "Not allowed here: synfin.connection(" + id + ") in the console";
    }
  });
  return button;
}

function storyOfRow(row) {
  const all = size(row.ranges);
  const list = element("ul", "ends");
  const ends = outcomesOf(row.ranges);
  for (const { word, count: number, orderly } of ends) {
    const share = element("span", orderly ? "share" : "share bad");
    share.style.width = number / all * 100 + "%";
    const button = element("button", "", null, element("span", "word", word),
      element("span", "number", grouped.format(number)), element("span", "track", null, share));
    button.title = "Search for these";
    button.addEventListener("click", () => setSearch(word));
    list.append(element("li", orderly ? "" : "bad", null, button));
  }
  let [from, to] = [Infinity, -Infinity];
  for (const [lo, hi] of row.ranges) {
    for (let bar = lo; bar < hi; bar++) {
      from = Math.min(from, bars.from[bar]);
      to = Math.max(to, bars.to[bar]);
    }
  }
  const lines = [
    ["first", clock(from, 3) + "  " + sinceStart(from, 3)],
    ["last", clock(to, 3) + "  " + sinceStart(to, 3)],
    ["most at once", grouped.format(mostAtOnce(row.ranges))],
    ["median life", medianOpen(row.ranges)],
  ];
  const title = row.kind === "group" || row.kind === "head" ? row.group.service
    : row.kind === "rest" ? count(row.groups, "more remote") : row.track.name;
  const under = row.kind === "group" || row.kind === "head"
    ? row.track.name + " " + roleSentence(row.group)
    : row.track.owner.processes === 0 ? "Whose these are, the kernel did not tell."
    : count(row.track.groups.length, "remote or local port", "remotes and local ports");
  return [
    element("p", "kicker", row.kind === "group" || row.kind === "head" ? "remote" : "process"),
    element("h2", "", title),
    element("p", "who quiet", under),
    element("p", "", null, element("span", "end", count(all, "connection"))),
    element("h3", "", "How they ended"), list,
    ...section(["Times", lines]),
    element("p", "quiet small", placeBehind(row) === null ? "" : "Enter or a click opens it."),
  ];
}

/** The most that were open at one moment: TIME_WAIT not counted. */
function mostAtOnce(ranges) {
  const [begins, ends] = [[], []];
  for (const [lo, hi] of ranges) {
    for (let bar = lo; bar < hi; bar++) {
      begins.push(bars.from[bar]);
      ends.push(bars.openTo[bar]);
    }
  }
  const sorted = [Float64Array.from(begins).sort(), Float64Array.from(ends).sort()];
  let [most, open, ended] = [0, 0, 0];
  for (const at of sorted[0]) {
    while (ended < sorted[1].length && sorted[1][ended] < at) { ended++; open--; }
    most = Math.max(most, ++open);
  }
  return most;
}

/** Of those whose beginning and end were seen. */
function medianOpen(ranges) {
  const times = [];
  for (const [lo, hi] of ranges) {
    for (let bar = lo; bar < hi; bar++) {
      const isSeen = bars.beginning[bar] === beginningSeen && bars.isEnded[bar] === 1;
      if (isSeen) times.push(bars.openTo[bar] - bars.from[bar]);
    }
  }
  if (times.length === 0) return unknownText;
  times.sort((one, other) => one - other);
  return duration(times[times.length >> 1]);
}
// SPDX-License-Identifier: Apache-2.0
// What stands above: what this is a recording of, what is missing in it, the path to here, the
// legend.

function drawAbout() {
  const length = recording.stopped_us - recording.started_us;
  const lines = [
    ["host", recording.host ?? "unknown"],
    ["kernel", recording.kernel ?? "unknown"],
    ["recorded", day(0) + " " + clock(0) + " " + zoneName(0) + ", " + duration(length)],
  ];
  const [netns] = namespaces;
  if (namespaces.size === 1 && netns !== recording.home_netns) lines.push(["netns", String(netns)]);
  if (recording.filter !== null) lines.push(["only", recording.filter]);
  const list = document.getElementById("about");
  for (const [name, value] of lines) {
    list.append(element("div", name, null, element("dt", "", name), element("dd", "", value)));
  }
  document.title = "synfin timeline" + (recording.host === null ? "" : ": " + recording.host);
}

function drawNotices() {
  const box = document.getElementById("notices");
  const notice = (what, why, kind = "") => box.append(element("p", "notice" + kind, null,
    element("strong", "", what), element("span", "", " " + why)));
  const lost = Object.entries(recording.lost).filter(([, number]) => number > 0);
  if (lost.length > 0) {
    const all = lost.reduce((sum, [, number]) => sum + number, 0);
    notice(count(all, "record was", "records were") + " lost ("
      + lost.map(([stage, number]) => stage + " " + grouped.format(number)).join(", ") + ").",
    "What a missing record might have changed is shown as unknown; connections may be missing.",
    " lost");
  }
  if (recording.dropped > 0) {
    notice(count(recording.dropped, "connection is", "connections are") + " not drawn:",
      "only so many are kept, the last ones (--limit). From " + clock(recording.whole_from_us)
      + " on none is missing, but for TIME_WAITs.");
  }
  if (recording.outside > 0) {
    notice(count(recording.outside, "connection is", "connections are") + " not drawn:",
      "outside the time that was asked for.");
  }
  if (recording.older_time_waits > 0) {
    notice(count(recording.older_time_waits, "TIME_WAIT", "TIME_WAITs") + " without a bar:",
      "left by connections from before the tracer.");
  }
}

function drawPath() {
  const steps = [["All processes", { track: null, group: null, bar: null }]];
  const { track, group, bar } = place;
  if (track !== null) {
    steps.push([track.name, { track, group: null, bar: null }]);
  }
  if (group !== null) steps.push([groupName(group), { track, group, bar: null }]);
  if (bar !== null) steps.push(["#" + columns.get("id").at(bar), { track, group, bar }]);
  const list = element("ol", "");
  steps.forEach(([name, to], index) => {
    const button = element("button", "", name);
    if (index === steps.length - 1) button.setAttribute("aria-current", "page");
    button.addEventListener("click", () => {
      const from = { ...place };
      go(to, { select: from });
      fit();
    });
    list.append(element("li", "", null, button));
  });
  const all = size(rangesOf(place));
  document.getElementById("path").replaceChildren(list,
    element("span", "quiet", count(all, "connection")));
}

function drawSwatch(canvas, kind) {
  const [width, height] = [22, 14];
  canvas.width = width * layout.scale;
  canvas.height = height * layout.scale;
  const context = canvas.getContext("2d");
  context.setTransform(layout.scale, 0, 0, layout.scale, 0, 0);
  const tall = Math.max(3, Math.round(12 * heightOfKind[kind]));
  const top = (height - tall) >> 1;
  context.fillStyle = colours.patterns[kind];
  context.fillRect(1, top, width - 2, tall);
  if (!isOutlined[kind]) return;
  context.strokeStyle = colours.kinds[kind];
  context.strokeRect(1.5, top + 0.5, width - 3, tall - 1);
}

const markNames = [
  ["cross", "never opened"], ["sent", "reset by us"], ["received", "reset by peer"],
  ["clock", "timed out"], ["square", "dropped here"], ["diamond", "unknown or half"],
];

function drawLegend() {
  const states = kinds.map((kind, index) => {
    const canvas = element("canvas", "swatch");
    drawSwatch(canvas, index);
    return element("li", "", null, canvas, document.createTextNode(kind));
  });
  const marks = markNames.map(([mark, name]) => {
    const canvas = element("canvas", "swatch mark");
    canvas.width = 14 * layout.scale;
    canvas.height = 14 * layout.scale;
    const context = canvas.getContext("2d");
    context.setTransform(layout.scale, 0, 0, layout.scale, 0, 0);
    drawMark(context, mark, 7, 7, 10);
    return element("li", "", null, canvas, document.createTextNode(name));
  });
  document.getElementById("legend").replaceChildren(...states);
  document.getElementById("marks").replaceChildren(...marks);
}
// SPDX-License-Identifier: Apache-2.0
// A few words beside the pointer: which moment it is at, and what was there then.

function drawTip() {
  const tip = document.getElementById("tip");
  const isShown = pointer.isOver && touches.size === 0 && pointer.x >= 0 && layout.width > 0;
  tip.classList.toggle("shown", isShown);
  if (!isShown) return;
  const at = timeAt(pointer.x);
  const decimals = decimalsFor((view.to - view.from) / layout.width);
  const lines = [element("p", "quiet", clock(at, decimals) + "  " + sinceStart(at, decimals))];
  if (pointer.bar !== null) lines.push(...momentOfBar(pointer.bar, at));
  else if (pointer.row >= 0) lines.push(...momentOfRow(table.rows[pointer.row]));
  tip.replaceChildren(...lines);
  const box = tip.getBoundingClientRect();
  const right = pointer.clientX + 16;
  const x = right + box.width > innerWidth - 8 ? pointer.clientX - 16 - box.width : right;
  const y = Math.min(pointer.clientY + 18, innerHeight - box.height - 8);
  tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
}

function momentOfBar(bar, at) {
  const phase = phasesOf(bar).find((phase) => phase.from <= at && at < phase.to);
  const outcome = outcomes[bars.outcome[bar]];
  const lines = [element("p", "", "#" + columns.get("id").at(bar) + "  " + endpointAt("local", bar)
    + " " + roleArrow(groupOf(bar).role) + " " + endpointAt("remote", bar))];
  if (phase !== undefined) {
    lines.push(element("p", "", phase.state + " for " + duration(phase.to - phase.from)));
  }
  lines.push(element("p", outcome.orderly ? "" : "bad", outcome.word));
  return lines;
}

/** What an aggregated row counts in the column that is pointed at. */
function momentOfRow(row) {
  if (row.kind !== "group" && row.kind !== "rest") return [];
  const time = columnsOfTime();
  const column = Math.floor(timeAt(pointer.x) / time.us) - time.first;
  const counted = density(row.ranges, time, search.matches);
  const open = count(counted.open[column], "connection");
  const lines = [element("p", "", open + " in " + duration(time.us))];
  const parts = kinds.map((kind, index) => [kind, counted.kinds[index][column]])
    .filter(([, number]) => number > 0)
    .map(([kind, number]) => grouped.format(number) + " " + kind);
  if (parts.length > 0) lines.push(element("p", "quiet", parts.join(" · ")));
  if (counted.failed[column] > 0) {
    const failed = grouped.format(counted.failed[column]);
    lines.push(element("p", "bad", failed + " failed, reset or timed out"));
  }
  return lines;
}
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

})();
"""###
}
