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
