// SPDX-License-Identifier: Apache-2.0

/// How the connections of a load end.
enum Parting {
  case clientFirst
  case serverFirst
  /// The client closes with `SO_LINGER` of time 0.
  case reset
  /// There never was one: nobody listens.
  case refused

  /// State changes of one connection, at both of its ends.
  ///
  /// The client's begin with SYN_SENT, ESTABLISHED, the server's with SYN_RECV, ESTABLISHED. Who closes
  /// first goes through FIN_WAIT1, FIN_WAIT2, CLOSE, the other through CLOSE_WAIT, LAST_ACK, CLOSE. A RST
  /// leads to CLOSE at once.
  var events: Int {
    switch self {
    case .clientFirst, .serverFirst: 10
    case .reset: 6
    case .refused: 2
    }
  }
}
