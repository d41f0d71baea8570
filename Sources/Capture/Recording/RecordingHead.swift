// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

/// What a recording says of itself: where, when and by what it was made.
public struct RecordingHead: Equatable, Sendable {
  /// Such as `synfin 0.1.0`.
  public var program: String
  /// `uname -n`, `uname -r` and `uname -m` of the host.
  public var host: String
  public var kernel: String
  public var machine: String
  public var origin: Origin

  public init(program: String, host: String, kernel: String, machine: String, origin: Origin) {
    self.program = program
    self.host = host
    self.kernel = kernel
    self.machine = machine
    self.origin = origin
  }

  /// A key and a value a line. A reader leaves out the keys that it does not know.
  var text: String {
    """
    program \(Self.line(program))
    host \(Self.line(host))
    kernel \(Self.line(kernel))
    machine \(Self.line(machine))
    started_at \(origin.startedAt)
    offset_to_epoch \(origin.offsetToEpoch)
    utc_offset \(origin.utcOffset ?? 0)
    tick \(origin.tick)
    tiers \(origin.tiers.rawValue)
    home_netns \(origin.homeNetns)
    whole \(origin.isWhole ? 1 : 0)

    """
  }

  private static func line(_ value: String) -> String {
    String(value.map { $0.isNewline ? " " : $0 })
  }

  /// `nil` where a number is missing, or is none that a host has.
  init?(_ text: String) {
    var values: [Substring: Substring] = [:]
    for line in text.split(separator: "\n") {
      let space = line.firstIndex(of: " ") ?? line.endIndex
      values[line[..<space]] = line[space...].dropFirst()
    }
    func number<Number: FixedWidthInteger>(_ key: Substring) -> Number? {
      values[key].flatMap { Number($0) }
    }
    guard let startedAt: UInt64 = number("started_at"), startedAt < Self.latest,
      let offset: Int64 = number("offset_to_epoch"), offset.magnitude < Self.latest,
      let utcOffset: Int = number("utc_offset"), utcOffset.magnitude <= 86_400,
      // From 10 000 Hz to 10 Hz.
      let tick: UInt64 = number("tick"), (100_000...100_000_000).contains(tick),
      let tiers: UInt8 = number("tiers")
    else { return nil }
    // As long as utsname's are, and not as long as a line can be.
    func name(_ key: Substring) -> String? {
      values[key].map { String($0.unicodeScalars.prefix(64)) }
    }
    program = name("program") ?? "?"
    host = name("host") ?? "?"
    kernel = name("kernel") ?? "?"
    machine = name("machine") ?? "?"
    origin = Origin(
      startedAt: startedAt, offsetToEpoch: offset, utcOffset: utcOffset,
      tiers: Tiers(rawValue: tiers).intersection([.all, .lacks]), tick: tick,
      homeNetns: number("home_netns") ?? 0, isWhole: values["whole"] != "0",
      host: name("host"), kernel: name("kernel"))
  }

  /// Nanoseconds: more than a hundred years. What a clock says, and sums of it, are less.
  static let latest: UInt64 = 1 << 62
}
