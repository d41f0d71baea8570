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
