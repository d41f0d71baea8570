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
