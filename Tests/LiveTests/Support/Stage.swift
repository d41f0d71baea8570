// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

/// A state in which the client of a connection can be made to stay, with its socket still open.
enum Stage: CaseIterable {
  case established, finWait1, finWait2, closeWait, lastACK, closing

  /// Those that it has entered since ESTABLISHED, each with a space behind it.
  var states: String {
    switch self {
    case .established: ""
    case .finWait1: "FIN_WAIT1 "
    case .finWait2: "FIN_WAIT1 FIN_WAIT2 "
    case .closeWait: "CLOSE_WAIT "
    case .lastACK: "CLOSE_WAIT LAST_ACK "
    case .closing: "FIN_WAIT1 CLOSING "
    }
  }

  var firstFIN: String? {
    switch self {
    case .established: nil
    case .finWait1, .finWait2: "local"
    case .closeWait, .lastACK: "remote"
    case .closing: "both"
    }
  }

  /// Whether the client's application has ended its half.
  var isShut: Bool { self != .established && self != .closeWait }

  /// Whether close() then changes nothing but that nobody holds the socket.
  var staysAnOrphan: Bool { isShut && self != .finWait2 }
}

extension Link {
  /// What the client then waits for does not come.
  func bring(_ pair: Pair, to stage: Stage) throws {
    switch stage {
    case .established:
      break
    case .finWait1:
      drop(from: .server, \.isBareACK)
      try pair.client.shutdownWriting()
      try wait(for: .finWait1, of: .client, pair.ports)
      try wait(for: .closeWait, of: .server, pair.ports)
    case .finWait2:
      try pair.client.shutdownWriting()
      try wait(for: .finWait2, of: .client, pair.ports)
    case .closeWait, .lastACK:
      try pair.server.shutdownWriting()
      try wait(for: .closeWait, of: .client, pair.ports)
      if stage == .closeWait { break }
      try wait(for: .finWait2, of: .server, pair.ports)
      drop(from: .server, \.isBareACK)
      try pair.client.shutdownWriting()
      try wait(for: .lastAck, of: .client, pair.ports)
      try wait(for: .timeWait, of: .server, pair.ports)
    case .closing:
      for side in [Side.client, .server] {
        hold(from: side)
        try pair.end(side).shutdownWriting()
        try wait(for: "a FIN", from: side, \.isFIN)
      }
      cut()
      release(keepingRules: true)
      for side in [Side.client, .server] { try wait(for: .closing, of: side, pair.ports) }
    }
  }
}
