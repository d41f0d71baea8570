// SPDX-License-Identifier: Apache-2.0

/// One bar on the columns of a picture.
struct Strip {
  /// What it was in for most of its time in each column; `nil` where it was not.
  private(set) var columns: [Phase.Kind?]
  /// Where it ended otherwise than by FINs.
  let abruptAt: Int?

  init(_ bar: Bar, on scale: Scale) {
    var loads = Loads(scale)
    loads.add(bar)
    columns = loads.leading
    abruptAt = bar.abruptAt.flatMap { scale.window.contains($0) ? scale.column($0) : nil }
  }
}

/// How long bars were in each state, by column.
struct Loads {
  private let scale: Scale
  private var times: [Double]
  private var wasThere: [Bool]
  /// How many connections there were at some time in each column, their TIME_WAIT not counted.
  private(set) var counts: [Int]

  private static var kinds: Int { Phase.Kind.allCases.count }

  init(_ scale: Scale) {
    self.scale = scale
    times = Array(repeating: 0, count: scale.columns * Self.kinds)
    wasThere = Array(repeating: false, count: scale.columns * Self.kinds)
    counts = Array(repeating: 0, count: scale.columns)
  }

  mutating func add(_ bar: Bar) {
    var next = 0
    for phase in bar.phases {
      scale.forEachColumn(from: phase.from, to: phase.to) { column, time in
        let place = column * Self.kinds + Int(phase.kind.rawValue)
        times[place] += time
        wasThere[place] = true
        if phase.kind != .timeWait, column >= next {
          counts[column] += 1
          next = column + 1
        }
      }
    }
    if bar.phases.isEmpty {
      scale.forEachColumn(from: bar.from, to: bar.to) { column, _ in
        wasThere[column * Self.kinds + Int(Phase.Kind.unknown.rawValue)] = true
        counts[column] += 1
      }
    }
  }

  /// The state that took most of each column.
  var leading: [Phase.Kind?] { most(of: Phase.Kind.allCases) }

  /// The same, but TIME_WAIT only where there was nothing else: it lasts a minute, and would hide what
  /// lives for milliseconds.
  var leadingButForTimeWait: [Phase.Kind?] {
    zip(most(of: Phase.Kind.allCases.filter { $0 != .timeWait }), leading).map { $0 ?? $1 }
  }

  private func most(of kinds: [Phase.Kind]) -> [Phase.Kind?] {
    (0..<scale.columns).map { column in
      var best: (kind: Phase.Kind, time: Double)?
      for kind in kinds {
        let place = column * Self.kinds + Int(kind.rawValue)
        guard wasThere[place], times[place] > best?.time ?? -1 else { continue }
        best = (kind, times[place])
      }
      return best?.kind
    }
  }
}

extension Bar {
  /// When it ended, where that was otherwise than by FINs.
  var abruptAt: UInt64? { outcome.isAbrupt ? endedAt : nil }
}
