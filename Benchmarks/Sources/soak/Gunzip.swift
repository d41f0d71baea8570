// SPDX-License-Identifier: Apache-2.0
internal import CZlib
internal import Harness

/// What a gzip member holds (RFC 1952), all of which must be there.
func gunzip(_ bytes: [UInt8]) throws(Trouble) -> [UInt8] {
  var stream = z_stream()
  // 15 bits of window, and 16 for gzip.
  let size = Int32(MemoryLayout<z_stream>.size)
  guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else {
    throw .failed("inflateInit2")
  }
  defer { inflateEnd(&stream) }
  var (input, result) = (bytes, [UInt8]())
  var chunk = [UInt8](repeating: 0, count: 1 << 18)
  var status = Z_OK
  input.withUnsafeMutableBufferPointer { input in
    stream.next_in = input.baseAddress
    stream.avail_in = UInt32(input.count)
    while status == Z_OK, result.count < 1 << 26 {
      let capacity = chunk.count
      let left = chunk.withUnsafeMutableBufferPointer { chunk in
        stream.next_out = chunk.baseAddress
        stream.avail_out = UInt32(capacity)
        status = inflate(&stream, Z_NO_FLUSH)
        return Int(stream.avail_out)
      }
      result += chunk.prefix(capacity - left)
    }
  }
  guard status == Z_STREAM_END, stream.avail_in == 0 else { throw .failed("damaged gzip") }
  return result
}
