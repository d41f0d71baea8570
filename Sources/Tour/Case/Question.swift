// SPDX-License-Identifier: Apache-2.0

/// A question about TCP, and the cases that answer it.
///
/// How to write one (Questions/ has a file each): a ``Case`` has a title, 2 to 6 lines of explanation and a
/// `play`. That gets a ``Link`` of its own, two hosts and what is between them, and makes the case happen:
///
/// ```swift
/// Case(
///   "four-way", "Four segments: the passive side still has data",
///   "The explanation, as one string; it is wrapped where it is shown.",
///   place: .either
/// ) { link, log in
///   let pair = try link.connect()         // sockets, rules of the wire, forging, waiting: Link
///   log.follow(pair.ports)                // two ends of this connection will be told
///   try pair.client.shutdownWriting()     // whatever the application does
///   try link.wait(for: .finWait2, of: .client, pair.ports)    // what the kernel lists
///   log.mark(.server, "still sends")      // a remark on the ladder, now
///   log.fact("what it is", .duration(nanoseconds), from: "tcp_info")
///   ...
///   return { evidence in                  // once all is told: what the explanation claims, each held
///     [                                   // against what was measured
///       Check("the client ends in TIME_WAIT", evidence.end(.client)?.verdict.endsIn == .timeWait),
///       Check("...", isSoOrNil, else: "why it cannot be known here"),
///     ]
///   }
/// }
/// ```
///
/// A second closure, `facts: { evidence in [Fact(...)] }`, gives what is known only once all is told.
///
/// What `play` throws: ``NeverCame`` (of the waits) is a contradiction, for the kernel did not do what is
/// explained; ``Unplayable`` says why the case cannot be made to happen here, and any other error does as well.
/// What is to stay open until the case is over is given to `log.keep(_:)`. Nothing sleeps but by `pause` and
/// `waitUntil`, which heed Ctrl-C. Every number that is shown comes from the evidence.
package struct Question: Sendable {
  /// 1 to 6.
  package let number: Int
  /// The question itself.
  package let title: String
  /// A few sentences without numbers: what the cases bear out.
  package let answer: String
  package let cases: [Case]

  package init(_ number: Int, _ title: String, answer: String, cases: [Case]) {
    self.number = number
    self.title = title
    self.answer = answer
    self.cases = cases
  }
}
