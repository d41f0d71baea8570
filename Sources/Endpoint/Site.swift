// SPDX-License-Identifier: Apache-2.0

/// The pages of a server.
public protocol Site: Sendable {
  /// Answers a GET or HEAD, now or later, from any thread, once. It is called on the server's own thread, which
  /// serves nobody else meanwhile.
  func answer(_ request: Request, _ done: @escaping @Sendable (Response) -> Void)
}
