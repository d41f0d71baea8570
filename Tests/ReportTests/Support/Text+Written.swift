// SPDX-License-Identifier: Apache-2.0
@testable import Lifecycle
@testable import Report

/// What `body` appends to an empty text.
func written(_ body: (inout Text) -> Void) -> String {
  var text = Text()
  body(&text)
  return String(decoding: text.bytes, as: UTF8.self)
}

extension Comm {
  /// A name as a process may give itself one: any bytes but zero.
  init(bytes: [UInt8]) {
    self.init()
    for (index, byte) in bytes.prefix(15).enumerated() {
      let shifted = UInt64(byte) << UInt64(index % 8 * 8)
      if index < 8 { first |= shifted } else { second |= shifted }
    }
  }
}
