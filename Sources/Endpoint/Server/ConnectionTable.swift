// SPDX-License-Identifier: Apache-2.0

/// Who is connected, and who has to go when somebody else comes.
struct ConnectionTable {
  typealias ID = UInt64

  enum Admission: Equatable {
    case admitted
    /// In the place of another.
    case instead(of: ID)
    /// Every place is that of a client being answered.
    case refused
  }

  private enum Doing {
    /// Since this moment, as a count.
    case waits(UInt64)
    case isAnswered
  }

  let places: Int
  private var connections: [ID: Doing] = [:]
  private var moment: UInt64 = 0

  init(places: Int) { self.places = places }

  var count: Int { connections.count }

  /// A new one, which waits for its request from now on.
  mutating func admit(_ id: ID) -> Admission {
    moment += 1
    if count < places {
      connections[id] = .waits(moment)
      return .admitted
    }
    guard let longest = longestWaiting else { return .refused }
    connections[longest] = nil
    connections[id] = .waits(moment)
    return .instead(of: longest)
  }

  /// The one that has waited longest for its request; `nil` where all are being answered.
  var longestWaiting: ID? {
    // As many as places: to look at these costs less than to keep them in order.
    var longest: (id: ID, since: UInt64)?
    for case (let id, .waits(let since)) in connections where since < longest?.since ?? .max {
      longest = (id, since)
    }
    return longest?.id
  }

  /// It has had an answer, and may ask again.
  mutating func waits(_ id: ID) {
    moment += 1
    change(id, to: .waits(moment))
  }

  mutating func isAnswered(_ id: ID) { change(id, to: .isAnswered) }

  /// It has only to close yet: no place is cheaper.
  mutating func leaves(_ id: ID) { change(id, to: .waits(0)) }

  mutating func remove(_ id: ID) { connections[id] = nil }

  /// One that has been pushed out does not come back.
  private mutating func change(_ id: ID, to doing: Doing) {
    if connections[id] != nil { connections[id] = doing }
  }
}
