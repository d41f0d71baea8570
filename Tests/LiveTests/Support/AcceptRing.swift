// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing
import Tour

/// An io_uring that accepts: by raw system calls and the layout of <linux/io_uring.h>, since neither
/// Swift's Glibc nor the C library has it.
@safe
final class AcceptRing {
  private let ring: CInt
  private let rings: UnsafeMutableRawPointer
  private let entries: UnsafeMutableRawPointer
  private var offsets = [UInt32](repeating: 0, count: 30)
  private static let size = 4_096

  struct Way: CustomTestStringConvertible {
    let testDescription: String
    /// IOSQE_ASYNC: a worker thread of the kernel's accepts.
    var isAsync = false
    /// IORING_ACCEPT_MULTISHOT: it goes on, and each completion is without a request.
    var isMultishot = false
    /// Into a slot of the ring's own table: no descriptor of the process leads to it.
    var isDirect = false
  }

  private enum Call: Int { case setup = 425, enter, register }
  private enum Opcode: UInt8 { case accept = 13, close = 19 }

  /// `nil` where it is not allowed.
  init?() throws {
    let made = unsafe offsets.withUnsafeMutableBytes {
      Self.call(.setup, 8, Int(bitPattern: $0.baseAddress))
    }
    guard made >= 0 else { return nil }
    ring = CInt(made)
    // IORING_OFF_SQ_RING, which since 5.4 has both rings, and IORING_OFF_SQES.
    let protection = PROT_READ | PROT_WRITE
    let first = unsafe mmap(nil, Self.size, protection, MAP_SHARED, ring, 0)
    let second = unsafe mmap(nil, Self.size, protection, MAP_SHARED, ring, 0x1000_0000)
    guard let first = unsafe first, let second = unsafe second else { return nil }
    unsafe rings = first
    unsafe entries = second
    var slots: [CInt] = [-1, -1]
    let registered = unsafe slots.withUnsafeMutableBytes {
      Self.call(.register, Int(ring), 2, Int(bitPattern: $0.baseAddress), 2)
    }
    try #require(registered == 0)
  }

  deinit {
    unsafe munmap(rings, Self.size)
    unsafe munmap(entries, Self.size)
    Glibc.close(ring)
  }

  /// Accepts one, and returns its descriptor or its slot. Of a multishot request, the first.
  func accept(_ listener: Socket, _ way: Way) throws -> CInt {
    try unsafe submit { entry in
      unsafe entry.storeBytes(of: Opcode.accept.rawValue, as: UInt8.self)
      unsafe entry.storeBytes(of: way.isAsync ? 1 << 4 : 0, toByteOffset: 1, as: UInt8.self)
      unsafe entry.storeBytes(of: way.isMultishot ? 1 : 0, toByteOffset: 2, as: UInt16.self)
      unsafe entry.storeBytes(of: listener.descriptor, toByteOffset: 4, as: CInt.self)
      // One more than the slot.
      unsafe entry.storeBytes(of: way.isDirect ? 1 : 0, toByteOffset: 44, as: UInt32.self)
    }
    let result = try completion()
    return way.isDirect ? 0 : result
  }

  /// Closes what is in the first slot.
  func closeSlot() throws {
    try unsafe submit { entry in
      unsafe entry.storeBytes(of: Opcode.close.rawValue, as: UInt8.self)
      unsafe entry.storeBytes(of: 1, toByteOffset: 44, as: UInt32.self)
    }
    _ = try completion()
  }

  /// The next completion, waited for.
  private func completion() throws -> CInt {
    let head = unsafe rings.load(fromByteOffset: Int(offsets[20]), as: UInt32.self)
    // IORING_ENTER_GETEVENTS.
    try #require(Self.call(.enter, Int(ring), 0, 1, 1) >= 0)
    let place = Int(offsets[25]) + Int(head & (offsets[1] - 1)) * 16
    let result = unsafe rings.load(fromByteOffset: place + 8, as: CInt.self)
    unsafe rings.storeBytes(of: head + 1, toByteOffset: Int(offsets[20]), as: UInt32.self)
    try #require(result >= 0, "errno \(-result)")
    return result
  }

  private func submit(_ fill: (UnsafeMutableRawPointer) -> Void) throws {
    unsafe entries.initializeMemory(as: UInt8.self, repeating: 0, count: 64)
    unsafe fill(entries)
    // The tail, and the array of which each place names an entry: always the first here.
    let tail = unsafe rings.load(fromByteOffset: Int(offsets[11]), as: UInt32.self)
    let place = Int(offsets[16]) + Int(tail & (offsets[0] - 1)) * 4
    unsafe rings.storeBytes(of: 0, toByteOffset: place, as: UInt32.self)
    unsafe rings.storeBytes(of: tail + 1, toByteOffset: Int(offsets[11]), as: UInt32.self)
    try #require(Self.call(.enter, Int(ring), 1, 0, 0) == 1)
  }

  private static func call(
    _ number: Call, _ first: Int, _ second: Int, _ third: Int = 0, _ fourth: Int = 0
  ) -> Int {
    typealias Function = @convention(c) (Int, Int, Int, Int, Int, Int, Int) -> Int
    guard let symbol = unsafe dlsym(nil, "syscall") else { return -1 }
    return unsafe unsafeBitCast(symbol, to: Function.self)(
      number.rawValue, first, second, third, fourth, 0, 0)
  }
}
