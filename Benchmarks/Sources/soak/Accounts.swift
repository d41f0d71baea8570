// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

/// What the load has made, by its own count: the truth.
struct Accounts {
  /// Where the ports begin that are the load's.
  let base: UInt16
  private var connections = [Int](repeating: 0, count: Kind.allCases.count)
  /// State changes, at both ends.
  private(set) var events = 0

  /// Lanes of a burst have a port each.
  static let lanes = 8

  init(base: UInt16) { self.base = base }

  func port(_ kind: Kind) -> UInt16 { base + UInt16(kind.rawValue) }

  func ports(_ kind: Kind) -> ClosedRange<UInt16> {
    let first = port(kind)
    return first...(kind == .burst ? first + UInt16(Self.lanes - 1) : first)
  }

  func kind(at port: UInt16) -> Kind? { Kind.allCases.first { ports($0).contains(port) } }

  subscript(kind: Kind) -> Int { connections[kind.rawValue] }
  var total: Int { connections.reduce(0, +) }

  mutating func add(_ kind: Kind, _ line: Line) throws(Trouble) {
    guard let made = line["connections"], let changes = line["events"] else {
      throw .failed("the load \"\(kind.name)\" said something odd")
    }
    connections[kind.rawValue] += Int(made)
    events += Int(changes)
  }
}
