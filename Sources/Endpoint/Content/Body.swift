// SPDX-License-Identifier: Apache-2.0
internal import NIOCore
internal import Synchronization

/// The bytes of a page. However many ask for it at once, they share one copy, and it is compressed once.
public final class Body: Sendable {
  let plain: ByteBuffer
  private let compressed = Mutex<Compressed>(.notYet)

  private enum Compressed {
    case notYet
    case done(ByteBuffer)
    /// zlib had no memory for it.
    case failed
  }

  public init(_ bytes: [UInt8]) {
    plain = ByteBuffer(bytes: bytes)
  }

  /// Compressed by the first who asks; `nil` where that was not possible.
  var gzip: ByteBuffer? {
    compressed.withLock { compressed in
      if case .notYet = compressed {
        compressed = Gzip.compress(plain).map { .done($0) } ?? .failed
      }
      guard case .done(let bytes) = compressed else { return nil }
      return bytes
    }
  }
}
