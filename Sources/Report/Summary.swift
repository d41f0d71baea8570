// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// What a run came to, in numbers.
public struct Summary: Equatable, Sendable {
  /// State transitions that were received.
  public var transitions: UInt64
  /// Connections that were reported.
  public var connections: UInt64
  public var losses: Losses
  /// Whether connections were followed: else nobody knows of holes in them.
  public var hasFollowed: Bool

  public init(
    transitions: UInt64, connections: UInt64, losses: Losses, hasFollowed: Bool = true
  ) {
    self.transitions = transitions
    self.connections = connections
    self.losses = losses
    self.hasFollowed = hasFollowed
  }

  /// Each place where a record can be lost, and how many were; `nil` where that is not known.
  var stages: [(name: StaticString, count: UInt64?)] {
    losses.stages.map { ($0.name, $0.name.description == "gap" && !hasFollowed ? nil : $0.count) }
  }

  /// `1234 transitions, 120 connections, lost 0 (ring 0, guard 0, gap 0, table 0, owner 0)`
  public var sentence: String {
    let stages = stages.map { "\($0.name) \($0.count.map(String.init) ?? "?")" }
      .joined(separator: ", ")
    return
      "\(transitions) transitions, \(connections) connections, lost \(losses.total) (\(stages))"
  }
}

extension Losses {
  /// Each place where a record can be lost, by its word, and how many were.
  public var stages: [(name: StaticString, count: UInt64)] {
    var stages: [(name: StaticString, count: UInt64)] = [
      ("ring", ring.total), ("guard", guarded.total), ("gap", gaps), ("table", table),
      ("owner", owners),
    ]
    // It never happens with the object that is compiled in, so it is named only where it does.
    if malformed > 0 { stages.append(("malformed", malformed)) }
    // Nor does this live.
    if unreadable > 0 { stages.append(("recording", unreadable)) }
    return stages
  }
}
