// SPDX-License-Identifier: Apache-2.0
internal import Capture

/// What a play notes as it goes.
package struct Log {
  /// Whether all the time is taken that a case can take (`--full`).
  package let isFull: Bool
  package private(set) var followed: [Ports] = []
  /// How many ends the tracer has to tell before the evidence is complete.
  package private(set) var ends = 0
  package private(set) var marks: [Mark] = []
  package private(set) var facts: [Fact] = []
  package private(set) var meters: [Meter] = []
  /// The connections that are shown one by one; `nil` for all.
  package private(set) var shown: Set<Ports>?
  /// What else must have been told.
  package private(set) var isTold: (Told) -> Bool = { _ in true }
  package private(set) var patience: UInt64 = 0
  private var kept: [AnyObject] = []

  package init(isFull: Bool = false) { self.isFull = isFull }

  /// A connection that is part of the case.
  ///
  /// - Parameter ends: how many of its ends are over when the play is; of the others no end is awaited.
  package mutating func follow(_ ports: Ports, ends: Int = 2) {
    followed.append(ports)
    self.ends += ends
  }

  /// Has the evidence wait for more than the ends, such as a TIME_WAIT's end.
  ///
  /// - Parameter patience: how much longer than usual that may take, in nanoseconds.
  package mutating func await(
    for patience: UInt64 = 0, _ isTold: @escaping (Told) -> Bool
  ) {
    self.patience = patience
    self.isTold = isTold
  }

  /// A remark on the ladder, of what is done now.
  package mutating func mark(_ side: Side?, _ text: String) {
    marks.append(Mark(at: Monotonic.now(), side: side, text: text))
  }

  /// - Parameter source: where it was read: a hook, a file of /proc, a system call.
  package mutating func fact(_ name: String, _ value: Fact.Value, from source: String) {
    facts.append(Fact(name: name, value: value, source: source))
  }

  /// How much of something is taken now.
  package mutating func meter(
    _ name: String, _ label: String, _ part: Int, of whole: Int, from source: String
  ) {
    meters.append(Meter(name: name, label: label, part: part, whole: whole, source: source))
  }

  /// Of a crowd, only these connections are shown one by one. What is claimed is still held against all.
  package mutating func show(only ports: Set<Ports>) { shown = ports }

  /// Keeps sockets open until the case is over.
  package mutating func keep(_ objects: AnyObject...) { kept += objects }
}

/// Something that was done, at a moment of the records' clock.
package struct Mark: Sendable {
  package let at: UInt64
  package let side: Side?
  package let text: String
}
