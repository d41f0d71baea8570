// SPDX-License-Identifier: Apache-2.0
import Testing

/// Of a connection that the client closed first: each word says so, or that it does not know.
func expectOrderlyOrUnknown(_ end: End, isClient: Bool) {
  func expect(_ name: Comment, _ word: String?, _ right: String...) {
    #expect(word == nil || word == "unknown" || right.contains(word ?? ""), "\(name): \(end)")
  }
  expect("open", end.open, isClient ? "active" : "passive")
  expect("open_result", end.openResult, "established")
  expect("close", end.close, "three_way", "four_way")
  expect("first_fin", end.firstFin, isClient ? "local" : "remote")
  expect("ends_in", end.endsIn, isClient ? "TIME_WAIT" : "CLOSED")
  #expect(end.reset == nil && end.why == nil && end.error == nil, "\(end)")
  #expect(end.owner == nil || end.owner?.pid == ownPID, "\(end)")
}

/// Of one that was there before the tracer, and that the client closed first: the whole close is told,
/// and what was before is not guessed.
func expectOrderlyExisting(_ client: End, _ server: End) {
  #expect(
    client.story
      == Story(
        open: "existing", close: "three_way", firstFin: "local", endsIn: "TIME_WAIT",
        states: "ESTABLISHED FIN_WAIT1 FIN_WAIT2 TIME_WAIT"))
  #expect(
    server.story
      == Story(
        open: "existing", close: "three_way", firstFin: "remote",
        states: "ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED"))
  for end in [client, server] {
    #expect(end.openedUs == nil && end.isnLocal == nil && end.connectUs == nil)
    #expect(end.handshakeRttUnknown == "not_seen")
    #expect(end.closer?.pid == ownPID && end.owner?.pid == ownPID)
  }
}
