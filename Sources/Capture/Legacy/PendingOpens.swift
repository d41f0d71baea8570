// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

/// Sockets that have sent a SYN, or whose SYN has met another.
enum PendingOpens {
  /// Whether there may be any, in any network namespace.
  static func mayExist() -> Bool {
    var isSure = true
    let unseen = NetworkNamespace.forEach(only: nil) { namespace in
      namespace.within {
        do throws(SystemError) {
          try SocketDump().forEach { entry in
            if entry.state == .synSent || entry.state == .synRecv { isSure = false }
          }
        } catch {
          isSure = false
        }
      }
    }
    return !isSure || unseen != NetworkNamespace.Unseen()
  }
}
