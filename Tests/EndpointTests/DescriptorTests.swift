// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import Endpoint

@Suite struct DescriptorTests {
  /// Where there are none, the server neither ends nor spins: who waits makes room.
  @Test func withoutDescriptorsItGoesOn() async {
    // In a process of its own, for the limit is the process'.
    await #expect(processExitsWith: .success) {
      let running = try Running()
      let silent = try (0..<8).map { _ in try Client() }
      let client = try Client()
      // For two connections.
      let next = dup(0)
      close(next)
      var limit = rlimit(rlim_cur: rlim_t(next) + 2, rlim_max: rlim_t(next) + 2)
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      for client in silent { try client.connect(running.endpoint.address) }
      try client.connect(running.endpoint.address)
      try client.get("/through")
      #expect(try client.answer()?.body == Array("/through\n".utf8))
      #expect(running.dropped(.pushedOut) >= 6)
      // One that spins would count thousands.
      #expect((6..<100).contains(running.dropped(.noDescriptor)))
    }
  }
}
