// SPDX-License-Identifier: Apache-2.0
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// What is asked of a ``Site``.
public struct Request: Sendable {
  /// Without the query.
  public var path: String
  /// The values of all `Accept` fields.
  public var accept: [String]

  public init(path: String, accept: [String] = []) {
    self.path = path
    self.accept = accept
  }
}

/// A page, or why there is none.
public struct Response: Sendable {
  public var status: UInt16
  public var contentType: String
  public var body: [UInt8]

  public init(status: UInt16 = 200, contentType: String, body: [UInt8]) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }
}

/// The pages of a server.
public protocol Site: Sendable {
  /// Answers a GET or HEAD, now or later, from any thread, once.
  func answer(_ request: Request, _ done: @escaping @Sendable (Response) -> Void)
}
