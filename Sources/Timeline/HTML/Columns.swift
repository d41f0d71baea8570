// SPDX-License-Identifier: Apache-2.0

/// Objects of JSON turned by a quarter: for each key the values of all objects, so that a value costs a
/// byte or two and not the length of its key and words. They are the objects of `trace --json`: what is
/// told there is told in the page, and a key that is added there comes here by itself.
///
/// A cell is 0 for null; else its lowest bit says what the rest is: 1 for a number, as the difference to
/// the number before it in its column; 0 for a value in the table of texts, from 1 on.
struct Columns {
  /// How many objects there are.
  private(set) var count = 0
  private(set) var columns: [Column] = []

  struct Column {
    let key: [UInt8]
    fileprivate(set) var numbers = PackedNumbers()
    /// How many cells it has; of a key that came late, those before are null.
    fileprivate var rows = 0
    private var last: Int64 = 0
    /// The text of the last cell that has one, and its place: mostly the next has the same.
    private var lastText: ArraySlice<UInt8> = []
    private var lastPlace = 0

    /// A page's numbers are exact up to 2^53, and a difference has a sign.
    private static let bound: Int64 = 1 << 52

    init(key: [UInt8]) { self.key = key }

    mutating func add(_ value: ArraySlice<UInt8>, _ texts: inout TextTable) {
      if value.elementsEqual("null".utf8) { return numbers.append(0 as UInt64) }
      guard let number = Self.number(value) else {
        // Digits that a page would round stay as they are, in quotes.
        let isTooLarge = value.first.map { (48...57).contains($0) } ?? false
        let value = isTooLarge ? ([34] + value + [34])[...] : value
        if value != lastText { (lastText, lastPlace) = (value, texts.place(of: value)) }
        return numbers.append(UInt64(lastPlace + 1) << 1)
      }
      numbers.append(PackedNumbers.folded(number - last) << 1 | 1)
      last = number
    }

    mutating func fill(to rows: Int) {
      while self.rows < rows {
        numbers.append(0 as UInt64)
        self.rows += 1
      }
    }

    mutating func addCount(_ count: Int) { numbers.append(count) }

    private static func number(_ value: ArraySlice<UInt8>) -> Int64? {
      var number: Int64 = 0
      for byte in value {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), number < bound / 10 else {
          return nil
        }
        number = number * 10 + Int64(byte - UInt8(ascii: "0"))
      }
      return number
    }
  }

  /// Takes in an object that JSONLines has written.
  mutating func add(_ line: [UInt8], _ texts: inout TextTable) {
    var members = JSONMembers(line)
    var next = 0
    while let (key, value) = members.next() {
      switch key {
      case _ where key.elementsEqual("states".utf8):
        addStates(value, to: column(key, near: &next), &texts)
      case _ where key.elementsEqual("local".utf8) || key.elementsEqual("remote".utf8):
        // Addresses are few, ports many.
        let colon = value.lastIndex(of: UInt8(ascii: ":")) ?? value.endIndex - 1
        let address = value[..<colon] + [UInt8(ascii: "\"")]
        columns[column(key, near: &next)].add(address[...], &texts)
        columns[column(key + Array("_port".utf8), near: &next)]
          .add(value[(colon + 1)...].dropLast(), &texts)
      default: columns[column(key, near: &next)].add(value, &texts)
      }
    }
    count += 1
    for index in columns.indices { columns[index].fill(to: count) }
  }

  /// A row without an object.
  mutating func addNothing() {
    count += 1
    for index in columns.indices { columns[index].fill(to: count) }
  }

  /// The column of a key, which now gets its cell; nearly always the one behind the last.
  private mutating func column(_ key: ArraySlice<UInt8>, near next: inout Int) -> Int {
    var index = next
    if index >= columns.count || !columns[index].key.elementsEqual(key) {
      index = columns.firstIndex { $0.key.elementsEqual(key) } ?? columns.count
      if index == columns.count {
        columns.append(Column(key: Array(key)))
        columns[index].fill(to: count)
      }
    }
    columns[index].rows = count + 1
    next = index + 1
    return index
  }

  /// `[["SYN_SENT",1795423456123456],…]`: so many, and of each the name and the time.
  private mutating func addStates(
    _ value: ArraySlice<UInt8>, to index: Int, _ texts: inout TextTable
  ) {
    let states = value.dropFirst().dropLast().split(separator: UInt8(ascii: "]"))
    columns[index].addCount(states.count)
    for state in states {
      let inner = state.drop { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "[") }
      for part in inner.split(separator: UInt8(ascii: ",")) { columns[index].add(part, &texts) }
    }
  }
}

/// Values that more than one cell has: each once.
struct TextTable {
  private(set) var texts: [ArraySlice<UInt8>] = []
  private var places: [ArraySlice<UInt8>: Int] = [:]

  mutating func place(of text: ArraySlice<UInt8>) -> Int {
    if let place = places[text] { return place }
    // Not a slice of a line that would live on with it.
    let text = Array(text)[...]
    places[text] = texts.count
    texts.append(text)
    return texts.count - 1
  }
}
