// SPDX-License-Identifier: Apache-2.0

/// A page, or why there is none.
public struct Response: Sendable {
  public var status: UInt16
  public var contentType: String
  public var body: Body

  public init(status: UInt16 = 200, contentType: String, body: Body) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }

  public init(status: UInt16 = 200, contentType: String, body: [UInt8]) {
    self.init(status: status, contentType: contentType, body: Body(body))
  }

  /// One line of text.
  public init(status: UInt16 = 200, text: String) {
    self.init(
      status: status, contentType: "text/plain; charset=utf-8", body: Array((text + "\n").utf8))
  }
}
