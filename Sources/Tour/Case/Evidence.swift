// SPDX-License-Identifier: Apache-2.0
package import Lifecycle

/// All that is known of a case once it has been played. All times are nanoseconds of `CLOCK_MONOTONIC`.
package struct Evidence: Sendable {
  package var kind: Link.Kind
  /// `nil` where it could not be watched what went over the wire.
  package var segments: [Segment]?
  package var steps: [Step]
  package var ends: [End]
  /// TIME_WAITs that were over in time.
  package var timeWaits: [TimeWaitEnd]
  /// Mini sockets that are left, and when the kernel will let go of each.
  package var waiting: [TimeWaitForecast] = []
  /// Nanoseconds of a jiffy.
  package var tick: UInt64 = 0
  package var marks: [Mark]
  package var facts: [Fact]
  package var meters: [Meter] = []
  /// Connections that are not shown one by one, where there is a crowd of them.
  package var others = 0
  package var hosts: [HostName]
  /// What the tracer is told of on this kernel.
  package var tiers: Tiers
  /// Records that were lost meanwhile.
  package var lost: UInt64

  package struct HostName: Sendable {
    package let side: Side
    package let address: Address
    package let netns: UInt64
  }

  /// A transition of one end.
  package struct Step: Sendable {
    package let side: Side
    package let ports: Ports
    package let connection: Connection
    package let edge: Edge
    package let at: UInt64
    /// What the state is called that was entered: CLOSED may be the beginning of a mini socket.
    package var entered: String
  }

  /// What synfin says of one end.
  package struct End: Sendable {
    package let side: Side
    package let ports: Ports
    package let end: ConnectionEnd
  }
}

extension Evidence {
  /// What synfin says of an end: of the first such connection that was told, or of one by its ports.
  package func end(_ side: Side, _ ports: Ports? = nil) -> ConnectionEnd? {
    ends.first { $0.side == side && ports ?? $0.ports == $0.ports }?.end
  }

  /// The states that an end entered, in order: `SYN_SENT ESTABLISHED FIN_WAIT1`.
  package func states(_ side: Side, _ ports: Ports? = nil) -> String {
    steps.filter { $0.side == side && ports ?? $0.ports == $0.ports }.map(\.entered)
      .joined(separator: " ")
  }

  /// When an end entered a state, first.
  package func entered(_ state: TCPState, _ side: Side, _ ports: Ports? = nil) -> UInt64? {
    steps.first { $0.side == side && ports ?? $0.ports == $0.ports && $0.edge.to == state }?.at
  }

  /// The same without what is not to be shown one by one.
  package func narrowed(to shown: Set<Ports>?) -> Evidence {
    guard let shown else { return self }
    var narrowed = self
    narrowed.others = Set(ends.map(\.ports)).subtracting(shown).count
    narrowed.segments?.removeAll { !shown.contains($0.ports) }
    narrowed.steps.removeAll { !shown.contains($0.ports) }
    narrowed.ends.removeAll { !shown.contains($0.ports) }
    return narrowed
  }

  package func segments(from side: Side, _ fits: (Segment) -> Bool = { _ in true }) -> [Segment] {
    (segments ?? []).filter { $0.from == side && fits($0) }
  }
}

extension Evidence {
  /// A claim about segments, which is unknown where they are not seen.
  package func onTheWire(
    _ claim: String, found: @autoclosure () -> String? = nil, _ isSo: () -> Bool
  ) -> Check {
    Check(
      claim, segments == nil ? nil : isSo(),
      else: "a packet socket takes CAP_NET_RAW, and the segments are not seen", found: found())
  }
}
