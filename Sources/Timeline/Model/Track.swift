// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// The connections of one process, in groups; or of several, where there would be too many tracks.
public struct Track: Sendable {
  public let owner: Owner
  public let groups: [Group]

  public enum Owner: Hashable, Sendable {
    case process(Process)
    /// Processes of one name, as those that a script starts one after another.
    case sameName(Comm, processes: Int)
    /// All that found no room.
    case others(processes: Int)
    /// The kernel does not tell whose they are.
    case unknown
  }

  public var count: Int { groups.reduce(0) { $0 + $1.bars.count } }
  public var from: UInt64 { groups.map(\.from).min() ?? 0 }
  public var to: UInt64 { groups.map(\.to).max() ?? 0 }

  /// Connections of one process that serve the same: those that it makes to one remote address and
  /// port, or that it accepts at one local port.
  public struct Group: Sendable {
    public let key: Key
    /// By their beginning, then by id.
    public let bars: [Bar]

    public var from: UInt64 { bars.first?.from ?? 0 }
    public var to: UInt64 { bars.map(\.to).max() ?? 0 }
    public var longest: UInt64 { bars.map(\.duration).max() ?? 0 }

    /// How many ended in each way, most first.
    public var outcomes: [(outcome: Outcome, count: Int)] { bars.outcomes }
  }

  /// What the connections of a group have in common.
  public struct Key: Hashable, Sendable {
    public var role: Role
    public var netns: UInt32
    public var service: Service

    public enum Service: Hashable, Sendable {
      case remote(Address, port: UInt16)
      case local(port: UInt16)
    }
  }

  /// Who opened, seen from this end. Where that is not known, nothing is guessed from the ports.
  public enum Role: UInt8, Sendable, CaseIterable {
    case client, server, both, unknown

    public init(_ open: Open?) {
      self =
        switch open {
        case .active: .client
        case .passive: .server
        case .simultaneous, .selfConnect: .both
        case .existing, nil: .unknown
        }
    }
  }
}

extension Collection<Bar> {
  /// How many ended in each way, most first.
  public var outcomes: [(outcome: Outcome, count: Int)] {
    var counts = [Int](repeating: 0, count: Outcome.allCases.count)
    for bar in self { counts[Int(bar.outcome.rawValue)] += 1 }
    return zip(Outcome.allCases, counts).filter { $0.1 > 0 }
      .map { (outcome: $0.0, count: $0.1) }
      .sorted { ($1.count, $0.outcome.rawValue) < ($0.count, $1.outcome.rawValue) }
  }
}
