// SPDX-License-Identifier: Apache-2.0

/// Waiting for what the kernel does, by what it sends and by what it lists.
extension Link {
  /// Waits until `count` packets that fit have been taken from their senders.
  ///
  /// - Returns: the last of them.
  @discardableResult
  package func wait(
    for what: String, _ count: Int = 1, from side: Side, _ fits: (Transit) -> Bool
  ) throws -> Transit {
    var found: Transit?
    try waitUntil("\(what) from the \(side) in \(packets)") {
      let fitting = packets.filter { $0.from == side && !$0.isForged && fits($0) }
      found = fitting.count >= count ? fitting[count - 1] : nil
      return found != nil
    }
    guard let found else { throw NeverCame(description: what) }
    return found
  }

  /// Waits until the kernel itself shows one end in a state.
  package func wait(for state: KernelTables.State, of side: Side, _ ports: Ports) throws {
    try wait("\(state) of \(ports)", side, ports) { $0?.state == state }
  }

  package func waitUntilGone(_ side: Side, _ ports: Ports) throws {
    try wait("\(ports) is gone", side, ports) { $0 == nil }
  }

  /// Waits until the socket is one of those that only wait.
  package func waitForMini(_ side: Side, _ ports: Ports) throws {
    try wait("a mini socket of \(ports)", side, ports) { $0?.isMini == true }
  }

  /// Waits until one side has something to send, and the other no room.
  package func waitForProbes(of side: Side, _ ports: Ports) throws {
    try wait("probes of \(ports)", side, ports) { $0?.isProbing == true }
  }

  /// What one side's kernel lists of a connection now.
  package func row(_ side: Side, _ ports: Ports) throws -> KernelTables.Row? {
    try host(side).run {
      try KernelTables.row(local: ports.own(side), remote: ports.own(side.other))
    }
  }

  private func wait(
    _ what: String, _ side: Side, _ ports: Ports, _ isSo: (KernelTables.Row?) -> Bool
  ) throws {
    try host(side).run {
      try waitUntil(what) {
        isSo(try KernelTables.row(local: ports.own(side), remote: ports.own(side.other)))
      }
    }
  }
}
