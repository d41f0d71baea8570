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
