// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Whose a connection was, and who ended it, where two processes meet.
  @Suite struct ProcessTests {
    @Test func killed() throws {
      let (client, server, visitor) = try watchVisitor { visitor in
        visitor.process.signal(SIGKILL)
        _ = try visitor.process.wait()
        try visitor.server.waitUntilReadable()
        visitor.server.close()
      }
      #expect(client.owner?.pid == visitor.pid && client.owner?.comm == "visitor")
      #expect(client.owner?.from == "connect")
      #expect(client.closer?.pid == visitor.pid)
      #expect(client.closer?.exiting == true && client.closer?.killed == true)
      #expect(client.firstFin == "local" && server.firstFin == "remote")
      // Not the visitor, though its task ran on the CPU while this end's states changed.
      #expect(server.owner?.pid == ownPID && server.closer?.pid == ownPID)
      #expect(server.closer?.exiting == false && server.closer?.killed == false)
    }

    @Test func exited() throws {
      let (client, server, visitor) = try watchVisitor { visitor in
        // A line, after which the shell has no more to do.
        try visitor.server.send(line: "bye\n")
        _ = try visitor.process.wait()
        try visitor.server.waitUntilReadable()
        visitor.server.close()
      }
      #expect(client.owner?.pid == visitor.pid && client.closer?.pid == visitor.pid)
      #expect(client.closer?.exiting == true && client.closer?.killed == false)
      #expect(client.bytesReceived == 4 && server.bytesSent == 4)
    }

    @Test func eachEndHasItsOwnProcess() throws {
      let (client, server, visitor) = try watchVisitor { try $0.sendAway() }
      #expect(client.owner?.pid == visitor.pid && client.closer?.pid == visitor.pid)
      #expect(server.owner?.pid == ownPID && server.closer?.pid == ownPID)
      #expect(server.firstFin == "local" && client.firstFin == "remote")
      #expect(client.isnLocal == server.isnRemote && client.isnRemote == server.isnLocal)
    }

    /// A child that has the socket as well closes it last, by its end.
    @Test func lastHolderIsAnother() throws {
      var holder: Child?
      let (client, server) = try watch {
        let pair = try Pair()
        let child = try Child(["sleep", "60"], stdout: pair.client.descriptor)
        holder = child
        pair.client.close()
        child.signal(SIGKILL)
        _ = try child.wait()
        try pair.server.waitUntilReadable()
        return pair.ports
      }
      let pid = (holder?.pid).map(Int.init)
      #expect(client.owner?.pid == ownPID && client.closer?.pid == pid)
      #expect(client.closer?.exiting == true && client.closer?.killed == true)
      #expect(client.firstFin == "local" && server.closer?.pid == ownPID)
    }

    /// A descriptor on its way to another (SCM_RIGHTS) holds the socket, and goes with its message.
    @Test func lastHolderIsAMessage() throws {
      let (client, server) = try watch {
        let pair = try Pair()
        var ends: [CInt] = [0, 0]
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let result = unsafe socketpair(AF_UNIX, type, 0, &ends)
        try #require(result == 0)
        try pass(pair.client.descriptor, over: ends[0])
        pair.client.close()
        let isOpen = try KernelTables.row(local: pair.ports.client, remote: pair.ports.server)
        #expect(isOpen?.state == .established)
        for end in ends { close(end) }
        try pair.server.waitUntilReadable()
        return pair.ports
      }
      #expect(client.owner?.pid == ownPID && client.closer?.pid == ownPID)
      #expect(client.closer?.exiting == false && client.firstFin == "local")
      #expect(server.firstFin == "remote")
    }

    /// `sendmsg` with one byte and one descriptor.
    private func pass(_ descriptor: CInt, over socket: CInt) throws {
      var byte: UInt8 = 1
      // `struct cmsghdr`: its length, SOL_SOCKET, SCM_RIGHTS; the descriptor; padding.
      var control: [CInt] = [20, 0, SOL_SOCKET, 1, descriptor, 0]
      let sent = unsafe withUnsafeMutableBytes(of: &byte) { byte in
        var part = unsafe iovec(iov_base: byte.baseAddress, iov_len: 1)
        return unsafe control.withUnsafeMutableBytes { control in
          unsafe withUnsafeMutablePointer(to: &part) { part in
            var message = unsafe msghdr()
            unsafe message.msg_iov = part
            unsafe message.msg_iovlen = 1
            unsafe message.msg_control = control.baseAddress
            unsafe message.msg_controllen = control.count
            return unsafe sendmsg(socket, &message, 0)
          }
        }
      }
      try #require(sent == 1)
    }

    /// A process that dies while it connects.
    @Test func killedWhileConnecting() throws {
      let deaf = try DeafListener()
      let tracer = try Tracer("trace", "--json")
      let child = try Child(["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/\(deaf.port)"])
      try waitUntil("a SYN_SENT") {
        try KernelTables.text("/proc/thread-self/net/tcp")
          .contains(":" + String(deaf.port, radix: 16, uppercase: true) + " 02 ")
      }
      child.signal(SIGKILL)
      _ = try child.wait()
      let end = try tracer.end("the connect") {
        $0.remotePort == deaf.port && $0.openResult != "established"
      }
      try tracer.stop()
      #expect(
        end.story
          == Story(open: "active", openResult: "aborted", states: "SYN_SENT CLOSED"))
      #expect(end.owner?.pid == Int(child.pid) && end.closer?.pid == Int(child.pid))
      #expect(end.closer?.exiting == true && end.closer?.killed == true)
    }

    private func watchVisitor(
      _ ending: (Visitor) throws -> Void
    ) throws -> (client: End, server: End, visitor: Visitor) {
      let listener = try Socket.listening()
      let tracer = try Tracer("trace", "--json")
      let visitor = try Visitor(to: listener)
      try ending(visitor)
      let ends = (try tracer.client(visitor.ports), try tracer.server(visitor.ports), visitor)
      #expect(try tracer.stop().ends(of: visitor.ports).count == 2)
      return ends
    }
  }
}

extension Socket {
  fileprivate func send(line: String) throws {
    let bytes = Array(line.utf8)
    let sent = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
    }
    try #require(sent == bytes.count)
  }
}
