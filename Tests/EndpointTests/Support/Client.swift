// SPDX-License-Identifier: Apache-2.0
import Glibc
import NIOCore

@testable import Endpoint

/// A client with a socket and no manners but those of its test. It waits for at most 20 s, so that what hangs
/// fails.
final class Client {
  private let socket: CInt
  private var kept: [UInt8] = []

  struct Failure: Error {
    let doing: String
    let number = errno
  }

  /// Not connected yet.
  init(receiveBuffer: CInt? = nil) throws {
    socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { throw Failure(doing: "socket") }
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
    unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
    if var receiveBuffer {
      let size = socklen_t(MemoryLayout<CInt>.size)
      unsafe setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, size)
    }
  }

  convenience init(_ address: Endpoint.Address, receiveBuffer: CInt? = nil) throws {
    try self.init(receiveBuffer: receiveBuffer)
    try connect(address)
  }

  deinit { close(socket) }

  func connect(_ address: Endpoint.Address) throws {
    let result = unsafe address.socketAddress.withSockAddr { raw, size in
      unsafe Glibc.connect(socket, raw, socklen_t(size))
    }
    guard result == 0 else { throw Failure(doing: "connect") }
  }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure(doing: "send") }
      rest = rest.dropFirst(count)
    }
  }

  func get(_ path: String, _ fields: String = "") throws {
    try send("GET \(path) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n")
  }

  func closeOutput() { shutdown(socket, CInt(SHUT_WR)) }

  /// One answer with its head; `nil` at the end.
  func answer() throws -> (head: String, body: [UInt8])? {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let blank = kept.firstRange(of: end) {
        let head = String(decoding: kept[..<blank.lowerBound], as: UTF8.self)
        let length =
          head.split(separator: "\r\n").lazy
          .filter { $0.hasPrefix("content-length: ") }
          .compactMap { Int($0.dropFirst("content-length: ".count)) }.first ?? 0
        if kept.count >= blank.upperBound + length {
          let body = Array(kept[blank.upperBound..<blank.upperBound + length])
          kept.removeFirst(blank.upperBound + length)
          return (head, body)
        }
      }
      guard try readMore() else { return nil }
    }
  }

  /// All until the end.
  func rest() throws -> String {
    while try readMore() {}
    return String(decoding: kept, as: UTF8.self)
  }

  /// Whether there was more.
  private func readMore() throws -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe recv(socket, $0.baseAddress, $0.count, 0)
    }
    guard count >= 0 else { throw Failure(doing: "recv") }
    kept += bytes[..<count]
    return count > 0
  }
}
