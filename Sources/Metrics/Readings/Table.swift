// SPDX-License-Identifier: Apache-2.0

/// Counters by a key, for a bounded number of keys: what is beyond them is counted as one.
struct Table<Key: Subject>: Sendable {
  private(set) var rows: [(key: Key, counters: Counters)] = []
  private var places: [Key: Int] = [:]
  private var last: (key: Key, place: Int)?
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  /// Where the row of a key is, which it gets if it has none.
  mutating func place(of key: Key) -> Int {
    // What comes one after the other is often of one.
    if let last, last.key == key { return last.place }
    let place = places[key] ?? add(key)
    last = (key, place)
    return place
  }

  private mutating func add(_ key: Key) -> Int {
    let key = hasRoom(for: key) ? key : key.other
    if let place = places[key] { return place }
    places[key] = rows.count
    rows.append((key, Counters()))
    return rows.count - 1
  }

  /// What is vague gets a quarter at most.
  private func hasRoom(for key: Key) -> Bool {
    if key.isVague, rows.count(where: \.key.isVague) >= capacity / 4 { return false }
    return rows.count < capacity
  }

  mutating func update(_ key: Key, _ body: (inout Counters) -> Void) {
    body(&rows[place(of: key)].counters)
  }

  /// Where there are many rows, counts those together that are not worth one any more, the oldest first.
  mutating func fold(where isIdle: (Int) -> Bool) {
    var excess = rows.count - capacity / 2
    guard excess > 0 else { return }
    let old = rows
    rows = []
    places = [:]
    last = nil
    for (place, row) in old.enumerated() {
      let isFolded = excess > 0 && row.key != row.key.other && isIdle(place)
      if isFolded { excess -= 1 }
      update(isFolded ? row.key.other : row.key) { $0.add(row.counters) }
    }
  }
}
