// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import Testing
import Tour

extension Live {
  /// What was told, beside the packets themselves.
  @Suite struct WireTests {
    @Test func initialSequenceNumbers() throws {
      let wire = try Wire()
      let (client, server) = try watch {
        let pair = try Pair()
        try pair.client.send(3)
        try pair.server.receive()
        pair.closeAtOnce(pair.client, pair.server)
        return pair.ports
      }
      let packets = wire.packets(port: client.localPort)
      let syn = try #require(packets.first { $0.flags == .syn })
      let answer = try #require(packets.first { $0.flags == [.syn, .ack] })
      #expect(syn.from == client.localPort && answer.from == server.localPort)
      #expect(client.isnLocal == syn.sequence && client.isnRemote == answer.sequence)
      #expect(server.isnLocal == answer.sequence && server.isnRemote == syn.sequence)
    }

    /// Many, so that numbers above 2³¹ and a wrap of the arithmetic are among them.
    @Test func initialSequenceNumbersOfMany() throws {
      let wire = try Wire()
      let tracer = try Tracer("trace", "--json")
      let listener = try Socket.listening()
      try makeOrderly(64, to: listener)
      let port = listener.localPort
      try waitUntil("128 ends") {
        try tracer.ends().count { $0.localPort == port || $0.remotePort == port } >= 128
      }
      let syns = wire.packets(port: port).filter { $0.flags.contains(.syn) }
      let bySender = Dictionary(grouping: syns) { "\($0.from) > \($0.to)" }
      let ends = try tracer.stop().ends(port: port)
      #expect(ends.count == 128)
      for end in ends {
        let sent = try #require(bySender["\(end.localPort) > \(end.remotePort)"]?.first)
        let received = try #require(bySender["\(end.remotePort) > \(end.localPort)"]?.first)
        #expect(end.isnLocal == sent.sequence && end.isnRemote == received.sequence, "\(end)")
      }
    }

    @Test(arguments: [true, false])
    func firstFIN(isClients: Bool) throws {
      let wire = try Wire()
      let (client, server) = try watch {
        let pair = try Pair()
        let (first, second) =
          isClients ? (pair.client, pair.server) : (pair.server, pair.client)
        first.close()
        try second.waitUntilReadable()
        second.close()
        return pair.ports
      }
      let packets = wire.packets(port: client.localPort)
      let fin = try #require(packets.first { $0.flags.contains(.fin) })
      #expect(client.firstFin == (fin.from == client.localPort ? "local" : "remote"))
      #expect(server.firstFin == (fin.from == server.localPort ? "local" : "remote"))
      #expect(!packets.contains { $0.flags.contains(.rst) })
      #expect(client.reset == nil && server.reset == nil)
    }

    @Test(arguments: [true, false])
    func sentRST(isClients: Bool) throws {
      let wire = try Wire()
      let (client, server) = try watch {
        let pair = try Pair()
        let sender = isClients ? pair.client : pair.server
        try sender.setLingerZero()
        sender.close()
        try (isClients ? pair.server : pair.client).waitUntilReadable()
        return pair.ports
      }
      let packets = wire.packets(port: client.localPort)
      let rst = try #require(packets.first { $0.flags.contains(.rst) })
      #expect(client.reset == (rst.from == client.localPort ? "sent" : "received"))
      #expect(server.reset == (rst.from == server.localPort ? "sent" : "received"))
      #expect(!packets.contains { $0.flags.contains(.fin) })
      #expect(client.firstFin == nil && server.firstFin == nil)
    }

    /// Both ends close at the same moment, on two processors: now one is first, now the other, now
    /// neither. Nobody knows before; the packets say it afterwards, and so must the words.
    @Test func race() throws {
      let wire = try Wire()
      let tracer = try Tracer("trace", "--json")
      let listener = try Socket.listening()
      let port = listener.localPort
      let clients = try (0..<200).map { attempt in
        let client = try Socket.connected(to: listener)
        let server = try listener.accept()
        let clientPort = client.localPort
        let ready = Atomic(0)
        // Now this one comes a little later, now that one, by up to some 100 µs.
        let handicap = (attempt % 40 - 20) * 500
        let close = { (socket: Socket, handicap: Int) in
          ready.add(1, ordering: .relaxed)
          while ready.load(ordering: .relaxed) < 2 {}
          for _ in 0..<max(0, handicap) { _ = ready.load(ordering: .relaxed) }
          socket.close()
        }
        _ = try inParallel([{ close(client, handicap) }, { close(server, -handicap) }])
        return clientPort
      }
      try waitUntil("400 ends") {
        try tracer.ends().count { $0.localPort == port || $0.remotePort == port } >= 400
      }
      let packets = wire.packets(port: port)
      let ends = Dictionary(grouping: try tracer.stop().ends(port: port), by: \.local)
      for client in clients {
        let own = packets.filter { $0.from == client || $0.to == client }
        let (first, second) = try #require(Farewell(own)).stories
        let told =
          try (ends["127.0.0.1:\(port)"] ?? []).filter { $0.remotePort == client }
          + #require(ends["127.0.0.1:\(client)"])
        try #require(told.count == 2)
        for end in told {
          let right = end.localPort == first.port ? first.words : second.words
          #expect(right.contains([end.firstFin, end.close, end.endsIn]), "\(end) \(own)")
        }
      }
    }
  }
}

/// How a connection was closed, read from its packets alone.
private struct Farewell {
  /// In the order of the FINs; where they crossed, in any.
  private let ports: (first: UInt16, second: UInt16)
  private let shape: Shape

  private enum Shape { case crossed, three, four }

  init?(_ packets: [Packet]) {
    let fins = packets.indices.filter { packets[$0].flags.contains(.fin) }
    guard let one = fins.first else { return nil }
    let others = fins.filter { packets[$0].from != packets[one].from }
    guard let other = others.first else { return nil }
    // Not the order of capture tells which was first, but which knew of the other.
    func knows(_ later: Int, of earlier: Int) -> Bool {
      packets[later].acknowledgment == packets[earlier].end
    }
    let isOtherFirst = knows(one, of: other)
    let (first, second) = isOtherFirst ? (other, one) : (one, other)
    let secondPort = packets[second].from
    ports = (packets[first].from, secondPort)
    guard knows(second, of: first) else {
      shape = .crossed
      return
    }
    // On two processors one may overtake the other; its number says that it was sent before.
    let hasOwnACK = packets.indices.contains {
      packets[$0].from == secondPort && !packets[$0].flags.contains(.fin)
        && knows($0, of: first) && packets[$0].sequence == packets[second].sequence
    }
    shape = hasOwnACK ? .four : .three
  }

  /// What may be told of each end: `first_fin`, `close`, `ends_in`.
  var stories: (first: Side, second: Side) {
    switch shape {
    case .crossed:
      let words = [["both", "simultaneous", "TIME_WAIT"]]
      return (Side(ports.first, words), Side(ports.second, words))
    case .three:
      return (
        Side(ports.first, [["local", "three_way", "TIME_WAIT"]]),
        Side(ports.second, [["remote", "three_way", "CLOSED"]])
      )
    case .four:
      // close() finds the FIN in its own backlog, or leaves it to a mini socket; or the FIN has
      // overtaken the ACK, so that for the first closer it was both.
      let ways = [
        ("half", "FIN_WAIT2_MINI"), ("four_way", "TIME_WAIT"), ("three_way", "TIME_WAIT"),
      ]
      return (
        Side(ports.first, ways.map { ["local", $0.0, $0.1] }),
        Side(ports.second, [["remote", "four_way", "CLOSED"]])
      )
    }
  }

  struct Side {
    let port: UInt16
    let words: [[String?]]

    init(_ port: UInt16, _ words: [[String?]]) {
      self.port = port
      self.words = words
    }
  }
}
