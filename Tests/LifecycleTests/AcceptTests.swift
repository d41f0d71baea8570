// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// Who has accepted a connection, and who merely came later.
struct AcceptTests {
  private var script = Script()

  private func connection() throws -> Connection {
    try #require(Collector.collect(script.records).collector.ends.last).connection
  }

  private func expect(_ owner: Process, _ source: OwnerSource) throws {
    let connection = try connection()
    #expect(connection.owner == owner && connection.ownerSource == source)
  }

  @Test mutating func accept() throws {
    script.openPassively()
    script.taken()
    try expect(Script.process, .accept)
    #expect(try connection().cgroup == 7)
  }

  /// The first is kept, in the order in which kernel-truth is learned: accept, close, and whoever reads.
  @Test mutating func laterOnesDoNotOverride() throws {
    script.openPassively()
    script.taken()
    script.taken(.io, by: Script.rival)
    script.found(.established, by: Script.rival)
    script.shut(.established, .finWait1, task: Script.master)
    try expect(Script.process, .accept)
    let end = Collector.collect(script.records).collector.ends.last
    #expect(end?.ending?.closer.process == Script.master, "opener and closer are two facts")
  }

  @Test mutating func whoReadsFirst() throws {
    script.openPassively()
    script.taken(.io)
    script.taken(.io, by: Script.rival)
    script.taken(.accept, by: Script.rival)
    try expect(Script.process, .io)
  }

  @Test mutating func whoClosesFirst() throws {
    script.openPassively()
    script.shut(.established, .finWait1, shutdown: 2)
    script.shut(.finWait1, .finWait1, task: Script.rival)
    try expect(Script.process, .close)
  }

  /// connect() is in the task's own context.
  @Test mutating func connectGoesBeforeAll() throws {
    script.openActively()
    script.taken(.io, by: Script.rival)
    script.found(.established, by: Script.rival)
    try expect(Script.process, .connect)
  }

  /// Fast Open: accepted before the handshake's end.
  @Test mutating func acceptBeforeEstablished() throws {
    script.child()
    script.base = .hasSocket
    script.taken()
    script.establish(from: .synRecv)
    try expect(Script.process, .accept)
  }

  /// A connection may be over when it is accepted; the record says whose it was.
  @Test mutating func acceptAfterCLOSE() throws {
    script.openPassively()
    script.resetReceived()
    script.closed(from: .established, error: 104)
    script.taken()
    try expect(Script.process, .accept)
  }

  /// The socket's memory is another connection's by now: of other addresses, or ports.
  @Test(arguments: [
    (UInt16(443), UInt16(50_001)), (444, 50_000),
  ])
  mutating func acceptOfTheLastOne(_ local: UInt16, _ remote: UInt16) {
    (script.tuple.localPort, script.tuple.remotePort) = (443, 50_000)
    script.openPassively()
    script.closed(from: .established, error: 104)
    (script.tuple.localPort, script.tuple.remotePort) = (local, remote)
    script.openPassively()
    (script.tuple.localPort, script.tuple.remotePort) = (443, 50_000)
    script.taken(by: Script.rival)
    let (collector, _) = Collector.collect(script.records)
    #expect(collector.ends.map(\.connection.owner.isKnown) == [false, false])
  }

  /// Of a socket that nobody has heard of, it makes no connection.
  @Test mutating func acceptAlone() {
    script.taken()
    let (collector, numbers) = Collector.collect(script.records)
    #expect(collector.ends.isEmpty && numbers.live == 0)
  }

  /// A kernel thread, or nobody, is no owner.
  @Test mutating func nobodyIsNoOwner() throws {
    script.openPassively()
    script.taken(by: .none)
    script.taken(.io, by: Script.rival)
    try expect(Script.rival, .io)
  }

  @Test mutating func killerIsNoOwnerAfterAnAccept() throws {
    script.openPassively()
    script.taken()
    script.closed(
      from: .established, Record.Closed(task: Script.rival), .owned, error: 103, shutdown: 0)
    try expect(Script.process, .accept)
  }

  /// Before Linux 6.15 a child has no peer at first.
  @Test mutating func acceptOfAChildWithoutPeer() throws {
    let peer = script.tuple
    (script.tuple.remote, script.tuple.remotePort) = (Address(v4: 0), 0)
    script.child()
    script.tuple = peer
    script.taken()
    script.establish(from: .synRecv)
    try expect(Script.process, .accept)
  }

  /// The uid is the socket's own once a process has it, and its listener's before.
  @Test(arguments: [(Record.Flags.hasSocket, 500), ([], 33)] as [(Record.Flags, UInt32)])
  mutating func uid(_ flags: Record.Flags, _ uid: UInt32) throws {
    script.openPassively()
    script.base = flags
    script.taken()
    #expect(try connection().uid == uid)
  }
}
