// SPDX-License-Identifier: Apache-2.0

/// Records that have been read from several rings, put into the order in which they were made.
struct RecordBatch: ~Copyable {
  private var bytes: [UInt8] = []
  private var entries: [Entry] = []

  private struct Entry {
    /// In the clock of the records.
    let at: UInt64
    let ring: Int
    /// Among those of its ring.
    let number: UInt64
    let offset: Int
    let count: Int

    static func isBefore(_ one: Entry, _ other: Entry) -> Bool {
      (one.at, one.ring, one.number) < (other.at, other.ring, other.number)
    }
  }

  var isEmpty: Bool { entries.isEmpty }

  /// - Parameters:
  ///   - at: not before that of the record before it in the same ring.
  ///   - number: of the record in its ring.
  mutating func add(_ record: UnsafeRawBufferPointer, at: UInt64, ring: Int, number: UInt64) {
    entries.append(
      Entry(at: at, ring: ring, number: number, offset: bytes.count, count: record.count))
    unsafe bytes.append(contentsOf: record)
  }

  /// Hands over, in order, what was made until `cutoff`, and keeps the rest.
  mutating func take(through cutoff: UInt64, _ body: (UnsafeRawBufferPointer) -> Void) -> Int {
    if entries.isEmpty { return 0 }
    entries.sort(by: Entry.isBefore)
    let count = entries.firstIndex { $0.at > cutoff } ?? entries.count
    unsafe bytes.withUnsafeBytes { all in
      for entry in entries[..<count] {
        unsafe body(
          UnsafeRawBufferPointer(rebasing: all[entry.offset..<entry.offset + entry.count]))
      }
    }
    let rest = entries[count...]
    if rest.isEmpty {
      bytes.removeAll(keepingCapacity: true)
      entries.removeAll(keepingCapacity: true)
      return count
    }
    let old = bytes
    bytes = []
    var kept: [Entry] = []
    for entry in rest {
      kept.append(
        Entry(
          at: entry.at, ring: entry.ring, number: entry.number, offset: bytes.count,
          count: entry.count))
      bytes += old[entry.offset..<entry.offset + entry.count]
    }
    entries = kept
    return count
  }
}
