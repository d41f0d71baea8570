// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

/// Clients of the daemon that nobody would want: they ask by halves, read a little now and then, say
/// what is no HTTP, go away, or come all at once and say nothing. Never more than a few hundred.
final class Strangers {
  private enum Manner: CaseIterable {
    case asksByHalves
    case readsSlowly
    case talksNonsense
    case asksTooMuch
    case leavesAtOnce
    case saysNothing
  }

  private final class Stranger {
    let manner: Manner
    let socket: Descriptor
    let until: Double

    init(_ manner: Manner, _ socket: consuming Descriptor, until: Double) {
      self.manner = manner
      self.socket = socket
      self.until = until
    }
  }

  /// How many have come.
  private(set) var count = 0
  private let port: UInt16
  private var present: [Stranger] = []
  private var arrival = Beat(every: 1, from: 0)
  private var rush = Beat(every: 60, from: 10)
  private var chunk = [UInt8](repeating: 0, count: 256)

  private static let most = 60
  private static let rushing = 160
  private static let patience = 40.0

  init(port: UInt16) { self.port = port }

  /// To be called many times a second.
  func step(at time: Double) {
    present.removeAll { time >= $0.until || !goOn($0) }
    if arrival.isDue(at: time), present.count < Self.most {
      let manners = Manner.allCases.dropLast()
      come(manners[count % manners.count], until: time + Self.patience)
    }
    if rush.isDue(at: time) {
      for _ in 0..<Self.rushing { come(.saysNothing, until: time + 5) }
    }
  }

  func leave() { present = [] }

  /// Whether the connection is still there.
  private func goOn(_ stranger: Stranger) -> Bool {
    switch stranger.manner {
    case .readsSlowly, .talksNonsense, .asksTooMuch, .asksByHalves:
      let count = recv(stranger.socket.raw, &chunk, chunk.count, Int32(MSG_DONTWAIT))
      return count > 0 || count < 0 && errno == EAGAIN
    case .leavesAtOnce: return false
    case .saysNothing: return true
    }
  }

  private func come(_ manner: Manner, until: Double) {
    // One that finds no place is one that there is no need for.
    guard let raw = connection(to: Endpoint(loopback: port), within: 1),
      let socket = try? Descriptor(adopting: raw, "connect")
    else { return }
    if manner == .readsSlowly {
      var size: Int32 = 2048
      setsockopt(raw, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    let words = Array(Self.words(manner).utf8)
    _ = send(raw, words, words.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    count += 1
    present.append(Stranger(manner, socket, until: until))
  }

  private static func words(_ manner: Manner) -> String {
    switch manner {
    case .asksByHalves: "GET /metrics HTTP/1.1\r\nHost: 127."
    case .readsSlowly, .leavesAtOnce: "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    case .talksNonsense: "\u{16}\u{3}\u{1}\u{0}\u{0}\r\n\r\n\u{0}\u{7f}"
    case .asksTooMuch:
      "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nA: " + String(repeating: "b", count: 20_000)
    case .saysNothing: ""
    }
  }
}
