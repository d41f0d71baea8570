// SPDX-License-Identifier: Apache-2.0

/// An IP address as 128 bits in network order. An IPv4 address is kept v4-mapped
/// (RFC 4291 §2.5.5.2), so that the two ends of one connection compare equal when one of them is an
/// IPv6 socket that carries IPv4.
public struct Address: Hashable, Sendable, BitwiseCopyable {
  public var high: UInt64
  public var low: UInt64

  private static let mappedPrefix: UInt64 = 0xffff_0000_0000

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// - Parameter v4: the address with its first octet in the highest byte.
  public init(v4: UInt32) {
    high = 0
    low = Self.mappedPrefix | UInt64(v4)
  }

  /// Whether it is 0.0.0.0 or ::, which stands for every address of the host.
  public var isAny: Bool { high == 0 && (low == 0 || low == Self.mappedPrefix) }

  /// The four octets, first octet highest, if this is an IPv4 address, mapped or not.
  public var v4: UInt32? {
    high == 0 && low >> 32 == 0xffff ? UInt32(truncatingIfNeeded: low) : nil
  }
}

/// The two ends of a connection as one socket sees them.
public struct Tuple: Hashable, Sendable, BitwiseCopyable {
  public var local: Address
  public var remote: Address
  /// 0 where the kernel has not said it yet.
  public var localPort: UInt16
  public var remotePort: UInt16

  public init(local: Address, localPort: UInt16, remote: Address, remotePort: UInt16) {
    self.local = local
    self.remote = remote
    self.localPort = localPort
    self.remotePort = remotePort
  }

  /// Of what is no connection's.
  public static let none = Tuple(
    local: Address(high: 0, low: 0), localPort: 0, remote: Address(high: 0, low: 0), remotePort: 0)

  /// Whether a socket talks to itself, as after a connect to its own address and port.
  public var isSelf: Bool { local == remote && localPort == remotePort }
}

/// Addresses that share their first bits, as `10.0.0.0/8`.
public struct AddressBlock: Equatable, Sendable {
  public let address: Address
  /// How many of the 128 bits count; an IPv4 length counts 96 more.
  public let length: Int

  public init(address: Address, length: Int) {
    self.address = address
    self.length = length
  }

  public func contains(_ other: Address) -> Bool {
    let highBits = min(length, 64)
    let lowBits = length - highBits
    return Self.equal(address.high, other.high, bits: highBits)
      && Self.equal(address.low, other.low, bits: lowBits)
  }

  private static func equal(_ one: UInt64, _ other: UInt64, bits: Int) -> Bool {
    bits == 0 || (one ^ other) >> UInt64(64 - bits) == 0
  }
}
