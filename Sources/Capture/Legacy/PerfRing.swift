// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc
internal import Synchronization

/// The reader's side of one CPU's perf ring buffer (`kernel/events/ring_buffer.c`): a page that says how
/// far the kernel has written and the reader has read, and the data.
@safe
final class PerfRing {
  let descriptor: CInt
  private let base: UnsafeMutableRawPointer
  private let page: Int
  private let size: Int
  private let joint: UnsafeMutableRawBufferPointer

  private static let longestRecord = 512
  // `struct perf_event_mmap_page`: both positions are on a cache line of their own, behind 1 KiB.
  private static let headOffset = 1024
  private static let tailOffset = 1032

  /// - Parameter size: of the data, in bytes; a power of two, of whole pages.
  init(cpu: Int, size: Int) throws(SystemError) {
    page = Int(sysconf(CInt(_SC_PAGESIZE)))
    self.size = size
    // Called where a quarter is full: nobody is woken for a record.
    let opened = cbpf_open_output(CInt(cpu), UInt32(size / 4))
    guard opened >= 0 else {
      throw SystemError("opening the ring of CPU \(cpu)", -opened)
    }
    let address = unsafe mmap(nil, page + size, PROT_READ | PROT_WRITE, MAP_SHARED, opened, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      let error = SystemError.last("mapping the ring of CPU \(cpu)")
      close(opened)
      throw error
    }
    descriptor = opened
    unsafe base = address
    unsafe joint = .allocate(byteCount: Self.longestRecord, alignment: 8)
  }

  deinit {
    unsafe munmap(base, page + size)
    close(descriptor)
    unsafe joint.deallocate()
  }

  @safe
  enum Entry {
    /// What a program has written, valid during the call; padded at its end.
    case record(UnsafeRawBufferPointer)
    /// So many records found no room, by the kernel's own count.
    case lost(UInt64)
  }

  /// Hands over all that is there now, in order, and frees its room.
  func drain(_ body: (Entry) -> Void) {
    let head = unsafe (base + Self.headOffset).assumingMemoryBound(to: Atomic<UInt>.self)
    let tail = unsafe (base + Self.tailOffset).assumingMemoryBound(to: Atomic<UInt>.self)
    let data = unsafe UnsafeRawPointer(base) + page
    var position = unsafe tail.pointee.load(ordering: .relaxed)
    // Pairs with the barrier in perf_output_put_handle(): the records before it are whole.
    let end = unsafe head.pointee.load(ordering: .acquiring)
    while position < end {
      let offset = Int(position & UInt(size - 1))
      // Records are multiples of 8 bytes, so that a header is never cut.
      let header = unsafe (data + offset).load(as: perf_event_header.self)
      let length = Int(header.size)
      guard length >= MemoryLayout<perf_event_header>.size else { break }
      let bytes = unsafe record(in: data, at: offset, length: length)
      switch header.type {
      case PERF_RECORD_SAMPLE.rawValue where bytes.count >= 12:
        // A length (4), and what was written.
        unsafe body(.record(UnsafeRawBufferPointer(rebasing: bytes[12...])))
      case PERF_RECORD_LOST.rawValue where bytes.count >= 24:
        body(.lost(unsafe bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)))
      default: break
      }
      position &+= UInt(length)
    }
    unsafe tail.pointee.store(position, ordering: .releasing)
  }

  private func record(
    in data: UnsafeRawPointer, at offset: Int, length: Int
  ) -> UnsafeRawBufferPointer {
    if offset + length <= size {
      return unsafe UnsafeRawBufferPointer(start: data + offset, count: length)
    }
    let kept = min(length, Self.longestRecord)
    let first = min(size - offset, kept)
    unsafe joint.copyMemory(from: UnsafeRawBufferPointer(start: data + offset, count: first))
    unsafe UnsafeMutableRawBufferPointer(rebasing: joint[first..<kept])
      .copyMemory(from: UnsafeRawBufferPointer(start: data, count: kept - first))
    return unsafe UnsafeRawBufferPointer(rebasing: joint[..<kept])
  }
}
