// SPDX-License-Identifier: Apache-2.0
import Lifecycle

/// One end of a connection as the kernel would tell it; times are milliseconds since the start.
struct Talk {
  private(set) var records: [Record] = []
  private let socket: UInt64
  private var tuple: Tuple
  private let process: Process
  private let isServer: Bool

  /// HZ is 250.
  static let tick: UInt64 = 4_000_000
  static let start: UInt64 = 1_000_000_000_000
  static let curl = Process(pid: 4321, comm: Comm("curl"))
  static let nginx = Process(pid: 80, comm: Comm("nginx"))
  static let service = Address(v4: 0x0a00_0009)
  static let host = Address(v4: 0x0a00_0001)

  /// Of who connects.
  init(
    _ number: Int, process: Process = Talk.curl, to remote: Address = Talk.service,
    port: UInt16 = 443
  ) {
    socket = 0xffff_8880_0000_0000 + UInt64(number) << 12
    self.process = process
    isServer = false
    tuple = Tuple(
      local: Self.host, localPort: UInt16(truncatingIfNeeded: 10_000 + number), remote: remote,
      remotePort: port)
  }

  /// Of who accepts.
  init(server number: Int, process: Process = Talk.nginx, at port: UInt16 = 8080) {
    socket = 0xffff_8890_0000_0000 + UInt64(number) << 12
    self.process = process
    isServer = true
    tuple = Tuple(
      local: Self.host, localPort: port, remote: Self.service,
      remotePort: UInt16(truncatingIfNeeded: 20_000 + number))
  }

  static func time(_ ms: Double) -> UInt64 { start + UInt64(ms * 1e6) }

  mutating func tell(
    _ ms: Double, _ facts: Record.Facts, _ flags: Record.Flags = [], error: UInt16 = 0,
    shutdown: UInt8 = 0
  ) {
    records.append(
      Record(
        socket: socket, at: Self.time(ms), tuple: tuple, netns: 4_026_531_840, flags: flags,
        error: error, shutdown: shutdown, facts: facts))
  }

  /// It was there before.
  mutating func found(_ ms: Double = 0.1, in state: TCPState = .established) {
    tell(ms, .found(state, cgroup: 7, uid: 0, task: process), .hasSocket)
  }

  mutating func open(_ ms: Double, established: Double? = nil) {
    if isServer {
      tell(ms, .openedPassively(cgroup: 7, uid: 33))
    } else {
      tell(ms, .openedActively(cgroup: 7, uid: 1000, task: process), [.owned, .hasSocket])
    }
    guard let established else { return }
    let handshake = Record.Handshake(
      srtt: 84 * 8, totalRetrans: 0, sndUna: 1001, rcvNxt: 2001, bytesAcked: isServer ? 0 : 1,
      bytesReceived: 0)
    tell(established, .established(from: isServer ? .synRecv : .synSent, handshake))
    if isServer {
      tell(established, .taken(.accept, cgroup: 7, uid: 33, task: process), .hasSocket)
    }
  }

  /// Our FIN, its ACK, and the peer's FIN: it leaves a TIME_WAIT.
  mutating func closeFirst(_ fin: Double, acked: Double, closed: Double) {
    shut(.established, .finWait1, fin)
    tell(acked, .step(from: .finWait1, to: .finWait2, stamp: 100, unsent: 0), .dead)
    end(.finWait2, closed, Record.Closed(stamp: 200), [.dead, .done], shutdown: 3)
  }

  /// The peer's FIN, ours, and its ACK.
  mutating func closeSecond(_ fin: Double, closes: Double, closed: Double) {
    tell(fin, .step(from: .established, to: .closeWait, stamp: 100, unsent: 0), .done)
    shut(.closeWait, .lastAck, closes)
    end(.lastAck, closed, Record.Closed(stamp: 200), [.dead, .done], shutdown: 3)
  }

  /// FINs that cross.
  mutating func closeTogether(_ fin: Double, crossed: Double, closed: Double) {
    shut(.established, .finWait1, fin)
    tell(crossed, .step(from: .finWait1, to: .closing, stamp: 100, unsent: 0), [.dead, .done])
    end(.closing, closed, Record.Closed(stamp: 200), [.dead, .done], shutdown: 3)
  }

  mutating func shut(_ from: TCPState, _ to: TCPState, _ ms: Double) {
    tell(
      ms, .shut(from: from, to: to, Record.Shut(task: process)), [.owned, .dead], shutdown: 3)
  }

  /// To CLOSE, from any state.
  mutating func end(
    _ from: TCPState, _ ms: Double, _ closed: Record.Closed = Record.Closed(),
    _ flags: Record.Flags = [], error: UInt16 = 0, shutdown: UInt8 = 0
  ) {
    var closed = closed
    closed.jiffies = Self.time(ms) / Self.tick
    closed.net = 0xffff_8880_dead_0000
    tell(ms, .closed(from: from, closed), flags, error: error, shutdown: shutdown)
  }

  /// A RST answers the SYN.
  mutating func refuse(_ ms: Double) {
    tell(ms, .resetReceived)
    end(.synSent, ms, Record.Closed(segsIn: 1), error: 111)
  }

  mutating func resetByPeer(_ ms: Double) {
    tell(ms, .resetReceived)
    end(.established, ms, error: 104)
  }

  mutating func resetByUs(_ ms: Double) {
    end(.established, ms, Record.Closed(task: process), [.owned, .linger0], shutdown: 3)
  }
}

extension Talk {
  /// A whole connection of who closes first, from `at` on: 10 ms of each state.
  static func whole(_ number: Int, at: Double = 100, process: Process = Talk.curl) -> Talk {
    var talk = Talk(number, process: process)
    talk.open(at, established: at + 10)
    talk.closeFirst(at + 20, acked: at + 25, closed: at + 30)
    return talk
  }

  static func refused(_ number: Int, at: Double = 100, process: Process = Talk.curl) -> Talk {
    var talk = Talk(number, process: process)
    talk.open(at)
    talk.refuse(at + 5)
    return talk
  }

  static func reset(_ number: Int, at: Double = 100, process: Process = Talk.curl) -> Talk {
    var talk = Talk(number, process: process)
    talk.open(at, established: at + 10)
    talk.resetByPeer(at + 20)
    return talk
  }
}
