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
