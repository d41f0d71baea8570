// SPDX-License-Identifier: Apache-2.0
import CBPF
import Foundation
import Testing
import Tour

@testable import Capture

extension Live {
  /// A kernel without BTF: this one, with its own hidden.
  @Suite struct TypesFileTests {
    private let folder: RecordingFolder

    init() throws {
      folder = try RecordingFolder()
      let own = try Data(contentsOf: URL(filePath: Capture.Host.btfPath))
      try own.write(to: URL(filePath: types))
    }

    private var types: String { folder.file("types") }

    /// - Parameter arguments: what follows `synfin`.
    private func hidden(_ arguments: String...) -> [String] {
      let hide = "mount -t tmpfs none /sys/kernel/btf && exec \"$0\" \"$@\""
      return ["unshare", "-m", "sh", "-c", hide, Product.path] + arguments
    }

    /// With its types in a file, all is told that is told otherwise, of what is not yet over.
    @Test func fileTellsWhatTheKernelDoes() throws {
      let tracer = try Tracer(command: hidden("trace", "--json", "--btf", types))
      let pair = try Pair()
      try pair.client.send(5)
      try pair.server.receive()
      pair.closeAtOnce(pair.client, pair.server)
      let client = try tracer.client(pair.ports)
      let server = try tracer.server(pair.ports)
      #expect(
        client.story
          == Story(
            open: "active", close: "three_way", firstFin: "local", endsIn: "TIME_WAIT",
            states: "SYN_SENT ESTABLISHED FIN_WAIT1 FIN_WAIT2 TIME_WAIT"))
      #expect(
        server.story
          == Story(
            open: "passive", close: "three_way", firstFin: "remote",
            states: "SYN_RECV ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED"))
      #expect(client.netns == Namespace.inode && client.uid == Int(getuid()))
      #expect(client.bytesSent == 5 && server.bytesReceived == 5)
      #expect(client.handshakeRttUs != nil && client.isnLocal == server.isnRemote)
      #expect(client.owner?.pid == ownPID && client.closer?.pid == ownPID)
      #expect(server.owner?.from == "accept" && server.owner?.pid == ownPID)
      let pairTwo = try Pair()
      try pairTwo.client.setLingerZero()
      pairTwo.client.close()
      let aborted = try tracer.client(pairTwo.ports)
      #expect(aborted.close == "reset_sent" && aborted.why == "linger0")
      #expect(try tracer.server(pairTwo.ports).error == "ECONNRESET")
      try tracer.stop()
    }

    /// Without the file, classic tracepoints tell, and it is said why.
    @Test func withoutAFileStatesAreTold() throws {
      let tracer = try Tracer(command: hidden("trace", "--json", "-v"))
      let pair = try Pair()
      pair.closeAtOnce(pair.client, pair.server)
      let client = try tracer.client(pair.ports)
      #expect(client.close == "unknown" && client.firstFin == "local" && client.netns == nil)
      let run = try tracer.stop()
      #expect(
        run.end.stderr.contains(
          "the legacy object, sock:inet_sock_set_state (classic), a perf buffer: "))
      #expect(run.end.stderr.contains("there is no \(Capture.Host.btfPath)"))
    }

    /// Types of something else are not read by: the object's own, which names the same fields.
    @Test func typesOfAnotherKernelAreRefused() throws {
      let file = folder.file("others")
      let bytes = unsafe Data(BPFObject.embedded)
      try bytes.write(to: URL(filePath: file))
      let end = try Child.run(Product.path, "trace", "--btf", file, "--duration", "0")
      #expect(end.status == 69)
      #expect(end.stderr.contains("is of another kernel than this Linux"))
      #expect(end.stdout.isEmpty)
    }

    /// The object that has no types has no use for a file of them.
    @Test func legacyHasNoUseForIt() throws {
      let end = try Child.run(
        Product.path, "trace", "--btf", types, "--duration", "0",
        environment: ["SYNFIN_SOURCE": "legacy"])
      #expect(end.status == 69)
      #expect(end.stderr.contains("no use for --btf"))
    }
  }
}
