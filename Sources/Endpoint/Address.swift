// SPDX-License-Identifier: Apache-2.0
internal import NIOCore

extension Endpoint {
  /// Where to listen: a numeric address and a port. Names are not looked up: a static executable cannot load
  /// what glibc would look them up with.
  public struct Address: Equatable, Sendable, CustomStringConvertible {
    let socketAddress: SocketAddress

    init(_ socketAddress: SocketAddress) { self.socketAddress = socketAddress }

    /// Reads `127.0.0.1:9797`, `[::1]:9797`, and `9797` or `:9797`, which are 127.0.0.1; port 0 is any that is
    /// free.
    public init(_ text: String) throws(Malformed) {
      let colon = text.utf8.lastIndex(of: UInt8(ascii: ":"))
      guard let port = Self.port(text[(colon.map(text.utf8.index(after:)) ?? text.startIndex)...])
      else {
        let form = "ADDRESS:PORT is needed, such as 127.0.0.1:9797 or [::1]:9797"
        let range = "the port is a number from 0 to 65535"
        throw Malformed(sentence: "\"\(text)\": \(colon == nil ? form : range)")
      }
      let host = colon.map { text[..<$0] } ?? ""
      guard let address = Self.numeric(host.isEmpty ? "127.0.0.1" : host, port) else {
        let form =
          "the address is a number, such as 127.0.0.1 or [::1], for names are not looked up"
        throw Malformed(sentence: "\"\(text)\": \(form)")
      }
      socketAddress = address
    }

    /// Not an address: one sentence.
    public struct Malformed: Error, Equatable, CustomStringConvertible {
      public let sentence: String
      public var description: String { sentence }
    }

    /// The same with another port.
    func with(port: UInt16) -> Address {
      var address = socketAddress
      address.port = Int(port)
      return Address(address)
    }

    /// 0 where any that is free will do.
    public var port: UInt16 { UInt16(clamping: socketAddress.port ?? 0) }

    public var description: String {
      let host = socketAddress.ipAddress ?? ""
      return host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private static func port(_ text: Substring) -> UInt16? {
      guard (1...5).contains(text.utf8.count),
        text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
      else { return nil }
      return UInt16(text)
    }

    private static func numeric(_ host: Substring, _ port: UInt16) -> SocketAddress? {
      var host = host
      let isBracketed = host.utf8.first == UInt8(ascii: "[") && host.utf8.last == UInt8(ascii: "]")
      if isBracketed { host = host.dropFirst().dropLast() }
      // Without brackets nobody can say where an IPv6 address ends and its port begins. What reads the address
      // (inet_pton) stops at a zero byte, and glibc's also takes the name of an interface, and drops it.
      guard host.utf8.contains(UInt8(ascii: ":")) == isBracketed,
        !host.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "%") })
      else { return nil }
      return try? SocketAddress(ipAddress: String(host), port: Int(port))
    }
  }
}
