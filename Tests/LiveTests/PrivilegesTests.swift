// SPDX-License-Identifier: Apache-2.0
import Capture
import Foundation
import Lifecycle
import Testing
import Tour

extension Live {
  /// What an attached tracer can do with less than it has attached with. Capabilities are a thread's, and
  /// each test gives up those of a thread of its own.
  @Suite struct PrivilegesTests {
    @Test func keep() throws {
      try onThread {
        let held = try Privileges.keep([.bpf, .perfmon])
        #expect(held == Capabilities([.bpf, .perfmon]))
        let status = try KernelTables.text("/proc/thread-self/status").split(separator: "\n")
        let both = String(repeating: "0", count: 6) + "c000000000"
        for (set, bits) in [
          ("CapPrm", both), ("CapEff", both), ("CapInh", nil), ("CapBnd", nil), ("CapAmb", nil),
        ] {
          let bits = bits ?? String(repeating: "0", count: 16)
          #expect(status.contains("\(set):\t\(bits)"), "\(status)")
        }
        #expect(status.contains("NoNewPrivs:\t1"))
        // What is gone does not come back, and what was never there does not come.
        #expect(try Privileges.keep(Capability.allCases) == held)
        #expect(try Privileges.keep([]) == Capabilities([]))
        // Nor by another program, though root starts it.
        #expect(try Child.run("grep", "CapEff", "/proc/self/status").stdout.hasSuffix("0000\n"))
      }
    }

    /// Everything but to attach anew, and other namespaces' past, takes nothing at all (Linux 5.19).
    @Test func nothing() throws {
      let pair = try Pair()
      let (process, other) = try elsewhere()
      try onThread {
        var source = try LiveSource()
        #expect(try Privileges.keep([]) == Capabilities([]))
        var found = Found(&source)
        #expect(found.has(pair.ports))
        #expect(!found.has(other.ports))
        // Its own namespace answers for itself; and what comes later is told from everywhere.
        #expect(found.names.contains { source.ask([$0]).first?.before != nil })
        let later = try Pair()
        found.drain(&source)
        #expect(found.has(later.ports))
        #expect(source.endPass().losses.total == 0)
        #expect(throws: Refusal.self) { try attach() }
      }
      withExtendedLifetime((pair, process, other)) {}
    }

    @Test func attachAnew() throws {
      try onThread {
        try attach()
        _ = try Privileges.keep([.bpf, .perfmon])
        try attach()
      }
    }

    /// In a namespace of somebody else's process, which takes both: one to find it, one to enter it.
    @Test(arguments: [[Capability.sysAdmin, .sysPtrace], [.sysAdmin], [.sysPtrace]])
    func elsewhere(_ capabilities: [Capability]) throws {
      let (process, other) = try elsewhere()
      try onThread {
        var source = try LiveSource()
        _ = try Privileges.keep([.bpf, .perfmon] + capabilities)
        let found = Found(&source)
        #expect(found.has(other.ports) == (capabilities.count == 2))
      }
      withExtendedLifetime((process, other)) {}
    }

    private func elsewhere() throws -> (Child, Queued) {
      try Namespace.within { _ in (try Child(["sleep", "60"]), try Queued()) }
    }

    private func attach() throws { _ = try LiveSource() }

    private func onThread(_ body: @escaping () throws -> Void) throws {
      _ = try inParallel([body])
    }
  }
}

/// What a scan has found, and what came after it.
private struct Found {
  private var tuples: Set<Tuple> = []
  private(set) var names: [NamespaceName] = []

  init(_ source: inout LiveSource) {
    source.scan { take($0) }
  }

  mutating func drain(_ source: inout LiveSource) {
    _ = source.drain { take($0) }
  }

  private mutating func take(_ record: Record) {
    if case .scanned(let address) = record.facts {
      names.append(NamespaceName(inode: record.netns, address: address))
    }
    tuples.insert(record.tuple)
  }

  /// Whether both ends of the connection were told.
  func has(_ ports: Ports) -> Bool {
    [(ports.client, ports.server), (ports.server, ports.client)].allSatisfy { local, remote in
      tuples.contains { $0.localPort == local && $0.remotePort == remote }
    }
  }
}

/// A child that nobody has accepted: no open file leads to it, so only who enters its namespace finds it.
struct Queued {
  let ports: Ports
  private let listener: Socket
  private let client: Socket

  init() throws {
    listener = try Socket.listening()
    client = try Socket.connected(to: listener)
    ports = Ports(client: client.localPort, server: listener.localPort)
  }
}
