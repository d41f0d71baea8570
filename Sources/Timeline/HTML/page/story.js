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
