// SPDX-License-Identifier: Apache-2.0
internal import NIOHTTP1

/// What matters of a request's head.
struct IncomingRequest {
  /// `nil` where there is an answer without the site's.
  var request: Request?
  /// That answer's status.
  var refusal: UInt16?
  /// HEAD: the answer has no body, but its length.
  var isHead = false
  /// The values of all `Accept-Encoding` fields.
  var acceptEncoding: [String] = []
  /// Whether a further request may follow on the connection.
  var keepsAlive = false

  init(_ head: HTTPRequestHead) {
    isHead = head.method == .HEAD
    acceptEncoding = head.headers["accept-encoding"]
    if let refusal = Self.framing(head) {
      // What follows is not to be read as a request.
      self.refusal = refusal
      return
    }
    // After what may be the beginning of another protocol, which is not spoken here, NIO's decoder reads no
    // further request.
    let changesProtocol = head.method == .CONNECT || head.headers.contains(name: "upgrade")
    keepsAlive = head.isKeepAlive && !changesProtocol
    guard head.method == .GET || head.method == .HEAD else {
      refusal = 405
      return
    }
    request = Request(path: Self.path(head.uri), accept: head.headers["accept"])
  }

  /// A head that was not to be had: malformed, too long.
  init(refused status: UInt16) { refusal = status }

  /// Why this is no request that can stand on its own.
  private static func framing(_ head: HTTPRequestHead) -> UInt16? {
    // RFC 9112 §3.2: one that lacks it, or has it twice, must be refused.
    let hosts = head.headers["host"].count
    let needsHost = head.version.minor >= 1
    guard hosts == 1 || (hosts == 0 && !needsHost) else { return 400 }
    // Nothing here takes a body. One that comes all the same is not read: where it would end is what those
    // who smuggle requests disagree about on purpose.
    let hasBody =
      head.headers.contains(name: "transfer-encoding")
      || head.headers["content-length"].contains { $0 != "0" }
    return hasBody ? 413 : nil
  }

  /// Of all forms that a target can have (RFC 9112 §3.2).
  private static func path(_ target: String) -> String {
    var path = target.prefix { $0 != "?" && $0 != "#" }
    if path.first != "/", let scheme = path.firstRange(of: "://") {
      let rest = path[scheme.upperBound...]
      path = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
    }
    return String(path)
  }
}
