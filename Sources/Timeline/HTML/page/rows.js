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
