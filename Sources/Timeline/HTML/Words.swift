// SPDX-License-Identifier: Apache-2.0

extension Track.Role {
  /// The word of the page.
  var name: StaticString {
    switch self {
    case .client: "client"
    case .server: "server"
    case .both: "both"
    case .unknown: "unknown"
    }
  }
}

extension Outcome {
  /// The shape that stands at the end of a bar; empty for none.
  var mark: StaticString {
    switch self {
    case .open, .closedByUs, .closedByPeer, .closedByBoth, .closed: ""
    case .refused, .unreachable, .givenUp, .noPorts: "cross"
    case .resetByUs: "sent"
    case .resetByPeer: "received"
    case .connectTimeout, .retransmitTimeout, .keepaliveTimeout, .orphanTimeout: "clock"
    case .aborted, .adminAbort: "square"
    case .half, .unknown: "diamond"
    }
  }
}
