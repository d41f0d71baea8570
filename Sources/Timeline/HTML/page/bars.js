// SPDX-License-Identifier: Apache-2.0
// What is drawn of each connection, in arrays that a frame can run through; and the processes and
// remotes that the connections belong to, each a range of them. Times are µs since the start.

const kinds = recording.kinds;
const kindOf = (name) => kinds.indexOf(name);
const timeWaitKind = kindOf("TIME_WAIT");
const unknownKind = kindOf("unknown");
const stateKinds = recording.states.map(([, kind]) => kind);
const outcomes = recording.outcomes;

const beginningSeen = 0, beginningEarlier = 1;
const lastOver = 0, lastGoesOn = 1;

const bars = (() => {
  const size = recording.count;
  const numbers = new Numbers(recording.bars);
  const all = {
    from: new Float64Array(size),
    to: new Float64Array(size),
    /** When it was closed, or the end of what is drawn of it. */
    openTo: new Float64Array(size),
    isEnded: new Uint8Array(size),
    phaseAt: new Uint32Array(size + 1),
    outcome: new Uint8Array(size),
    beginning: new Uint8Array(size),
    last: new Uint8Array(size),
  };
  const states = new Uint8Array(recording.phases);
  const phaseFrom = new Float64Array(recording.phases);
  const phaseTo = new Float64Array(recording.phases);
  let phase = 0;
  let previous = 0;
  for (let bar = 0; bar < size; bar++) {
    all.outcome[bar] = numbers.next();
    all.beginning[bar] = numbers.next();
    all.last[bar] = numbers.next();
    previous += numbers.signed();
    all.from[bar] = previous / 1000;
    all.phaseAt[bar] = phase;
    // In ns, whole as they are.
    let at = previous;
    let openTo = null;
    // So many phases come before its CLOSE.
    let open = numbers.next() - 1;
    all.isEnded[bar] = open < 0 ? 0 : 1;
    for (let left = numbers.next(); left > 0; left--, phase++, open--) {
      states[phase] = numbers.next();
      if (open === 0) openTo = at;
      phaseFrom[phase] = at / 1000;
      at += numbers.next();
      phaseTo[phase] = at / 1000;
    }
    all.to[bar] = at / 1000;
    all.openTo[bar] = (openTo ?? at) / 1000;
  }
  all.phaseAt[size] = phase;
  return { ...all, count: size, states, kinds: states.map((state) => stateKinds[state]),
    phaseFrom, phaseTo };
})();

/** Since 0, to the stop, or as far as anything is drawn. */
const wholeTime = (() => {
  let [from, to] = [0, recording.stopped_us - recording.started_us];
  if (recording.window !== null) [from, to] = recording.window;
  return { from, to: Math.max(to, from + 1) };
})();

const tracks = (() => {
  let at = 0;
  let groups = 0;
  return recording.tracks.map((source, index) => {
    const namespaces = new Set(source.groups.map((group) => group.netns));
    const track = { index, owner: source.owner, lo: at, groups: [], name: ownerName(source.owner),
      netns: namespaces.size === 1 ? source.groups[0].netns : null };
    for (const group of source.groups) {
      track.groups.push({
        index: groups++, track, role: group.role, netns: group.netns, service: group.service,
        lo: at, hi: at + group.count,
        name: roleArrow(group.role) + " " + group.service,
      });
      at += group.count;
    }
    track.hi = at;
    return track;
  });
})();

const groups = tracks.flatMap((track) => track.groups);
const namespaces = new Set(groups.map((group) => group.netns));

/** Who opened: this end to there, from there to this end, both, or nobody knows. */
function roleArrow(role) {
  return { client: "→", server: "←", both: "↔", unknown: "··" }[role] ?? "··";
}

function roleSentence(group) {
  switch (group.role) {
  case "client": return "connects to " + group.service;
  case "server": return "accepts at " + group.service;
  case "both": return "opened by both, " + group.service;
  default: return "opened by nobody knows whom, " + group.service;
  }
}

function groupOf(bar) {
  let [lo, hi] = [0, groups.length - 1];
  while (lo < hi) {
    const middle = (lo + hi) >> 1;
    if (groups[middle].hi <= bar) lo = middle + 1; else hi = middle;
  }
  return groups[lo];
}

/** How many of some ranges ended in each way, most first. */
function outcomesOf(ranges) {
  const counts = new Uint32Array(outcomes.length);
  for (const [lo, hi] of ranges) {
    for (let bar = lo; bar < hi; bar++) counts[bars.outcome[bar]]++;
  }
  return outcomes.map((outcome, index) => ({ ...outcome, index, count: counts[index] }))
    .filter((outcome) => outcome.count > 0)
    .sort((one, other) => other.count - one.count);
}

function size(ranges) { return ranges.reduce((sum, [lo, hi]) => sum + hi - lo, 0); }

function phasesOf(bar) {
  const phases = [];
  for (let at = bars.phaseAt[bar]; at < bars.phaseAt[bar + 1]; at++) {
    phases.push({
      state: recording.states[bars.states[at]][0], kind: bars.kinds[at],
      from: bars.phaseFrom[at], to: bars.phaseTo[at],
    });
  }
  return phases;
}
