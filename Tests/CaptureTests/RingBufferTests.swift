// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import Capture

/// The reader over a file that is laid out as the kernel lays out a ring: no root, no kernel.
struct RingBufferTests {
  @Test func recordsComeInOrderAndOnce() throws {
    let ring = try FakeRing(size: 4096)
    for number in UInt8(1)...5 { ring.write([UInt8](repeating: number, count: Int(number) * 8)) }
    var reader = try RingBuffer(descriptor: ring.descriptor, size: 4096)
    #expect(drain(&reader) == (1...5).map { [UInt8](repeating: $0, count: Int($0) * 8) })
    #expect(drain(&reader).isEmpty)
  }

  @Test func whatIsNotCommittedStopsTheReader() throws {
    let ring = try FakeRing(size: 4096)
    ring.write([1, 1, 1, 1, 1, 1, 1, 1])
    let busy = ring.write([2, 2, 2, 2, 2, 2, 2, 2], flags: FakeRing.busy)
    ring.write([3, 3, 3, 3, 3, 3, 3, 3])
    var reader = try RingBuffer(descriptor: ring.descriptor, size: 4096)
    #expect(drain(&reader).map(\.first) == [1])
    ring.commit(busy, length: 8)
    #expect(drain(&reader).map(\.first) == [2, 3])
  }

  @Test func discardedRecordsAreSkipped() throws {
    let ring = try FakeRing(size: 4096)
    ring.write([1, 1, 1, 1, 1, 1, 1, 1], flags: FakeRing.discarded)
    ring.write([2, 2, 2, 2, 2, 2, 2, 2])
    var reader = try RingBuffer(descriptor: ring.descriptor, size: 4096)
    #expect(drain(&reader).map(\.first) == [2])
  }

  /// Records of every length, round and round: the one that is cut at the end is put together.
  @Test func recordsAreWholeAcrossTheEnd() throws {
    let ring = try FakeRing(size: 4096)
    var reader = try RingBuffer(descriptor: ring.descriptor, size: 4096)
    for number in 0..<2000 {
      let record = (0..<(32 + number % 97)).map { UInt8(truncatingIfNeeded: number + $0) }
      ring.write(record)
      #expect(drain(&reader) == [record], "record \(number)")
    }
  }

  private func drain(_ reader: inout RingBuffer) -> [[UInt8]] {
    var records: [[UInt8]] = []
    let count = unsafe reader.drain { unsafe records.append(Array($0)) }
    #expect(count == records.count)
    return records
  }
}

/// The kernel's side: a page for the reader, a page for the writer, and the data, as
/// `kernel/bpf/ringbuf.c` maps them.
@safe
private final class FakeRing {
  static let busy: UInt32 = 1 << 31
  static let discarded: UInt32 = 1 << 30

  let descriptor: CInt
  private let size: Int
  private let page = Int(sysconf(CInt(_SC_PAGESIZE)))
  private let memory: UnsafeMutableRawPointer
  private var position = 0

  init(size: Int) throws {
    self.size = size
    // A file without a name, which is gone with its descriptor.
    let file = unsafe try #require(unsafe tmpfile())
    descriptor = unsafe dup(fileno(file))
    unsafe fclose(file)
    #expect(ftruncate(descriptor, off_t(2 * page + size)) == 0)
    let mapped = unsafe mmap(
      nil, 2 * page + size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    unsafe memory = try #require(unsafe mapped == MAP_FAILED ? nil : mapped)
  }

  deinit {
    unsafe munmap(memory, 2 * page + size)
    close(descriptor)
  }

  /// Returns where the record's header is.
  @discardableResult
  func write(_ record: [UInt8], flags: UInt32 = 0) -> Int {
    let header = position
    for (index, byte) in record.enumerated() { store(byte, at: header + 8 + index) }
    storeHeader(UInt32(record.count) | flags, at: header)
    position += (record.count + 8 + 7) & ~7
    unsafe memory.storeBytes(of: UInt(position), toByteOffset: page, as: UInt.self)
    return header
  }

  func commit(_ header: Int, length: UInt32) { storeHeader(length, at: header) }

  private func storeHeader(_ word: UInt32, at offset: Int) {
    unsafe memory.storeBytes(
      of: word, toByteOffset: 2 * page + offset % size, as: UInt32.self)
  }

  private func store(_ byte: UInt8, at offset: Int) {
    unsafe memory.storeBytes(of: byte, toByteOffset: 2 * page + offset % size, as: UInt8.self)
  }
}
