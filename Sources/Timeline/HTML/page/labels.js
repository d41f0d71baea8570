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
