// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc
internal import Lifecycle

/// A host with few local ports, whose client connects again and again: all on loopback, and one after the
/// other. Nobody takes over a TIME_WAIT unless a case allows it.
final class FewPorts {
  /// As the kernel wishes, one end is even and the other odd: connect() goes through the even ones first.
  static let range: ClosedRange<UInt16> = 61_000...61_099
  static var count: Int { range.count }
  static let rangePath = "/proc/sys/net/ipv4/ip_local_port_range"

  static let server = Address(v4: 0x7f00_0002)
  static let otherServer = Address(v4: 0x7f00_0003)
  static let otherClient = Address(v4: 0x7f00_0004)

  let host: Host
  /// What the namespace began with.
  let usualRange: ClosedRange<Int>?
  let usualLimit: Int?
  /// Whatever the tracer will tell of: the connections, and those that failed in connect().
  private(set) var visits: [Ports] = []
  private(set) var failures: [Ports] = []

  init(_ link: Link) throws {
    host = link.client
    let words = try host.setting("ip_local_port_range").split { $0 == "\t" || $0 == " " }
      .compactMap { Int($0) }
    usualRange = words.count == 2 && words[0] <= words[1] ? words[0]...words[1] : nil
    usualLimit = Int(try host.setting("tcp_max_tw_buckets"))
    try host.set("ip_local_port_range", "\(Self.range.lowerBound) \(Self.range.upperBound)")
    try host.set("tcp_tw_reuse", "0")
    try host.set("tcp_max_tw_buckets", "10000")
  }

  /// Somebody who listens.
  struct Service {
    let listener: Socket
    let address: Address
    let port: UInt16
    var name: String { address.dotted + ":\(port)" }
  }

  func serve(_ address: Address = server, port: UInt16 = 8080) throws -> Service {
    let listener = try host.run { try Socket() }
    try listener.limitWaiting()
    try listener.bind(address, port: port)
    try listener.listen(backlog: 8)
    return Service(listener: listener, address: address, port: port)
  }

  /// How a client comes to its local address.
  enum Binding {
    /// As most do: connect() chooses address and port.
    case none
    /// `bind()` to an address and port 0, which chooses the port before it is known where to.
    case bind(Address)
    /// The same with `IP_BIND_ADDRESS_NO_PORT`: connect() chooses the port.
    case bindAddressOnly(Address)
  }

  /// A socket that is about to connect.
  func client(_ binding: Binding = .none) throws -> Socket {
    let client = try host.run { try Socket() }
    try client.limitWaiting()
    switch binding {
    case .none: break
    case .bind(let address): try client.bind(address, port: 0)
    case .bindAddressOnly(let address):
      // `IP_BIND_ADDRESS_NO_PORT` of <linux/in.h>.
      try client.setOption(CInt(IPPROTO_IP), 24, 1)
      try client.bind(address, port: 0)
    }
    return client
  }

  /// One connection, closed in order.
  ///
  /// - Parameter first: who closes first, and so is left with TIME_WAIT.
  func visit(_ service: Service, _ binding: Binding = .none, closing first: Side = .client) throws
    -> Ports
  {
    if StopSignal.isPending { throw Interrupted() }
    let client = try client(binding)
    do {
      try client.connect(service.address, port: service.port)
    } catch {
      failures.append(Ports(client: 0, server: service.port))
      throw error
    }
    let ports = Ports(client: client.localPort, server: service.port)
    visits.append(ports)
    let server = try service.listener.accept()
    let (one, other) = first == .client ? (client, server) : (server, client)
    try one.shutdownWriting()
    try other.receiveAll()
    other.close()
    // The other FIN has come: TIME_WAIT has begun.
    try one.receiveAll()
    one.close()
    return ports
  }

  /// What came of many.
  struct Crowd {
    var ports: [Ports] = []
    /// When each was over.
    var endedAt: [UInt64] = []
    /// What the application got at last, and of which call.
    var failure: Socket.Failure?
  }

  /// One connection after the other until no port is left for one more, or there are as many as wanted.
  func visit(
    _ service: Service, _ binding: Binding = .none, atMost count: Int,
    then each: (Int) throws -> Void = { _ in }
  ) throws -> Crowd {
    var crowd = Crowd()
    while crowd.ports.count < count {
      do {
        crowd.ports.append(try visit(service, binding))
      } catch let failure as Socket.Failure where failure.isLackOfPorts {
        crowd.failure = failure
        break
      }
      crowd.endedAt.append(Monotonic.now())
      try each(crowd.ports.count)
    }
    return crowd
  }

  /// Until no port is left; a kernel that never says so is not what is explained.
  func exhaust(
    _ service: Service, _ binding: Binding = .none, then each: (Int) throws -> Void = { _ in }
  ) throws -> Crowd {
    let crowd = try visit(service, binding, atMost: 2 * Self.count, then: each)
    if crowd.failure == nil {
      throw NeverCame(
        description: "\(crowd.ports.count) connections, and still there is a port for one more")
    }
    return crowd
  }

  /// Whether one more can be made, or what the application gets.
  func attempt(_ service: Service, _ binding: Binding = .none) throws -> Result<
    Ports, Socket.Failure
  > {
    do {
      return .success(try visit(service, binding))
    } catch let failure as Socket.Failure where failure.isLackOfPorts {
      return .failure(failure)
    }
  }

  /// What `synfin timewait` says of this host now; `nil` where the kernel has no sock_diag for TCP.
  func census() throws -> TimeWaitCensus.Namespace? {
    var filter = Filter()
    filter.netns = UInt32(host.inode)
    return try host.run { try TimeWaitSnapshot.take(matching: filter)?.census.namespaces.first }
  }

  /// How many mini sockets the kernel counts here.
  func minis() throws -> Int? { try host.run { try KernelTables.minis() } }

  /// The local ports that the kernel lists in TIME_WAIT.
  func timeWaitPorts() throws -> [UInt16] {
    try host.run { try KernelTables.rows() }.filter { $0.state == .timeWait }.map(\.localPort)
  }
}

extension Log {
  /// All that was made there is told, before it is looked at.
  mutating func follow(_ ports: FewPorts) {
    for visit in ports.visits { follow(visit) }
    for failure in ports.failures { follow(failure, ends: 1) }
  }
}

extension TimeWaitCensus.Namespace {
  /// What goes to one service.
  func remote(_ service: FewPorts.Service) -> TimeWaitCensus.Remote? {
    remotes.first { $0.remote == service.address && $0.remotePort == service.port }
  }
}

extension Socket.Failure {
  /// No port for a connection: from connect(), or from bind() before it.
  var isLackOfPorts: Bool { errno == EADDRNOTAVAIL || errno == EADDRINUSE }

  /// `connect(): EADDRNOTAVAIL`
  var brief: String {
    let name = Errno.name(UInt16(truncatingIfNeeded: errno)).map { "\($0)" } ?? "errno \(errno)"
    return "\(doing)(): \(name)"
  }
}

extension Result where Success == Ports, Failure == Socket.Failure {
  var isConnected: Bool { if case .success = self { true } else { false } }

  /// Whether it failed for want of a port as connect() tells it.
  var failedToConnect: Bool {
    if case .failure(let failure) = self { failure.errno == EADDRNOTAVAIL } else { false }
  }

  var brief: String {
    switch self {
    case .success(let ports): "connected from port \(ports.client)"
    case .failure(let failure): failure.brief
    }
  }
}

extension Address {
  /// `127.0.0.2`
  var dotted: String {
    let v4 = self.v4 ?? 0
    return [24, 16, 8, 0].map { "\(v4 >> $0 & 0xff)" }.joined(separator: ".")
  }
}
