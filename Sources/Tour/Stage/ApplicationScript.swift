// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc
internal import Lifecycle

/// What an ``Application`` does in its own process: an order a line, and a number in answer to each.
package enum ApplicationScript {
  /// The word that makes this program one.
  package static let command = "tour-application"

  package static func run(named name: String) {
    try? SystemFile.write(name, "/proc/self/comm")
    var sockets = Sockets()
    while let line = readLine() {
      do {
        answer("\(try sockets.follow(line.split(separator: " ").map(String.init)))")
      } catch {
        answer("\(error)")
      }
    }
  }

  private static func answer(_ text: String) {
    let line = Array("\(text)\n".utf8)
    unsafe _ = line.withUnsafeBytes { unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
  }

  private struct Sockets {
    private var listener: Socket?
    private var socket: Socket?

    mutating func follow(_ words: [String]) throws -> Int {
      switch words.first {
      case "listen":
        let listener = try Self.made()
        try listener.bind(try Self.address(words), port: 0)
        try listener.listen(backlog: 8)
        self.listener = listener
        return Int(listener.localPort)
      case "connect":
        let socket = try Self.made()
        try socket.connect(try Self.address(words), port: UInt16(words[2]) ?? 0)
        self.socket = socket
        return Int(socket.localPort)
      case "accept": socket = try listener?.accept()
      case "finish": try socket?.shutdownWriting()
      case "drain": try socket?.receiveAll()
      case "close":
        socket?.close()
        socket = nil
      default: throw Unplayable("no such order")
      }
      return 0
    }

    private static func made() throws -> Socket {
      let socket = try Socket()
      try socket.limitWaiting()
      return socket
    }

    private static func address(_ words: [String]) throws -> Address {
      guard words.count > 1, let number = UInt32(words[1]) else { throw Unplayable("no address") }
      return Address(v4: number)
    }
  }
}
