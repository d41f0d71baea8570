// SPDX-License-Identifier: Apache-2.0
internal import NIOCore

/// Cuts what comes behind each empty line. A request without a body ends with one, and so no piece has more
/// than one request's end: the parser is given as much as one answer needs, and the rest waits as bytes, which
/// are less than what a parser makes of them.
struct HeadCutter {
  /// Whether nothing but CR has come in this line.
  private var isLineEmpty = true

  /// Takes the next piece off; all there is, where it has no empty line.
  mutating func cut(_ bytes: inout ByteBuffer) -> ByteBuffer {
    var end = 0
    let view = bytes.readableBytesView
    for byte in view {
      end += 1
      if byte == UInt8(ascii: "\n") {
        if isLineEmpty { break }
        isLineEmpty = true
      } else if byte != UInt8(ascii: "\r") {
        isLineEmpty = false
      }
    }
    return bytes.readSlice(length: end) ?? ByteBuffer()
  }
}
