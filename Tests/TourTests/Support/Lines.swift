// SPDX-License-Identifier: Apache-2.0
import Report

/// The lines that are written.
func lines(_ write: (inout Text) -> Void) -> [String] {
  var text = Text()
  write(&text)
  return String(decoding: text.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
}
