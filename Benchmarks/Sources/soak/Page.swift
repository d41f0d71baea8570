// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

/// An answer by HTTP/1.1 whose length was told.
struct Page {
  let status: Int
  /// By their names in small letters.
  let fields: [String: String]
  let body: [UInt8]
}

/// A connection to the daemon, over which a scraper asks one thing after the other.
struct Visit: ~Copyable {
  private let socket: Descriptor
  private let deadline: Double
  private let waiter: Waiter
  private var bytes: [UInt8] = []

  /// - Parameter seconds: for all that is asked, connecting included.
  init(port: UInt16, within seconds: Int, _ waiter: Waiter) throws(Trouble) {
    deadline = now() + Double(seconds)
    self.waiter = waiter
    let connected = connection(to: Endpoint(loopback: port), within: seconds)
    socket = try Descriptor(adopting: connected ?? -1, "connect")
  }

  mutating func get(_ path: String, _ fields: [String] = []) throws(Trouble) -> Page {
    let lines = ["GET \(path) HTTP/1.1", "Host: 127.0.0.1"] + fields + ["", ""]
    let request = Array(lines.joined(separator: "\r\n").utf8)
    guard send(socket.raw, request, request.count, Int32(MSG_NOSIGNAL)) == request.count
    else { throw .failed("\(path): the request could not be sent") }
    var head = try readHead(path)
    let status = head.removeFirst().split(separator: " ").dropFirst().first.flatMap { Int($0) }
    var told: [String: String] = [:]
    for line in head {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { throw .failed("\(path): an odd header: \(line)") }
      told[parts[0].lowercased()] = parts[1].split(separator: " ").joined(separator: " ")
    }
    guard let status, let length = told["content-length"].flatMap({ Int($0) }) else {
      throw .failed("\(path): an answer without status or length")
    }
    while bytes.count < length { try readMore(path) }
    let body = Array(bytes.prefix(length))
    bytes.removeFirst(length)
    return Page(status: status, fields: told, body: body)
  }

  private mutating func readHead(_ path: String) throws(Trouble) -> [Substring] {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let range = bytes.firstRange(of: end) {
        let head = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
        bytes.removeFirst(range.upperBound)
        // A line's end is one character.
        return head.split(separator: "\r\n")
      }
      try readMore(path)
    }
  }

  private mutating func readMore(_ path: String) throws(Trouble) {
    guard try waiter.readable(socket.raw, within: max(0, deadline - now())) else {
      throw .failed("\(path): no answer in time, but \(bytes.count) bytes of it")
    }
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = read(socket.raw, &chunk, chunk.count)
    guard count > 0, bytes.count < 1 << 26 else {
      throw .failed("\(path): the answer ended after \(bytes.count) bytes")
    }
    bytes += chunk.prefix(count)
  }
}
