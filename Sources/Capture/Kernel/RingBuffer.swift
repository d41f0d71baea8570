// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Synchronization

/// The reader's side of a BPF ring buffer (`kernel/bpf/ringbuf.c`): a page the reader writes, how
/// far it has read; a page the kernel writes, how far it has written; and the data.
///
/// The kernel would map the data twice in a row, so that no record is ever cut at the end. Here it is
/// mapped once, and the rare record that is cut is put together: that halves the memory.
@safe
struct RingBuffer: ~Copyable {
  private let consumer: UnsafeMutableRawPointer
  private let producer: UnsafeMutableRawPointer
  private let page: Int
  private let size: Int
  private let joint: UnsafeMutableRawBufferPointer

  private static let busy: UInt32 = 1 << 31
  private static let discarded: UInt32 = 1 << 30
  private static let headerSize = 8
  private static let longestRecord = 256

  /// - Parameters:
  ///   - descriptor: the map's, which stays the caller's.
  ///   - size: the map's `max_entries`, in bytes.
  init(descriptor: CInt, size: Int) throws(SystemError) {
    let page = Int(sysconf(CInt(_SC_PAGESIZE)))
    let consumer = unsafe try Self.map(descriptor, page, PROT_READ | PROT_WRITE, at: 0)
    let producer: UnsafeMutableRawPointer
    do throws(SystemError) {
      unsafe producer = try Self.map(descriptor, page + size, PROT_READ, at: page)
    } catch {
      unsafe munmap(consumer, page)
      throw error
    }
    self.size = size
    self.page = page
    unsafe self.consumer = consumer
    unsafe self.producer = producer
    unsafe joint = .allocate(byteCount: Self.longestRecord, alignment: 8)
  }

  deinit {
    unsafe munmap(consumer, page)
    unsafe munmap(producer, page + size)
    unsafe joint.deallocate()
  }

  private static func map(
    _ descriptor: CInt, _ length: Int, _ protection: CInt, at offset: Int
  ) throws(SystemError) -> UnsafeMutableRawPointer {
    let address = unsafe mmap(nil, length, protection, MAP_SHARED, descriptor, offset)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw SystemError.last("mapping the ring buffer")
    }
    return unsafe address
  }

  /// Hands each record that was committed before this call to `body`, in order, frees its room, and
  /// returns how many there were. The bytes are valid during the call only.
  ///
  /// What is committed meanwhile waits for the next call, so that a flood cannot keep the reader here.
  func drain(_ body: (UnsafeRawBufferPointer) -> Void) -> Int {
    let read = unsafe consumer.assumingMemoryBound(to: Atomic<UInt>.self)
    let written = unsafe producer.assumingMemoryBound(to: Atomic<UInt>.self)
    let data = unsafe UnsafeRawPointer(producer) + page
    // Only this side moves the reader's position; the kernel's is stored after the room is reserved.
    var position = unsafe read.pointee.load(ordering: .relaxed)
    let end = unsafe written.pointee.load(ordering: .acquiring)
    var count = 0
    while position < end {
      let offset = Int(position & UInt(size - 1))
      let header = unsafe (data + offset).assumingMemoryBound(to: Atomic<UInt32>.self)
      // Pairs with the exchange in bpf_ringbuf_commit(): the record is whole once busy is cleared.
      let word = unsafe header.pointee.load(ordering: .acquiring)
      if word & Self.busy != 0 { break }
      let length = Int(word & ~(Self.busy | Self.discarded))
      if word & Self.discarded == 0 {
        unsafe body(record(in: data, at: offset + Self.headerSize, length: length))
        count += 1
      }
      position &+= UInt((length + Self.headerSize + 7) & ~7)
      // Freed at once: while one batch is worked on, the kernel can already write the next.
      unsafe read.pointee.store(position, ordering: .releasing)
    }
    return count
  }

  private func record(
    in data: UnsafeRawPointer, at offset: Int, length: Int
  ) -> UnsafeRawBufferPointer {
    let start = offset & (size - 1)
    if start + length <= size {
      return unsafe UnsafeRawBufferPointer(start: data + start, count: length)
    }
    let kept = min(length, Self.longestRecord)
    let first = min(size - start, kept)
    unsafe joint.copyMemory(from: UnsafeRawBufferPointer(start: data + start, count: first))
    unsafe UnsafeMutableRawBufferPointer(rebasing: joint[first..<kept])
      .copyMemory(from: UnsafeRawBufferPointer(start: data, count: kept - first))
    return unsafe UnsafeRawBufferPointer(rebasing: joint[..<kept])
  }
}
