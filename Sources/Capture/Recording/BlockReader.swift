// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Reads a recording's head and its blocks, from a file or a pipe. What is damaged is left out, up to the
/// next block that is whole.
@safe
struct BlockReader: ~Copyable {
  typealias Format = RecordingFormat

  private let path: String
  private let descriptor: CInt
  private let buffer: UnsafeMutableRawPointer
  /// What of the buffer is still to be read.
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  /// Bytes read so far, and of how many; `nil` for a pipe.
  private(set) var done: UInt64 = 0
  let total: UInt64?
  /// Bytes that belong to no block that is whole.
  private(set) var skipped: UInt64 = 0
  /// Whether the file ends within a block.
  private(set) var isCut = false
  /// Whether a stop was asked for before the end.
  private(set) var isStopped = false
  /// Bytes since the last block that is whole, and bytes that were checked for nothing.
  private var gap: UInt64 = 0
  private var wasted: UInt64 = 0

  private static let capacity = 1 << 19
  /// What has no end is given up after so much in which there is no block.
  private static let longestGap: UInt64 = 16 << 20
  /// What is damaged has its checksums made once; only where beginnings of blocks are strewn over others on
  /// purpose, it would be many times.
  private static let mostWasted: UInt64 = 1 << 20

  /// - Parameter path: `-` for standard input.
  init(_ path: String) throws {
    self.path = path == "-" ? "standard input" : path
    descriptor = path == "-" ? dup(STDIN_FILENO) : unsafe open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw SystemError.last("opening \(self.path)") }
    var status = stat()
    let isKnown = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    total = isKnown ? UInt64(max(0, status.st_size)) : nil
    unsafe buffer = .allocate(byteCount: Self.capacity, alignment: 8)
  }

  deinit {
    close(descriptor)
    unsafe buffer.deallocate()
  }

  // MARK: - the head

  mutating func head() throws -> RecordingHead {
    guard try fill(Format.headSize), unsafe bytes(Format.magic.count).elementsEqual(Format.magic)
    else { throw Unreadable(path, "is not a recording of synfin") }
    let version = UInt16(littleEndian: load(8))
    guard version == Format.version else {
      throw Unreadable(
        path,
        "is a recording of format \(version), and this synfin reads format \(Format.version)"
          + (version > Format.version ? ": a newer one is needed" : ""))
    }
    let length = Int(UInt32(littleEndian: load(12)))
    let checksum = UInt32(littleEndian: load(16))
    guard length <= Format.longestHead, try fill(Format.headSize + length) else {
      throw Unreadable(path, "is a recording that ends within its head: nothing can be read")
    }
    let text = unsafe UnsafeRawBufferPointer(
      rebasing: bytes(Format.headSize + length)[Format.headSize...])
    guard unsafe Format.checksum(text) == checksum,
      let head = unsafe RecordingHead(String(decoding: text, as: UTF8.self))
    else { throw Unreadable(path, "is a recording with a damaged head: nothing can be read") }
    take(Format.headSize + length)
    return head
  }

  // MARK: - blocks

  /// The next block that is whole: how many records came before it, and what it holds, valid until the
  /// next call. `nil` at the end.
  mutating func next() throws -> (before: UInt64, content: UnsafeRawBufferPointer)? {
    while try fill(Format.blockHeadSize), !isStopped {
      let length = Int(UInt32(littleEndian: load(4)))
      if UInt32(littleEndian: load(0)) == Format.blockMagic,
        length <= Format.longestBlock
      {
        let size = Format.blockHeadSize + length
        if try fill(size) {
          let block = unsafe bytes(size)
          let checksum = unsafe Format.checksum(UnsafeRawBufferPointer(rebasing: block[12...]))
          if checksum == UInt32(littleEndian: load(8)) {
            let before = UInt64(littleEndian: load(16))
            take(size)
            gap = 0
            return unsafe (
              before, UnsafeRawBufferPointer(rebasing: block[Format.blockHeadSize...])
            )
          }
          wasted += UInt64(size)
          if wasted > done + Self.mostWasted {
            try skip(size)
            continue
          }
        } else if !canFind(after: 1) {
          // Its writer was stopped in the middle of it.
          isCut = true
          take(end - start)
          return nil
        }
      }
      try skip()
    }
    if end > start, !isStopped {
      isCut = true
      take(end - start)
    }
    return nil
  }

  /// Whether there is anything behind the last block.
  mutating func hasMore() throws -> Bool { try fill(1) }

  /// Goes on to where the next block may begin.
  private mutating func skip() throws {
    var offset = 1
    while start + offset + 4 <= end, UInt32(littleEndian: load(offset)) != Format.blockMagic {
      offset += 1
    }
    try skip(offset)
  }

  private mutating func skip(_ count: Int) throws {
    skipped += UInt64(count)
    gap += UInt64(count)
    take(count)
    if total == nil, gap > Self.longestGap {
      throw Unreadable(path, "goes on without anything that can be read: the rest is missing")
    }
    if StopSignal.isPending { isStopped = true }
  }

  /// Whether another block may begin in what has been read.
  private func canFind(after first: Int) -> Bool {
    var offset = first
    while start + offset + 4 <= end {
      if UInt32(littleEndian: load(offset)) == Format.blockMagic { return true }
      offset += 1
    }
    return false
  }

  // MARK: - bytes

  private func load<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Number {
    unsafe buffer.loadUnaligned(fromByteOffset: start + offset, as: Number.self)
  }

  private func bytes(_ count: Int) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: buffer + start, count: count)
  }

  private mutating func take(_ count: Int) { start += count }

  /// Reads until there are `count` bytes. Returns whether there are.
  private mutating func fill(_ count: Int) throws -> Bool {
    if end - start >= count { return true }
    if start > 0 {
      unsafe buffer.copyMemory(from: buffer + start, byteCount: end - start)
      end -= start
      start = 0
    }
    while end < count, !isAtEnd {
      if total == nil, !waitForMore() {
        isStopped = true
        return false
      }
      let got = unsafe read(descriptor, buffer + end, Self.capacity - end)
      if got < 0 {
        if errno == EINTR { continue }
        throw SystemError.last("reading \(path)")
      }
      isAtEnd = got == 0
      end += got
      done += UInt64(got)
    }
    return end >= count
  }

  /// A pipe may have nothing for long. Returns `false` where a stop is asked for meanwhile.
  private func waitForMore() -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while unsafe poll(&waiting, 1, 100) == 0 { if StopSignal.isPending { return false } }
    return true
  }
}
