// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// What a site has been asked: it has one answer, also where a site gives two, or lets go of it without any.
final class Question: Sendable {
  private let deliver: Mutex<(@Sendable (Response) -> Void)?>

  init(_ deliver: @escaping @Sendable (Response) -> Void) {
    self.deliver = Mutex(deliver)
  }

  deinit { answer(Response(status: 500, text: "500 no answer")) }

  func answer(_ response: Response) {
    let deliver = deliver.withLock { deliver in
      defer { deliver = nil }
      return deliver
    }
    deliver?(response)
  }
}
