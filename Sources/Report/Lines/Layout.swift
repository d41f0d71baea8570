// SPDX-License-Identifier: Apache-2.0

/// How wide each column of a line is: everything that matters most in 80 columns, and more where
/// there is room.
struct Layout: Equatable {
  /// Digits of a second after the point.
  var decimals: Int
  /// 6 for the port alone, more for address and port.
  var local: Int
  var remote = 21
  var owner: Int
  /// 0 where the column is left out.
  var lived = 0
  var rtt = 0
  var bytes = 0
  var retrans = 0
  var why = 0
  var id = 0

  static let portOnly = 6
  static let openWidth = 7
  static let endpoint = 21
  /// `[` 39 `]:` and five digits.
  static let longestEndpoint = 47

  /// One line per connection.
  static func connections(width: Int) -> Layout {
    var layout = Layout(decimals: 0, local: portOnly, owner: 13)
    layout.grow(
      by: max(width, 80) - 80,
      [
        (8, { $0.lived = 7 }),
        (4, { $0.decimals = 3 }),
        (8, { $0.rtt = 7 }),
        (15, { $0.local = endpoint }),
        (17, { $0.why = 16 }),
        (14, { $0.bytes = 6 }),
        (7, { $0.retrans = 6 }),
        (10, { $0.owner += 10 }),
        (11, { $0.id = 10 }),
        (26, { $0.remote = longestEndpoint }),
        (26, { $0.local = longestEndpoint }),
      ])
    return layout
  }

  /// One line per transition.
  static func transitions(width: Int) -> Layout {
    var layout = Layout(decimals: 6, local: portOnly, owner: 11)
    layout.grow(
      by: max(width, 80) - 80,
      [
        (11, { $0.id = 10 }),
        (15, { $0.local = endpoint }),
        (12, { $0.owner += 12 }),
        (26, { $0.remote = longestEndpoint }),
        (26, { $0.local = longestEndpoint }),
      ])
    return layout
  }

  /// Takes the steps in order of what they are worth, until one does not fit: more room never shows
  /// less.
  private mutating func grow(by room: Int, _ steps: [(cost: Int, take: (inout Layout) -> Void)]) {
    var room = room
    for step in steps {
      if step.cost > room { return }
      step.take(&self)
      room -= step.cost
    }
  }

  var timeWidth: Int { decimals == 0 ? 8 : 9 + decimals }
}
