// SPDX-License-Identifier: Apache-2.0
import Exposition

@testable import Endpoint

/// The parsers of single words and fields.
enum Words {
  static func read(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    // What has been read is written so that it reads the same.
    if let address = try? Endpoint.Address(text) {
      guard let again = try? Endpoint.Address("\(address)"), again == address else {
        fatalError("\(text) became \(address)")
      }
    }
    // A field in one piece or in two, at any comma, is the same field.
    let codings = AcceptedCodings([text])
    let fields = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard AcceptedCodings(fields) == codings else { fatalError("\(text) is two things") }
    _ = Format.negotiate(accept: fields)
  }
}
