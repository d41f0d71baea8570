// SPDX-License-Identifier: Apache-2.0
internal import NIOCore
internal import NIOHTTP1

/// A response as it goes over the wire.
struct Answer {
  var head: HTTPResponseHead
  /// `nil` for HEAD, and where a status has none.
  var body: ByteBuffer?

  var status: UInt16 { UInt16(clamping: head.status.code) }

  /// - Parameters:
  ///   - response: `nil` where the request has been refused.
  ///   - smallest: what is shorter goes as it is, if the client takes it so.
  init(
    _ response: Response?, to request: IncomingRequest, keepsAlive: Bool,
    compressedFrom smallest: Int
  ) {
    var response = response ?? Self.refusal(request.refusal ?? 500)
    let codings = AcceptedCodings(request.acceptEncoding)
    if !codings.gzip, !codings.identity { response = Self.refusal(406) }
    // 1xx would not be an answer, and what is not a status at all would not be one either.
    if !(200...599).contains(response.status) { response = Self.refusal(500) }
    var bytes = response.body.plain
    var fields = HTTPHeaders()
    fields.add(name: "content-type", value: response.contentType)
    let isWorthIt = bytes.readableBytes >= smallest || !codings.identity
    if codings.gzip, isWorthIt, let gzip = response.body.gzip {
      bytes = gzip
      fields.add(name: "content-encoding", value: "gzip")
    }
    fields.add(name: "content-length", value: "\(bytes.readableBytes)")
    fields.add(name: "vary", value: "accept, accept-encoding")
    // A scrape that somebody else has kept is an old number that looks like a new one.
    fields.add(name: "cache-control", value: "no-store")
    fields.add(name: "x-content-type-options", value: "nosniff")
    if response.status == 405 { fields.add(name: "allow", value: "GET, HEAD") }
    fields.add(name: "connection", value: keepsAlive ? "keep-alive" : "close")
    let status = HTTPResponseStatus(statusCode: Int(response.status))
    // RFC 9110 §6.2: the version is the server's own, whatever the client's.
    head = HTTPResponseHead(version: .http1_1, status: status, headers: fields)
    body = request.isHead || !status.mayHaveResponseBody ? nil : bytes
  }

  private static func refusal(_ status: UInt16) -> Response {
    let phrase = HTTPResponseStatus(statusCode: Int(status)).reasonPhrase
    return Response(status: status, text: "\(status) \(phrase)")
  }
}
