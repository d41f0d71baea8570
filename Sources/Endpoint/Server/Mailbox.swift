// SPDX-License-Identifier: Apache-2.0
internal import NIOCore
internal import Synchronization

/// The way to the server's thread for those who may come after its end.
final class Mailbox: Sendable {
  private let loop: any EventLoop
  private let isOpen = Mutex(true)

  init(_ loop: any EventLoop) { self.loop = loop }

  func post(_ task: @escaping @Sendable () -> Void) {
    isOpen.withLock { isOpen in
      if isOpen { loop.execute(task) }
    }
  }

  func close() { isOpen.withLock { $0 = false } }
}
