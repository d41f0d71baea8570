// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

/// What packets and kernel prove of one end, against what was told of it.
struct Witness {
  private let end: End
  private let side: Side
  private let host: Tour.Host
  private let sent: [Transit]
  private let received: [Transit]

  init(_ link: Link, _ end: End, _ side: Side) throws {
    (self.end, self.side) = (end, side)
    host = link.host(side)
    let ports =
      side == .client
      ? Ports(client: end.localPort, server: end.remotePort)
      : Ports(client: end.remotePort, server: end.localPort)
    let own = link.packets.of(ports)
    sent = own.from(side).filter { !$0.isForged }
    received = own.from(side.other).filter(\.wasDelivered)
      .sorted { ($0.deliveredAt.first ?? 0) < ($1.deliveredAt.first ?? 0) }
  }

  func expectTruth() throws {
    expectProcesses()
    expectInitialSequenceNumbers()
    expectHandshake()
    expectFINs()
    expectResets()
    expectBytes()
    expectRetransmissions()
    try expectTimeWait()
  }

  private func expect(_ isSo: Bool, _ what: Comment) {
    #expect(isSo, "\(what): \(end), sent \(sent), received \(received)")
  }

  private func expectProcesses() {
    expect(end.owner == nil || end.owner?.pid == ownPID, "the owner")
    expect(end.open != "active" || end.owner?.from == "connect", "the owner of an active open")
    expect(end.closer == nil || end.closer?.pid == ownPID, "the closer")
    expect(end.closer?.exiting != true && end.closer?.killed != true, "nobody has exited")
    expect(end.uid == Int(getuid()), "uid")
    // Since when it was in the state in which it was found is not known.
    let times = end.states.map(\.at).filter { $0 != 0 }
    let isFirst = end.open == "existing" || times.first == end.openedUs
    expect(times == times.sorted() && isFirst, "the times of the states")
  }

  private func expectInitialSequenceNumbers() {
    // Closed before its handshake was over: what is told at ESTABLISHED was not.
    if end.openResult != "established" || !wasEstablished { return }
    let numbers = (
      sent.first { $0.flags.contains(.syn) }?.packet?.sequence,
      received.first { $0.flags.contains(.syn) }?.packet?.sequence
    )
    expect(end.isnLocal != nil && end.isnLocal == numbers.0, "the own initial number")
    expect(end.isnRemote != nil && end.isnRemote == numbers.1, "the remote initial number")
  }

  private var wasEstablished: Bool { end.states.contains { $0.name == "ESTABLISHED" } }

  /// Crossed SYNs are answered with SYN-ACKs, of which nothing is promised.
  private func expectHandshake() {
    switch end.open {
    case "active":
      expect(end.synRetrans == sent.count(where: \.isSYN) - 1, "SYNs sent again")
      expect(end.synackRetrans == nil, "SYN-ACKs")
      expectRoundTrip(from: sent.first(where: \.isSYN), to: received.first(where: \.isSYNACK))
    case "passive" where wasEstablished:
      expect(end.synackRetrans == sent.count(where: \.isSYNACK) - 1, "SYN-ACKs sent again")
      expect(end.synRetrans == nil, "SYNs")
      let answer = sent.first(where: \.isSYNACK)
      expectRoundTrip(
        from: answer, to: received.first { answer.map($0.acknowledges) ?? false })
    default:
      expect(end.handshakeRttUs == nil, "no round trip")
    }
    expect((end.handshakeRttUs == nil) != (end.handshakeRttUnknown == nil), "or why not")
  }

  /// No sample is shorter than the time that the packets spent outside of their hosts.
  private func expectRoundTrip(from first: Transit?, to answer: Transit?) {
    guard let taken = first?.takenAt, let delivered = answer?.deliveredAt.first else { return }
    // The kernel's clock here counts whole µs.
    let least = delivered > taken ? Int(delivered - taken) / 1_000 - 1 : 0
    if let rtt = end.handshakeRttUs { expect(rtt >= least, "\(rtt) of at least \(least) µs") }
    if let whole = end.connectUs {
      expect(whole >= max(least, end.handshakeRttUs ?? 0), "\(whole) µs of connect")
    }
  }

  private func expectFINs() {
    if end.openResult != "established" { return }
    let parting = Parting(sent: sent, received: received.filter { !$0.isForged })
    // A FIN that comes with a RST, or after one, is nobody's.
    if parting.first == nil || end.reset == nil {
      expect(end.firstFin == parting.first, "the first FIN is \(parting.first ?? "nobody's")")
    }
    let hasReset = (sent + received).contains(where: \.isRST)
    if hasReset || end.error != nil || end.close == "unknown" { return }
    guard let shape = parting.shape else { return }
    expect(end.close == shape, "it was \(shape)")
  }

  private func expectResets() {
    if end.reset == "sent" { expect(sent.contains(where: \.isRST), "it has sent a RST") }
    if end.reset == "received" { expect(received.contains(where: \.isRST), "a RST came") }
    if end.openResult == "refused" { expect(end.reset == "received", "by a RST") }
  }

  /// What was acknowledged, and what came without a hole before it. What a RST refused was not
  /// received; and where several answered, what was before the first of them is not clear.
  private func expectBytes() {
    if end.why == "data_after_close" || (sent + received).count(where: \.isRST) > 1 { return }
    guard let local = end.isnLocal, let remote = end.isnRemote, end.states.count > 1 else { return }
    func payload(_ next: UInt32, _ initial: UInt32, _ packets: [Transit]) -> Int {
      let fin = packets.first(where: \.isFIN)?.packet.map { $0.end == next }
      return Int(next &- initial &- 1) - (fin == true ? 1 : 0)
    }
    let own = received.filter { !$0.isRST && !$0.isForged }
    let acknowledged = own.filter { $0.flags.contains(.ack) }.compactMap(\.packet?.acknowledgment)
    if let next = acknowledged.max(by: isBefore) {
      let bytes = payload(next, local, sent)
      expect(end.bytesSent == bytes, "\(bytes) bytes sent")
    }
    var next = remote &+ 1
    for packet in own.compactMap(\.packet).sorted(by: { isBefore($0.end, $1.end) })
    where !isBefore(next, packet.sequence) && isBefore(next, packet.end) { next = packet.end }
    let bytes = payload(next, remote, received)
    expect(end.bytesReceived == bytes, "\(bytes) bytes received")
  }

  /// A segment that ends where an earlier one did, or before.
  private func expectRetransmissions() {
    var (count, highest) = (0, sent.first?.packet?.sequence ?? 0)
    // A SYN that crossed another is not sent again, but answered as well (RFC 9293 §3.5).
    if sent.contains(where: \.isSYN) && sent.contains(where: \.isSYNACK) { count -= 1 }
    for packet in sent.compactMap(\.packet)
    where !packet.flags.contains(.rst) && packet.end != packet.sequence {
      if isBefore(highest, packet.end) { highest = packet.end } else { count += 1 }
    }
    expect(end.retrans == count, "\(count) segments sent again")
  }

  /// The kernel lists a mini socket exactly where one is left.
  private func expectTimeWait() throws {
    let row = try host.run { try KernelTables.row(local: end.localPort, remote: end.remotePort) }
    let isTimeWait = row?.state == .timeWait
    expect((end.endsIn == "TIME_WAIT") == isTimeWait, "in the kernel's table")
    let isMini = row?.isMini == true && !isTimeWait
    expect((end.endsIn == "FIN_WAIT2_MINI") == isMini, "in the kernel's table")
  }
}
