// SPDX-License-Identifier: Apache-2.0
import CBPF

@testable import Capture

/// A record's bytes as the kernel writes them into the ring: a head, the facts of its kind, addresses.
struct RawRecord {
  /// Of each kind, what is before the addresses, and whether there are any.
  static let sizes: [(kind: synfin_kind, size: Int, hasAddresses: Bool)] = [
    (SYNFIN_OPEN_ACTIVE, 64, true), (SYNFIN_OPEN_PASSIVE, 48, true),
    (SYNFIN_ESTABLISHED, 56, true), (SYNFIN_STEP, 40, true), (SYNFIN_SHUT, 72, true),
    (SYNFIN_CLOSE, 120, true), (SYNFIN_RESET_RECEIVED, 32, false),
    (SYNFIN_RESET_SENT, 32, false), (SYNFIN_MINI, 64, true), (SYNFIN_LISTEN, 64, true),
    (SYNFIN_ACCEPT, 64, true), (SYNFIN_FOUND, 64, true), (SYNFIN_FOUND_MINI, 64, true),
    (SYNFIN_SCANNED, 40, false), (SYNFIN_READ, 64, true),
  ]

  /// One that is decoded: kinds in turn, both families, and otherwise any bytes.
  ///
  /// - Parameter at: its time, by which a test knows it again.
  static func any(
    _ number: Int, at: UInt64, _ random: inout some RandomNumberGenerator
  ) -> [UInt8] {
    let (kind, size, hasAddresses) = sizes[number % sizes.count]
    let isIPv6 = hasAddresses && number / sizes.count % 2 == 1
    let length = size + (hasAddresses ? (isIPv6 ? 32 : 8) : 0)
    var bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    for index in 0..<8 { bytes[8 + index] = UInt8(truncatingIfNeeded: at >> UInt64(index * 8)) }
    bytes[16] = UInt8(kind.rawValue)
    bytes[17] = UInt8.random(in: 1...11, using: &random)
    bytes[18] = UInt8.random(in: 1...11, using: &random)
    let ipv6 = UInt8(SYNFIN_IPV6.rawValue >> 8)
    bytes[21] = isIPv6 ? bytes[21] | ipv6 : bytes[21] & ~ipv6
    if kind == SYNFIN_MINI || kind == SYNFIN_FOUND_MINI { bytes[32] = isIPv6 ? 5 : 6 }
    return bytes
  }
}

/// The same numbers in each run.
struct Numbers: RandomNumberGenerator {
  var state: UInt64

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
