// SPDX-License-Identifier: Apache-2.0
internal import Glibc
public import Lifecycle

extension Text {
  /// The address alone: dotted, or as RFC 5952 wants it. A v4-mapped one is dotted.
  public mutating func append(_ address: Address) {
    if let v4 = address.v4 {
      for index: UInt32 in 0..<4 {
        if index > 0 { append(byte: UInt8(ascii: ".")) }
        append(UInt64(v4 >> (24 - index * 8) & 0xff))
      }
      return
    }
    var words = (address.high.bigEndian, address.low.bigEndian)
    var text: InlineArray<46, CChar> = .init(repeating: 0)  // INET6_ADDRSTRLEN
    var span = text.mutableSpan
    unsafe span.withUnsafeMutableBufferPointer { buffer in
      unsafe _ = inet_ntop(AF_INET6, &words, buffer.baseAddress, socklen_t(buffer.count))
    }
    for index in text.indices {
      if text[index] == 0 { break }
      append(byte: UInt8(bitPattern: text[index]))
    }
  }

  /// `10.0.0.1:443`, `[2001:db8::1]:443`; port 0 is one that has not been chosen or told.
  public mutating func append(_ address: Address, port: UInt16) {
    if address.v4 == nil {
      append(byte: UInt8(ascii: "["))
      append(address)
      append(byte: UInt8(ascii: "]"))
    } else {
      append(address)
    }
    append(byte: UInt8(ascii: ":"))
    append(port)
  }
}

extension AddressBlock: CustomStringConvertible {
  /// `10.0.0.0/8`, as it is written.
  public var description: String {
    var text = Text()
    text.append(address)
    return String(decoding: text.bytes, as: UTF8.self)
      + "/\(address.v4 == nil ? length : max(length - 96, 0))"
  }
}

extension Address {
  /// Reads an address as people write it (`inet_pton`). Returns `nil` for anything else.
  public init?(_ text: String) {
    var v4 = in_addr()
    if unsafe inet_pton(AF_INET, text, &v4) == 1 {
      self.init(v4: UInt32(bigEndian: v4.s_addr))
      return
    }
    var words: (UInt64, UInt64) = (0, 0)
    guard unsafe inet_pton(AF_INET6, text, &words) == 1 else { return nil }
    self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
  }
}

extension AddressBlock {
  /// Reads `ADDR` or `ADDR/LEN`. Returns `nil` where either is not valid.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = Address(String(parts[0])) else { return nil }
    // An address written with colons has a length of up to 128, even where it is a mapped one.
    let width = parts[0].contains(":") ? 128 : 32
    var length = width
    if parts.count == 2 {
      guard parts[1].allSatisfy({ ("0"..."9").contains($0) }), let given = UInt8(parts[1]),
        given <= width
      else { return nil }
      length = Int(given)
    }
    self.init(address: address, length: length + 128 - width)
  }
}
