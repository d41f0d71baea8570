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
