// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// A count for each word of a vocabulary.
public struct Words<Word: RawRepresentable & Sendable>: Sendable where Word.RawValue == UInt8 {
  /// No vocabulary has more.
  private var counts = InlineArray<16, UInt64>(repeating: 0)

  public init() {}

  public internal(set) subscript(word: Word) -> UInt64 {
    get { counts[Int(word.rawValue)] }
    set { counts[Int(word.rawValue)] = newValue }
  }

  public var total: UInt64 { counted.reduce(0) { $0 + $1.count } }

  /// The words that have been said, in the vocabulary's order, and how often.
  public var counted: [(word: Word, count: UInt64)] {
    counts.indices.compactMap { index in
      guard counts[index] > 0, let word = Word(rawValue: UInt8(index)) else { return nil }
      return (word, counts[index])
    }
  }

  mutating func add(_ other: Self) {
    for index in counts.indices { counts[index] += other.counts[index] }
  }
}

extension Words: Equatable {
  public static func == (one: Self, other: Self) -> Bool {
    one.counts.indices.allSatisfy { one.counts[$0] == other.counts[$0] }
  }
}

/// How connections ended, by kind and by who put the first FIN on the wire.
public struct Closes: Equatable, Sendable {
  private var nobody = Words<Close>()
  private var local = Words<Close>()
  private var remote = Words<Close>()
  private var both = Words<Close>()

  public init() {}

  public internal(set) subscript(close: Close, first: FirstFIN?) -> UInt64 {
    get {
      switch first {
      case nil: nobody[close]
      case .local: local[close]
      case .remote: remote[close]
      case .both: both[close]
      }
    }
    set {
      switch first {
      case nil: nobody[close] = newValue
      case .local: local[close] = newValue
      case .remote: remote[close] = newValue
      case .both: both[close] = newValue
      }
    }
  }

  public var total: UInt64 { counted.reduce(0) { $0 + $1.count } }

  /// Those that a RST ended, in either direction.
  public var resets: UInt64 {
    counted.reduce(0) {
      $1.close == .resetSent || $1.close == .resetReceived ? $0 + $1.count : $0
    }
  }

  /// Those of which this end, or the remote, closed first.
  public func count(_ first: FirstFIN) -> UInt64 {
    counted.reduce(0) { $1.first == first ? $0 + $1.count : $0 }
  }

  /// What there has been, most first.
  public var counted: [(close: Close, first: FirstFIN?, count: UInt64)] {
    var all: [(close: Close, first: FirstFIN?, count: UInt64)] = []
    let kinds: [(FirstFIN?, Words<Close>)] = [
      (.local, local), (.remote, remote), (.both, both), (nil, nobody),
    ]
    for (first, words) in kinds {
      for (close, count) in words.counted { all.append((close, first, count)) }
    }
    return all.sorted { ($1.count, $0.close.rawValue) < ($0.count, $1.close.rawValue) }
  }

  mutating func add(_ other: Closes) {
    nobody.add(other.nobody)
    local.add(other.local)
    remote.add(other.remote)
    both.add(other.both)
  }
}
