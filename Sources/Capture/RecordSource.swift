// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// Where records come from: the live kernel or a recording. Nothing above knows which.
public protocol RecordSource: ~Copyable {
  var origin: Origin { get }

  /// What is said of it once it tells.
  var introduction: String { get }

  /// What was taken of what the source has, and why: for `-v`.
  var notes: [String] { get }

  /// Has a wait end with ``Wake/input`` where something can be read there: a terminal's keys.
  mutating func watch(_ descriptor: CInt) throws(SystemError)

  /// Waits until it is worth reading again, at most until `deadline`.
  mutating func wait(until deadline: UInt64?) throws(SystemError) -> Wake

  /// The time now, in the clock of the records.
  func now() -> UInt64

  /// Begins a reading.
  ///
  /// - Returns: the time before it: every record made until then is in what is drained next.
  mutating func beginPass() -> UInt64

  /// Hands over every record that is there, in order, and returns how many there were.
  mutating func drain(_ body: (Record) -> Void) -> Int

  /// Whether the reading goes on, and is to be drained again before it ends: what was told so far is better
  /// written first.
  var isReading: Bool { get }

  /// Hands over what is there now, among the records of what happens meanwhile: each socket as found,
  /// and a word for each network namespace of which that was all. Nothing where it cannot be told; a
  /// recording has its scans among what is drained, but for the first.
  mutating func scan(_ body: (Record) -> Void)

  /// Asks network namespaces of themselves, before a reading.
  mutating func ask(_ names: [NamespaceName]) -> [Comparison]

  /// What they say after it. A recording tells what was asked when it was made.
  mutating func compare(_ asked: [Comparison]) -> [Comparison]

  /// Ends a reading: what has been lost from the start until now, as far as the source knows.
  mutating func endPass() -> LossCount

  /// The losses until the last `endPass()` in words, by CPU and program: for `-v`.
  var lossDetail: [String] { get }

  /// Whether each of its readings was settled when it was recorded, also where it told nothing.
  var isReplayed: Bool { get }

  /// How much has been read; `nil` where there is no end to come to.
  var progress: Progress? { get }

  /// What is known to be missing, apart from losses; to be asked at the end.
  var missing: Missing? { get }

  /// What the programs have cost so far, where the kernel keeps statistics of it.
  var programs: [ProgramRuns] { get }

  /// Another source of the same, which tells from now on: programs that are loaded and attached anew,
  /// before these are taken from their hooks. `nil` where this is the only one there can be.
  func successor() throws(Refusal) -> Self?

  /// Where the cgroups of the host are that tells.
  var cgroups: Cgroups { get }

  /// Ends the telling: what is still on its way can be drained after it, and nothing more comes.
  mutating func stop()
}

extension RecordSource where Self: ~Copyable {
  public var isReading: Bool { false }
  public var isReplayed: Bool { false }
  public var progress: Progress? { nil }
  public var missing: Missing? { nil }
  public var programs: [ProgramRuns] { [] }
  public func successor() throws(Refusal) -> Self? { nil }
}

/// How far a recording has been read, in bytes; `total` is `nil` where that is not known.
public struct Progress: Equatable, Sendable {
  public var done: UInt64
  public var total: UInt64?
}

/// What a recording lacks, in a sentence, and whether it was spoilt: else it was only cut short.
public struct Missing: Equatable, Sendable {
  public var sentence: String
  public var isDamage: Bool
}

/// Losses, and when they were counted.
public struct LossCount: Equatable, Sendable {
  public var losses: Losses
  /// In the clock of the records.
  public var at: UInt64

  public init(losses: Losses = Losses(), at: UInt64 = 0) {
    self.losses = losses
    self.at = at
  }
}

/// What a network namespace said of itself before a reading and after it; `nil` where it could not be
/// asked.
public struct Comparison: Equatable, Sendable {
  public var name: NamespaceName
  public var before: NamespaceFacts?
  public var after: NamespaceFacts?

  public init(name: NamespaceName, before: NamespaceFacts?, after: NamespaceFacts? = nil) {
    self.name = name
    self.before = before
    self.after = after
  }
}

/// Why a wait ended.
public enum Wake: Sendable {
  /// There may be records.
  case records
  /// The deadline has come.
  case deadline
  /// SIGINT or SIGTERM.
  case signal
  /// A recording has no more.
  case end
  /// Something can be read at a descriptor that is watched.
  case input
}
