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
