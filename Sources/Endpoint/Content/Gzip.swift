// SPDX-License-Identifier: Apache-2.0
internal import CZlib
internal import NIOCore

/// RFC 1952, by zlib.
enum Gzip {
  /// zlib's own default. For metrics text its quickest level makes half as much again of bytes, and its best
  /// takes twice the time for 2 % less.
  private static let level: CInt = 6
  /// The largest window, and 16 for a gzip header and trailer around it (`deflateInit2` in zlib.h).
  private static let windowBits: CInt = 15 + 16
  /// zlib's own default.
  private static let memoryLevel: CInt = 8

  /// Returns `nil` where there is no memory for it.
  static func compress(_ plain: ByteBuffer) -> ByteBuffer? {
    // The count of bytes in a stream is 32 bits wide.
    guard plain.readableBytes <= Int(UInt32.max) else { return nil }
    var stream = unsafe z_stream()
    // deflateInit2 is a macro, which Swift does not see; this is what it stands for.
    let made = unsafe deflateInit2_(
      &stream, level, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      CInt(MemoryLayout<z_stream>.size))
    guard made == Z_OK else { return nil }
    defer { unsafe deflateEnd(&stream) }
    // So that one call is enough, whatever the bytes are.
    let bound = Int(unsafe deflateBound(&stream, uLong(plain.readableBytes)))
    var result = ByteBuffer()
    var end: CInt = Z_OK
    unsafe result.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { room in
      unsafe plain.withUnsafeReadableBytes { bytes in
        // zlib does not write to what it reads; the header has no const unless one asks for it.
        unsafe stream.next_in = UnsafeMutablePointer(
          mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.avail_in = UInt32(bytes.count)
        unsafe stream.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.avail_out = UInt32(clamping: room.count)
        end = unsafe deflate(&stream, Z_FINISH)
      }
      return Int(unsafe stream.total_out)
    }
    return end == Z_STREAM_END ? result : nil
  }
}
