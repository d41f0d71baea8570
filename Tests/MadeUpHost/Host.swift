// SPDX-License-Identifier: Apache-2.0
package import Lifecycle
package import Metrics

/// A host whose records are made up, a tracker that takes them in, and the numbers that come out.
package struct Host: ~Copyable {
  package var tracker: Tracker
  package var numbers: Numbers
  /// Nanoseconds of CLOCK_MONOTONIC.
  package private(set) var now: UInt64
  private var lastPort: UInt16 = 40_000
  private var sockets: UInt64 = 0xffff_8880_0000_0000

  package static let startedAt: UInt64 = 5_000_000_000
  package static let netns: UInt32 = 4_026_531_840
  package static let here = Address(v4: 0x0a00_0001)
  package static let there = Address(v4: 0x0a00_0009)
  package static let curl = Process(pid: 4321, comm: Comm("curl"))
  package static let nginx = Process(pid: 80, comm: Comm("nginx"))

  package init(
    filter: Filter = Filter(), services: Int = 256, owners: Int = 512, maxPorts: Int = 64
  ) {
    tracker = Tracker(startedAt: Self.startedAt, tiers: .all, followsTimeWaits: true)
    numbers = Numbers(
      metrics: Metrics(
        matching: filter, startedAt: Self.startedAt, services: services, owners: owners),
      totals: Totals(matching: filter, startedAt: Self.startedAt, maxPorts: maxPorts))
    now = Self.startedAt
  }

  package mutating func wait(_ nanoseconds: UInt64) { now += nanoseconds }

  /// All that has ended by now is told, and everything is read.
  package mutating func read() -> Reading {
    settle()
    return numbers.metrics.read(tracker, losses: Losses(), at: now)
  }

  /// The same to be scraped.
  ///
  /// - Parameter home: the network namespace of the tracer.
  package mutating func snapshot(home: UInt32 = Host.netns) -> Snapshot {
    settle()
    return numbers.totals.read(tracker, at: now, home: home)
  }

  private mutating func settle() {
    // A RST that may rename an end is waited for.
    now += 1_000_000_000
    tracker.settle(readAt: now, losses: Losses(), countedAt: now, into: &numbers)
  }

  /// What the network namespace says of itself.
  package mutating func say(
    minis: Int? = nil, limit: Int? = nil, ports: ClosedRange<UInt16> = 32768...60999
  ) {
    for name in tracker.namespacesToAsk {
      let facts = NamespaceFacts(
        inode: Self.netns, at: now, jiffies: now / 4_000_000, minis: minis, limit: limit,
        ports: ports)
      tracker.compare(name, facts, facts)
    }
  }

  /// The end of the run.
  package mutating func finish() -> Reading {
    tracker.finish(at: now, losses: Losses(), into: &numbers)
    return numbers.metrics.read(tracker, losses: Losses(), at: now)
  }

  package mutating func tell(
    _ socket: Socket, _ facts: Record.Facts, _ flags: Record.Flags = [], error: UInt16 = 0,
    shutdown: UInt8 = 0
  ) {
    now += 1_000
    tracker.apply(
      Record(
        socket: socket.address, at: now, tuple: socket.tuple, netns: Self.netns, flags: flags,
        error: error, shutdown: shutdown, facts: facts), into: &numbers)
  }

  /// A connection of this host; its local port is a new one where it connects.
  package struct Socket {
    package var address: UInt64
    package var tuple: Tuple
  }

  // MARK: Opens

  /// - Parameter time: from SYN_SENT to ESTABLISHED, in nanoseconds.
  package mutating func connect(
    to port: UInt16, by task: Process = Host.curl, in time: UInt64 = 90_000, retrans: UInt32 = 0
  ) -> Socket {
    let socket = dial(port, by: task)
    now += time - 1_000
    tell(socket, .established(from: .synSent, handshake(84, retrans)), .hasSocket)
    return socket
  }

  /// A connect that has not been answered.
  package mutating func dial(_ port: UInt16, by task: Process = Host.curl) -> Socket {
    let socket = socket(localPort: nextPort(), remotePort: port)
    tell(socket, .openedActively(cgroup: 7, uid: 1000, task: task), [.owned, .hasSocket])
    return socket
  }

  package mutating func refused(at port: UInt16) {
    let socket = dial(port)
    tell(socket, .resetReceived)
    tell(socket, .closed(from: .synSent, Record.Closed(segsIn: 1)), error: 111)
  }

  package mutating func timedOut(at port: UInt16) {
    let socket = dial(port)
    tell(socket, .closed(from: .synSent, Record.Closed()), error: 110)
  }

  /// - Parameter rtt: the kernel's sample, in µs.
  package mutating func accept(
    at port: UInt16, by task: Process? = Host.nginx, rtt: UInt32 = 84, retrans: UInt32 = 0
  ) -> Socket {
    let socket = socket(localPort: port, remotePort: nextPort())
    tell(socket, .openedPassively(cgroup: 8, uid: 33))
    tell(socket, .established(from: .synRecv, handshake(rtt, retrans)))
    if let task {
      tell(socket, .taken(.accept, cgroup: 8, uid: 33, task: task), .hasSocket)
    }
    return socket
  }

  /// One that was there before.
  package mutating func find(
    _ state: TCPState, localPort: UInt16, remotePort: UInt16, task: Process = Host.nginx
  ) -> Socket {
    let socket = socket(localPort: localPort, remotePort: remotePort)
    tell(socket, .found(state, cgroup: 8, uid: 33, task: task), .hasSocket)
    return socket
  }

  // MARK: Closes

  package mutating func closeFirst(_ socket: Socket, by task: Process = Host.curl) {
    tell(
      socket, .shut(from: .established, to: .finWait1, Record.Shut(task: task)),
      [.owned, .dead], shutdown: 3)
    tell(socket, .step(from: .finWait1, to: .finWait2, stamp: 100, unsent: 0), .dead)
    let closed = Record.Closed(
      bytesAcked: 2, bytesReceived: 1, stamp: 200, jiffies: now / 4_000_000, net: 0x1000)
    tell(socket, .closed(from: .finWait2, closed), [.dead, .done], shutdown: 3)
  }

  /// The peer's FIN.
  package mutating func receiveFIN(_ socket: Socket) {
    tell(
      socket, .step(from: .established, to: .closeWait, stamp: 100, unsent: 0),
      [.done, .hasSocket])
  }

  package mutating func closeSecond(_ socket: Socket, by task: Process = Host.nginx) {
    tell(
      socket, .shut(from: .closeWait, to: .lastAck, Record.Shut(task: task)),
      [.owned, .dead, .done], shutdown: 3)
    let closed = Record.Closed(bytesAcked: 2, bytesReceived: 1, stamp: 200)
    tell(socket, .closed(from: .lastAck, closed), [.dead, .done], shutdown: 3)
  }

  package mutating func receiveReset(_ socket: Socket) {
    tell(socket, .resetReceived)
    tell(socket, .closed(from: .established, Record.Closed()), .hasSocket, error: 104)
  }

  // MARK: -

  private mutating func nextPort() -> UInt16 {
    lastPort += 1
    return lastPort
  }

  private mutating func socket(localPort: UInt16, remotePort: UInt16) -> Socket {
    sockets += 0x1000
    return Socket(
      address: sockets,
      tuple: Tuple(
        local: Self.here, localPort: localPort, remote: Self.there, remotePort: remotePort))
  }

  private func handshake(_ rtt: UInt32, _ retrans: UInt32) -> Record.Handshake {
    Record.Handshake(
      srtt: rtt * 8, totalRetrans: retrans, sndUna: 1001, rcvNxt: 2001, bytesAcked: 1,
      bytesReceived: 0)
  }
}

/// The numbers of a screen and those of a scrape, of the same facts.
package struct Numbers: FactSink {
  package var metrics: Metrics
  package var totals: Totals

  package mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {
    metrics.transition(connection, edge, at: at)
    totals.transition(connection, edge, at: at)
  }

  package mutating func finished(_ end: ConnectionEnd) {
    metrics.finished(end)
    totals.finished(end)
  }
}

extension Snapshot {
  package func server(_ port: UInt16?) -> ServiceRow? {
    services[Service(role: .server, port: port)]
  }
  package func client(_ port: UInt16?) -> ServiceRow? {
    services[Service(role: .client, port: port)]
  }
  package func unknown(_ port: UInt16?) -> ServiceRow? {
    services[Service(role: .unknown, port: port)]
  }
}

extension Reading {
  package func server(_ port: UInt16) -> Row? { services[Service(role: .server, port: port)] }
  package func client(_ port: UInt16) -> Row? { services[Service(role: .client, port: port)] }
  package func unknown(_ port: UInt16) -> Row? { services[Service(role: .unknown, port: port)] }
  package func owner(_ process: Process) -> Row? { owners[Owner(process)] }
}
