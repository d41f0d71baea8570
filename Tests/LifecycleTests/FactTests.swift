// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// The values beside the words.
struct FactTests {
  @Test func initialSequenceNumbers() {
    var active = Script()
    active.openActively()
    var passive = Script()
    passive.openPassively()
    for script in [active, passive] {
      let end = Collector.collect(script.records).collector.ends.first
      #expect(end?.connection.isnLocal == 1000)
      #expect(end?.connection.isnRemote == 5000)
    }
  }

  /// SYN and FIN have sequence numbers, and are no payload.
  @Test(arguments: [
    // what, acknowledged and received as the kernel counts them, payload
    (Open.active, TCPState.finWait2, UInt64(7), UInt64(101), UInt64(5), UInt64(100)),
    (.passive, .lastAck, 6, 101, 5, 100),
    (.active, .established, 6, 100, 5, 100),
  ])
  func payload(
    _ open: Open, _ from: TCPState, _ acked: UInt64, _ received: UInt64, _ sent: UInt64,
    _ got: UInt64
  ) {
    var script = Script()
    if open == .active { script.openActively() } else { script.openPassively() }
    let flags: Record.Flags = from == .established ? [.owned, .linger0] : .done
    script.closed(
      from: from,
      Record.Closed(bytesAcked: acked, bytesReceived: received, task: Script.process), flags)
    let end = Collector.collect(script.records).collector.ends.first
    #expect(end?.verdict.bytesSent == sent)
    #expect(end?.verdict.bytesReceived == got)
  }

  @Test func payloadOfAnExistingConnectionMayBeOneOff() {
    var script = Script()
    script.closed(from: .established, Record.Closed(bytesAcked: 6, bytesReceived: 9), .owned)
    let end = Collector.collect(script.records).collector.ends.first
    #expect(end?.verdict.bytesSent == nil)
    #expect(end?.verdict.bytesReceived == 9)
  }

  @Test func openerAndCloserAreKeptApart() {
    var script = Script()
    script.openActively()
    let child = Process(pid: 99, comm: Comm("child"))
    script.shut(.established, .finWait1, [.owned, .exiting, .signaled], task: child)
    let end = Collector.collect(script.records).collector.ends.first
    #expect(end?.connection.owner == Script.process)
    #expect(end?.connection.ownerSource == .connect)
    #expect(end?.ending?.closer == Closer(process: child, isExiting: true, isKilled: true))
  }

  @Test func closerIsWhoCalledCloseAndNotWhoShutOneHalf() {
    var script = Script()
    script.openActively()
    script.shut(.established, .finWait1, shutdown: 2)
    let other = Process(pid: 77, comm: Comm("other"))
    script.shut(.finWait1, .finWait1, task: other)
    let end = Collector.collect(script.records).collector.ends.first
    #expect(end?.ending?.closer.process == other)
  }

  @Test func acceptingOwnerIsLearnedAtTheClose() {
    var script = Script()
    script.openPassively()
    script.shut(.established, .finWait1)
    let end = Collector.collect(script.records).collector.ends.first
    #expect(end?.connection.owner == Script.process)
    #expect(end?.connection.ownerSource == .close)
  }

  @Test func killerIsNoOwner() {
    var script = Script()
    script.openPassively()
    let killer = Process(pid: 99, comm: Comm("ss"))
    script.closed(from: .established, Record.Closed(task: killer), .owned, error: 103, shutdown: 0)
    let end = Collector.collect(script.records).collector.ends.first
    #expect(end?.ending?.killer == killer)
    #expect(end?.connection.owner.isKnown == false)
    #expect(end?.ending?.closer.process.isKnown == false)
  }

  /// A RST that waited until a task had unlocked the socket does not make the task a closer.
  @Test func whoeverWorksOffTheBacklogIsNoCloser() {
    var script = Script()
    script.connect()
    script.resetReceived()
    script.closed(
      from: .synSent, Record.Closed(segsIn: 1, task: Script.process), .owned, error: 111)
    let end = Collector.collect(script.records).collector.ends.first
    #expect(end?.ending?.closer.process.isKnown == false)
  }

  @Test func stalePortOfAUsedSocketIsNotShown() {
    var script = Script()
    script.connect(stalePort: 39_999)
    let (collector, _) = Collector.collect(script.records)
    #expect(collector.ends.first?.connection.tuple.localPort == 0)
  }
}
