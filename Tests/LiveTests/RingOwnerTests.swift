// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Whose the accepting end is, where no system call accepts.
  @Suite struct RingOwnerTests {
    private static let ways: [AcceptRing.Way] = [
      .init(testDescription: "single-shot"), .init(testDescription: "worker", isAsync: true),
      .init(testDescription: "multishot", isMultishot: true),
    ]

    @Test(arguments: ways)
    func whoAccepts(by way: AcceptRing.Way) throws {
      guard let ring = try AcceptRing() else { return }
      let listener = try Socket.listening()
      let tracer = try Tracer("trace", "--json")
      let visitor = try Guest(of: listener)
      let accepted = try ring.accept(listener, way)
      // The other end goes first, and its process is not taken for this one's.
      visitor.process.signal(SIGKILL)
      _ = try visitor.process.wait()
      close(accepted)
      let end = try tracer.end("the accepted one") { $0.localPort == listener.localPort }
      #expect(end.owner?.pid == ownPID && end.owner?.from == "accept")
      try tracer.stop()
    }

    /// No descriptor leads to it: what its process does with it tells whose it is, or nothing does.
    @Test func directDescriptor() throws {
      guard let ring = try AcceptRing() else { return }
      let listener = try Socket.listening()
      let tracer = try Tracer("trace", "--json")
      let visitor = try Guest(of: listener)
      _ = try ring.accept(
        listener, AcceptRing.Way(testDescription: "direct", isDirect: true))
      try ring.closeSlot()
      _ = try visitor.process.wait()
      let end = try tracer.end("the accepted one") { $0.localPort == listener.localPort }
      // Of the listener's process, where the kernel tells no more.
      #expect(end.owner?.pid == ownPID)
      #expect(end.closer == nil || end.closer?.pid == ownPID)
      try tracer.stop()
    }
  }
}

/// Another process that connects and waits, whom nobody has accepted yet.
private struct Guest {
  let process: Child

  init(of listener: Socket) throws {
    process = try Child([
      "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/\(listener.localPort); read -r line <&3",
    ])
    try listener.waitUntilReadable()
  }
}
