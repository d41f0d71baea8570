// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Lifecycle
internal import Tour

/// All of them, to be made in this order.
func plays() -> [Play] {
  // What is held to the end of this process.
  var kept: [Pair] = []
  return [
    // The second FIN carries the ACK of the first, which has come: else they might cross. Without data before, the
    // delayed ACK would wait for a tick only (`tcp_send_delayed_ack()`, with no `ato`).
    Play("three_way", 13) { count in
      try pairs(count) { pair in
        try pair.client.send(5)
        try pair.server.receive()
        return try atOnce {
          pair.client.close()
          try pair.server.receive()
          pair.server.close()
        }
      }
    },
    Play("three_way_v6", 53) { count in
      try pairs(count, isV6: true) { pair in
        try pair.client.send(5)
        try pair.server.receive()
        return try atOnce {
          pair.client.close()
          try pair.server.receive()
          pair.server.close()
        }
      }
    },
    Play("three_way_by_server", 11) { count in
      try pairs(count) { pair in
        try pair.server.send(700)
        try pair.client.receive()
        return try atOnce {
          pair.server.close()
          try pair.client.receive()
          pair.client.close()
        }
      }
    },
    // The first FIN has an ACK of its own, for the other side goes on.
    Play("half_close", 17) { count in
      let (listener, pairs) = try opened(count)
      for pair in pairs { try pair.client.shutdownWriting() }
      try waitUntil { inFinWait2(listener.localPort) == count }
      for pair in pairs {
        try pair.server.send(3)
        pair.server.close()
        while try pair.client.receive() > 0 {}
        pair.client.close()
      }
      return Deed(port: listener.localPort)
    },
    // What is left of the client is a mini socket, and to that the second FIN comes.
    Play("close_later", 7) { count in
      let (listener, pairs) = try abandoned(count)
      for pair in pairs { pair.server.close() }
      return Deed(port: listener.localPort)
    },
    Play("data_after_close", 59) { count in
      let (listener, pairs) = try abandoned(count)
      for pair in pairs {
        try pair.server.send(1)
        try pair.server.waitUntilReset()
      }
      return Deed(port: listener.localPort)
    },
    Play("never_closed", 5) { count in
      let (listener, pairs) = try abandoned(count)
      kept += pairs
      return Deed(port: listener.localPort)
    },
    Play("unread_data", 3) { count in
      try pairs(count) { pair in
        try pair.server.send(3)
        try pair.client.waitUntilReadable()
        pair.client.close()
        try pair.server.waitUntilReset()
        return true
      }
    },
    Play("linger0", 23) { count in
      try pairs(count) { pair in
        try pair.client.send(4)
        try pair.server.receive()
        try pair.client.setLingerZero()
        pair.client.close()
        try pair.server.waitUntilReset()
        return true
      }
    },
    Play("disconnect", 2) { count in
      try pairs(count) { pair in
        pair.client.disconnect()
        try pair.server.waitUntilReset()
        return true
      }
    },
    Play("listener_closed", 29) { count in
      let listener = try listen()
      let port = listener.localPort
      let clients = try (0..<count).map { _ in try Socket.connected(to: listener) }
      listener.close()
      for client in clients { try client.waitUntilReset() }
      return Deed(port: port)
    },
    // Its own SYN answers its SYN, and its own FIN its FIN: the one sure way to make them cross. All are
    // at one port, one after the other, for that port is how they are found.
    Play("self", 31) { count in
      let port = try freePort()
      for host in 0..<count {
        let address = Address(v4: 0x7f00_0100 + UInt32(host))
        let socket = try Socket()
        try socket.bind(address, port: port)
        try socket.connect(address, port: port)
        try socket.send(9)
        try socket.receive()
        socket.close()
      }
      return Deed(port: port)
    },
    Play("refused", 19) { count in
      let port = try freePort()
      for _ in 0..<count {
        let client = try Socket()
        do { try client.connect(.loopback, port: port) } catch {}
      }
      return Deed(port: port)
    },
    Play("connect_aborted", 43) { count in
      let deaf = try Deaf()
      for _ in 0..<count { try deaf.knock().close() }
      return Deed(port: deaf.port)
    },
    Play("connect_timeout", 47) { count in
      let deaf = try Deaf()
      let clients = try (0..<count).map { _ in
        try deaf.knock { try $0.setOption(CInt(IPPROTO_TCP), TCP_SYNCNT, 1) }
      }
      for client in clients { try client.waitUntilReset() }
      return Deed(port: deaf.port)
    },
    // The peer's RST ends it: nothing but the accept tells whose it was.
    Play("accepted_elsewhere", 37) { count in
      let listener = try listen()
      let acceptor = try Acceptor(listener, count)
      for _ in 0..<count {
        let client = try Socket.connected(to: listener)
        try acceptor.waitUntilAccepted()
        try client.setLingerZero()
        client.close()
      }
      return Deed(port: listener.localPort, acceptor: acceptor.pid)
    },
  ]
}

/// Connections that were there before, and end in order.
struct Before {
  let play: Play

  init() throws {
    let count = 41
    let (listener, pairs) = try opened(count)
    play = Play("existing", count) { _ in
      for pair in pairs { try pair.client.shutdownWriting() }
      try waitUntil { inFinWait2(listener.localPort) == count }
      for pair in pairs {
        pair.server.close()
        while try pair.client.receive() > 0 {}
        pair.client.close()
      }
      return Deed(port: listener.localPort)
    }
  }
}
