// SPDX-License-Identifier: Apache-2.0
import Foundation
import Monitoring
import Testing
import Tour

extension Live {
  /// `synfin metrics --listen`, scraped by a real Prometheus: what the dashboard asks gives the numbers of
  /// traffic that is known.
  @Suite(.enabled(if: PrometheusTools.areTested, "\(PrometheusTools.missing)"))
  struct PrometheusTests {
    @Test func dashboardHasTheNumbers() throws {
      // Prometheus and whoever asks it are outside.
      let namespace = try NamedNamespace()
      let exporter = try Exporter("--netns", "\(namespace.inode)")
      // Nobody can wait for the real alert: five minutes become nothing.
      let rules = try Repository.text(Alert.path)
        .replacing("oldest_seconds > 300", with: "oldest_seconds > 0")
        .replacing(/for: \d+m/, with: "for: 0s")
      let listener = try Socket.listening()
      let prometheus = try PrometheusServer(
        scraping: ["synfin": exporter.port, "listener": listener.localPort], rules: rules)
      let traffic = try namespace.within { try KnownTraffic() }
      let ask = try Questions(prometheus, traffic)
      try ask.expectOpens()
      try ask.expectSlowConnect()
      try ask.expectTimeWait()
      try ask.expectCloseWait()
      try ask.expectCloses()
      try ask.expectTracer(exporter.port)
      try ask.expectEveryQueryToWork()
      try ask.expectAlerts()
      try expectAnswer(to: request(at: listener), of: exporter)
      try expectPromtoolToRead(exporter.get("/metrics"))
      traffic.end()
      #expect(try exporter.tracer.stop().end.stderr.contains("lost 0 "))
    }

    private func expectPromtoolToRead(_ text: String) throws {
      #expect(text.contains("synfin_connections_opened_total{"))
      let folder = try Folder()
      try text.write(toFile: folder.path("scrape"), atomically: false, encoding: .utf8)
      let end = try Child.run(
        "sh", "-c", "exec \"$0\" check metrics <\"$1\"", PrometheusTools.promtool,
        folder.path("scrape"))
      #expect(end.status == 0 && end.stdout.isEmpty && end.stderr.isEmpty, "\(end)")
    }

    /// What a Prometheus asks for is OpenMetrics, and compressed; and it is given that.
    private func expectAnswer(to request: String, of exporter: Exporter) throws {
      let headers = request.split(separator: "\r\n")
        .filter { $0.lowercased().hasPrefix("accept") }.map(String.init)
      #expect(headers.contains { $0.contains("application/openmetrics-text") }, "\(request)")
      #expect(headers.contains { $0.contains("gzip") }, "\(request)")
      let end = try Child(
        ["curl", "-sS", "-D", "/dev/stderr", "-o", "/dev/null"]
          + headers.flatMap { ["-H", $0] } + ["http://127.0.0.1:\(exporter.port)/metrics"]
      ).wait()
      let head = end.stderr.lowercased()
      #expect(head.contains("content-encoding: gzip"), "\(head)")
      #expect(head.contains("content-type: application/openmetrics-text"), "\(head)")
    }

    /// The first request that comes; whoever comes after it waits, and gets nothing.
    private func request(at listener: Socket) throws -> String {
      try listener.waitUntilReadable()
      let scraper = try listener.accept()
      var request = ""
      while !request.contains("\r\n\r\n") { request += try scraper.receiveText() }
      return request
    }
  }
}

extension Socket {
  /// What has come next.
  fileprivate func receiveText() throws -> String {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
    }
    try #require(count > 0)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  fileprivate func waitUntilConnected() throws {
    try waitUntil("a connection") {
      var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      return unsafe poll(&waiting, 1, 0) == 1
    }
  }
}

/// Connections of every kind, each in a number of its own: primes, so that no doubling hides in them.
private struct KnownTraffic {
  /// How many ports connects can take: few, so that nobody else on this host takes a greater share.
  static let ports = 500

  let port: UInt16
  /// Nobody listens there.
  let deadPort: UInt16
  /// Answers only the second SYN, and at last closes the connection that it had before.
  let slowPort: UInt16

  let closedByClient = 23
  let closedByServer = 13
  let resets = 11
  let refused = 7
  let leaked = 3
  let open = 2
  var opened: Int { closedByClient + closedByServer + resets + leaked + open }
  var closed: Int { closedByClient + closedByServer + resets }

  let timeWaitLimit: Int

  private let listener: Socket
  private let deaf: DeafListener
  private let held: [Socket]

  init() throws {
    // Another than this host's.
    timeWaitLimit = 5_003
    try "\(timeWaitLimit)".write(
      toFile: "/proc/sys/net/ipv4/tcp_max_tw_buckets", atomically: false, encoding: .utf8)
    try "40000 \(40_000 + Self.ports - 1)".write(
      toFile: "/proc/sys/net/ipv4/ip_local_port_range", atomically: false, encoding: .utf8)
    // Outside of these.
    listener = try Socket.listening(at: .loopback, port: 9_001)
    port = listener.localPort
    deadPort = 9_002
    deaf = try DeafListener()
    slowPort = deaf.port
    let late = try Socket()
    try late.beginConnecting(.loopback, port: slowPort)
    for _ in 0..<closedByClient { try Churn.leave(at: listener, serverFirst: false) }
    for _ in 0..<closedByServer { try Churn.leave(at: listener, serverFirst: true) }
    for _ in 0..<resets {
      let (client, server) = try Churn.meet(listener)
      try client.setLingerZero()
      client.close()
      try server.waitUntilReset()
      server.close()
    }
    let nobody = deadPort
    for _ in 0..<refused {
      let client = try Socket()
      #expect(throws: Socket.Failure.self) { try client.connect(.loopback, port: nobody) }
    }
    var held = [late]
    for index in 0..<(leaked + open) {
      let (client, server) = try Churn.meet(listener)
      if index < leaked {
        try client.shutdownWriting()
        try server.waitUntilReadable()
      }
      held += [client, server]
    }
    self.held = held
    // The first SYN has been dropped for sure: so much traffic came after it.
    try deaf.hear()
    try late.waitUntilConnected()
  }

  func end() { for socket in held { socket.close() } }
}

/// The dashboard's questions, and what the answers must be.
private struct Questions {
  private let prometheus: PrometheusServer
  private let traffic: KnownTraffic
  private let dashboard: Dashboard
  /// When it was scraped that all traffic was over. All is asked of that one scrape: on a busy host, a
  /// later one may come too late, and then there is nothing.
  private let moment: Double

  init(_ prometheus: PrometheusServer, _ traffic: KnownTraffic) throws {
    (self.prometheus, self.traffic) = (prometheus, traffic)
    dashboard = try Dashboard()
    let port = traffic.port
    let isOver = """
      synfin_build_info
        and on () sum(synfin_connections_closed_total{port="\(port)"}) == \(2 * traffic.closed)
        and on () sum(synfin_connections{port="\(port)",state="CLOSE_WAIT"}) == \(traffic.leaked)
        and on () synfin_connect_duration_seconds_count{port="\(traffic.slowPort)"} == 2
        and on () sum(synfin_http_requests_total{code="200"}) > 0
      """
    var found: [Series] = []
    try waitUntil("all traffic, as \(isOver) has it") {
      found = try prometheus.query("timestamp(\(isOver))")
      return !found.isEmpty
    }
    moment = try #require(found.first?.value)
  }

  /// A query of a panel as Grafana asks it: of all hosts and roles, and of one port or all.
  private func query(_ expression: String, port: UInt16?) -> String {
    expression.replacing("$instance", with: ".*").replacing("$role", with: ".*")
      .replacing("$port", with: port.map(String.init) ?? ".*")
      .replacing("$__rate_interval", with: "1m")
  }

  /// The same with the counters themselves in place of their rates: all began with the test, and a rate is
  /// extrapolated.
  private func totals(
    _ title: String, port: UInt16? = nil, _ index: Int = 0
  ) throws -> [Series] {
    let panel = try #require(dashboard.charts.first { $0.title == title }, "\(title)")
    let expression = try #require(panel.targets)[index].expr
    return try ask(
      query(expression, port: port).replacing(/(?:rate|increase)\(([^()]*)\[1m\]\)/) { $0.1 })
  }

  private func ask(_ text: String) throws -> [Series] { try prometheus.query(text, at: moment) }

  private func expect(
    _ title: String, port: UInt16? = nil, by labels: String..., are expected: [String: Int]
  ) throws {
    let found = try totals(title, port: port)
    let values = Dictionary(
      found.map { series in
        (labels.map { series.metric[$0] ?? "" }.joined(separator: " "), series.value)
      }, uniquingKeysWith: +)
    // A series that was never counted is not there, or 0.
    #expect(values.filter { $0.value != 0 } == expected.mapValues(Double.init), "\(title)")
  }

  func expectOpens() throws {
    let (port, opened) = (traffic.port, traffic.opened)
    try expect(
      "Opened", port: port, by: "role", "port",
      are: ["server \(port)": opened, "client \(port)": opened])
    try expect(
      "Failed to open, by reason", port: traffic.deadPort, by: "reason",
      are: ["refused": traffic.refused])
    try expect(
      "Failed to open, by port", by: "role", "port",
      are: ["client \(traffic.deadPort)": traffic.refused])
    try expect("Failed to open, by reason", port: port, by: "reason", are: [:])
    // Each has a round trip, or a reason why not.
    let known = try ask("sum by (role) (synfin_handshake_rtt_seconds_count)")
    let unknown = try ask("sum by (role) (synfin_handshake_rtt_unknown_total)")
    let all = try ask("sum by (role) (synfin_connections_opened_total)").by("role")
    for (role, count) in all where role != "unknown" {
      #expect(known.by("role")[role, default: 0] + unknown.by("role")[role, default: 0] == count)
    }
  }

  /// One SYN was dropped: of two connects, one takes more than a second.
  func expectSlowConnect() throws {
    let slow = traffic.slowPort
    let buckets = try totals("Connect time, all of them", port: slow).by("le")
    #expect(buckets["1.0"] == 1 && buckets["+Inf"] == 2)
    let quantile = try totals("Slowest ports, p99", port: slow).by("port")["\(slow)"]
    // Which bucket that is, the histogram says.
    let bounds = buckets.compactMap { le, count in count == 2 ? Double(le) : nil }
    let (low, high) = (bounds.min() == 2 ? 1.0 : 2.0, try #require(bounds.min()))
    #expect(quantile.map { $0 > low && $0 <= high } == true, "\(buckets)")
    // SYNs sent again, of the connects there.
    let again = try ask(
      "synfin_handshake_retransmits_total{port='\(slow)',role='client'}"
    ).by("role")["client"]
    #expect(again.map { $0 >= 1 } == true)
    let share = try totals("SYNs and SYN-ACKs sent again", port: slow).by("role")
    #expect(share["client"] == again.map { $0 / 2 })
    let others = try totals("SYNs and SYN-ACKs sent again", port: traffic.port).by("role")
    #expect(others == ["client": 0, "server": 0])
    // The quantiles of the others are within the bucket of that rank.
    for (index, rank) in [0.5, 0.9, 0.99].enumerated() {
      let quantile = try #require(totals("Connect time", port: traffic.port, index).first?.value)
      let counts = try totals("Connect time, all of them", port: traffic.port).by("le")
        .compactMap { le, count in Double(le).map { (bound: $0, count: count) } }
        .sorted { $0.bound < $1.bound }
      #expect(counts.last?.count == Double(traffic.opened))
      let bucket = try #require(
        counts.firstIndex { $0.count >= rank * Double(traffic.opened) })
      #expect(quantile <= counts[bucket].bound)
      #expect(bucket == 0 || quantile >= counts[bucket - 1].bound)
    }
  }

  func expectTimeWait() throws {
    let port = traffic.port
    let waiting = try totals("TIME_WAIT by local port").by("port")
    #expect(waiting["\(port)"] == Double(traffic.closedByServer))
    #expect(waiting["other"] == Double(traffic.closedByClient))
    let first = try totals("Who closes first", port: port).by("role", "port")
    #expect(first["server \(port)"] == Double(traffic.closedByServer))
    #expect(first["client \(port)"] == Double(traffic.closedByClient))
    // Towards the port, each TIME_WAIT and each connection of the client takes one.
    let taken = Double(traffic.closedByClient + traffic.leaked + traffic.open)
    let used = try #require(totals("Local ports taken").first?.value)
    #expect(abs(used * Double(KnownTraffic.ports) - taken) < 1e-3, "\(used)")
    let all = try #require(ask("sum(synfin_time_wait_sockets)").first?.value)
    let limit = try #require(ask("synfin_time_wait_limit_sockets").first?.value)
    let share = try #require(totals("Share of the kernel's limit").first?.value)
    #expect(abs(share * limit - all) < 1e-6)
    #expect(limit == Double(traffic.timeWaitLimit))
    // Between two looks, what others do on this host may make one.
    try waitUntil("no drift") {
      try prometheus.query("synfin_time_wait_drift_sockets").map(\.value) == [0]
    }
  }

  func expectCloseWait() throws {
    let port = traffic.port
    try expect(
      "In CLOSE_WAIT", by: "role", "port",
      are: ["server \(port)": traffic.leaked, "client \(traffic.slowPort)": 1])
    let oldest = try totals("Oldest in CLOSE_WAIT", port: port).by("port")
    #expect(oldest["\(port)"].map { $0 > 0 } == true)
    try expect(
      "Connections by state", port: port, by: "state",
      are: [
        "ESTABLISHED": 2 * traffic.open, "CLOSE_WAIT": traffic.leaked, "FIN_WAIT2": traffic.leaked,
      ])
  }

  func expectCloses() throws {
    let (port, resets) = (traffic.port, traffic.resets)
    let closes = try totals("How connections end", port: port).by("close")
    #expect(closes["reset_sent"] == Double(resets) && closes["reset_received"] == Double(resets))
    #expect(closes.values.reduce(0, +) == Double(2 * traffic.closed))
    try expect(
      "Resets by port", by: "role", "port", "close",
      are: [
        "client \(port) reset_sent": resets, "server \(port) reset_received": resets,
      ])
    let share = try totals("Share that a RST ends", port: port).by("role")
    let expected = Double(resets) / Double(traffic.closed)
    #expect(share == ["client": expected, "server": expected])
    try expect(
      "Who sent the first FIN", port: port, by: "role", "first_fin",
      are: [
        "client local": traffic.closedByClient, "client remote": traffic.closedByServer,
        "server remote": traffic.closedByClient, "server local": traffic.closedByServer,
        "client none": resets, "server none": resets,
      ])
    let lived = try ask(
      "sum by (role) (synfin_connection_duration_seconds_count{port='\(port)'})"
    ).by("role")
    #expect(lived == ["client": Double(traffic.closed), "server": Double(traffic.closed)])
  }

  func expectTracer(_ scraped: UInt16) throws {
    #expect(try totals("Scraped").by("instance") == ["127.0.0.1:\(scraped)": 1])
    let lost = try totals("Events lost").by("stage")
    #expect(Set(["ring", "guard", "gap", "table"]).isSubset(of: lost.keys))
    #expect(lost.values.allSatisfy { $0 == 0 })
    #expect(try totals("Events").first.map { $0.value > 100 } == true)
    #expect(try totals("Attachments").map(\.value) == [1])
    #expect(try totals("Counted as other").map(\.value) == [0])
    #expect(try totals("Requests").by("code")["200"].map { $0 > 0 } == true)
    #expect(try totals("Scrapers").first.map { $0.value >= 1 } == true)
    #expect(try totals("Memory").by("instance").values.allSatisfy { $0 > 1e6 })
    let version = try #require(totals("Versions").first?.metric["kernel"])
    #expect(try KernelTables.text("/proc/sys/kernel/osrelease").hasPrefix(version))
    // Units are only told in OpenMetrics.
    let metadata = try prometheus.ask(
      "targets/metadata", ["metric": "synfin_connect_duration_seconds"], as: [Metadata].self)
    #expect(metadata.map(\.unit) == ["seconds"] && metadata.map(\.type) == ["histogram"])
  }

  private struct Metadata: Decodable {
    let unit: String
    let type: String
  }

  /// Each gives something, once there are two scrapes to see a rate in.
  func expectEveryQueryToWork() throws {
    // No file is written here, no scraper dropped, and no statistics of programs are kept unasked.
    let absent = ["textfile_failures", "connections_dropped", "synfin_bpf_run"]
    for target in dashboard.charts.flatMap({ $0.targets ?? [] }) {
      let query = query(target.expr, port: nil)
      var found = try prometheus.query(query)
      if absent.contains(where: query.contains) { continue }
      try waitUntil("something of \(query)") {
        if found.isEmpty { found = try prometheus.query(query) }
        return !found.isEmpty
      }
    }
  }

  /// All rules can be evaluated on what there is, and the leak is told of.
  func expectAlerts() throws {
    let groups = try prometheus.ask("rules", as: Groups.self).groups
    #expect(try groups.flatMap(\.rules).count == Alert.all().count)
    for rule in groups.flatMap(\.rules) {
      #expect(rule.health == "ok" && rule.lastError == nil, "\(rule)")
    }
    try waitUntil("an alert of the leak") {
      try prometheus.query("ALERTS{alertname='SynfinCloseWaitLeak',alertstate='firing'}")
        .by("port", "severity")
        == ["\(traffic.port) warning": 1, "\(traffic.slowPort) warning": 1]
    }
    // Those that failed or were slow are too few for the others.
    let firing = try prometheus.query(
      "ALERTS{alertstate='firing',alertname=~'Synfin(Handshake|Connect|CloseWait|Ports).*'}")
    #expect(Set(firing.map { $0.metric["alertname"] }) == ["SynfinCloseWaitLeak"])
  }

  private struct Groups: Decodable {
    let groups: [Group]

    struct Group: Decodable {
      let rules: [Rule]
    }

    struct Rule: Decodable {
      let name: String
      let health: String
      let lastError: String?
    }
  }
}
