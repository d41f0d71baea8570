// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

/// A listener whose queue of one is full: SYNs are dropped, and nobody says so.
final class DeafListener {
  let listener: Socket
  private let inTheQueue: Socket

  init() throws {
    listener = try Socket.listening(backlog: 0)
    inTheQueue = try Socket.connected(to: listener)
    try listener.waitUntilReadable()
  }

  var port: UInt16 { listener.localPort }

  /// Makes room.
  func hear() throws { _ = try listener.accept() }
}
