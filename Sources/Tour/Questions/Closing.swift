// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

extension Question {
  static let closing = Question(
    3, "Why four waves to close, and when three?",
    answer: """
      Each direction is closed on its own: a FIN and its ACK are two segments, and two directions make four. \
      The FIN of the second closer may carry the ACK of the first, and then there are three.
      """,
    cases: [fourWay])

  private static let fourWay = Case(
    "four-way", "Four segments: the passive side still has data to send",
    """
    The client has no more to send and says so with a FIN. The server acknowledges it at once, and goes on \
    sending: its own FIN comes when it is done. Each direction ends with a FIN and its ACK, so there are four \
    segments.
    """
  ) { link, log in
    let pair = try link.connect()
    log.follow(pair.ports)
    try pair.client.shutdownWriting()
    try link.wait(for: .finWait2, of: .client, pair.ports)
    try pair.server.receiveAll()
    try pair.server.send(5)
    pair.server.close()
    try pair.client.receiveAll()
    pair.client.close()
    return { evidence in
      let (client, server) = (evidence.end(.client)?.verdict, evidence.end(.server)?.verdict)
      return [
        Check(
          "both ends are told to have closed four_way",
          client?.close == .fourWay && server?.close == .fourWay),
        Check(
          "the client's FIN was the first",
          client?.firstFIN == .local && server?.firstFIN == .remote),
        Check(
          "the first closer, and only it, is left in TIME_WAIT",
          client?.endsIn == .timeWait && server?.endsIn == .closed),
      ]
    }
  }
}
