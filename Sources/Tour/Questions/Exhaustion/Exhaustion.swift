// SPDX-License-Identifier: Apache-2.0

extension Question {
  /// The harm first, then what helps, then what does not.
  static let exhaustion = Question(
    6, "What harm do many of them do?",
    answer: """
      Less than is said. A TIME_WAIT takes a fraction of the memory of a connection, and no port of a server's. \
      What it takes is a local port of whoever closed first, towards that one destination, for a minute: a \
      client that opens connections faster than that runs out of ports, and its connect() fails. What helps is \
      to keep connections and use them again; reuse by timestamps; to let the other side close first; more \
      destinations or addresses. tcp_fin_timeout does not, and a low tcp_max_tw_buckets takes away the \
      protection and not the cause.
      """,
    cases: [
      runOut, otherDestinations, bindFirst, memory, reuseByTimestamps, longConnection, serverFirst,
      finTimeout, bucketLimit,
    ])
}
