// SPDX-License-Identifier: Apache-2.0
internal import Glibc
public import Lifecycle

/// Output on its way: bytes that grow at the end. A line for each event is written through it, so
/// nothing here makes a `String`, and no byte is checked twice.
@safe
public struct Text: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  public private(set) var count = 0

  public init(capacity: Int = 4096) {
    unsafe base = .allocate(capacity: capacity)
    self.capacity = capacity
  }

  deinit { unsafe base.deallocate() }

  public var isEmpty: Bool { count == 0 }

  var last: UInt8? { count == 0 ? nil : unsafe base[count - 1] }

  /// Forgets the content and keeps the room.
  public mutating func clear() { count = 0 }

  public func withBytes<Result, Failure>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe body(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// The content, copied.
  public var bytes: [UInt8] { unsafe withBytes { unsafe Array($0) } }

  // MARK: Appending

  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if count + more > capacity { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    capacity = max(capacity * 2, count + more)
    let new = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    unsafe new.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = new
  }

  public mutating func append(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    reserve(length)
    unsafe memcpy(base + count, text.utf8Start, length)
    count += length
  }

  /// The text with one byte before it and one behind it.
  mutating func append(_ text: StaticString, between quote: UInt8) {
    let length = text.utf8CodeUnitCount
    reserve(length + 2)
    unsafe base[count] = quote
    unsafe memcpy(base + count + 1, text.utf8Start, length)
    unsafe base[count + 1 + length] = quote
    count += length + 2
  }

  public mutating func append(_ text: String) { append(bytes: text.utf8) }

  package mutating func append(bytes: some Sequence<UInt8>) {
    for byte in bytes { append(byte: byte) }
  }

  public mutating func append(byte: UInt8) {
    reserve(1)
    unsafe base[count] = byte
    count += 1
  }

  /// A number in decimal, with zeros in front up to `digits`.
  public mutating func append(_ number: UInt64, digits: Int = 1) {
    let length = max(digits, Self.decimalDigits(number))
    reserve(length)
    var rest = number
    var index = count + length
    while index > count {
      index -= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      unsafe base[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
      rest = quotient
    }
    count += length
  }

  private static func decimalDigits(_ number: UInt64) -> Int {
    var (length, bound) = (1, UInt64(10))
    while number >= bound {
      length += 1
      if length == 20 { break }
      bound *= 10
    }
    return length
  }

  public mutating func append(_ number: some FixedWidthInteger & UnsignedInteger) {
    append(UInt64(number))
  }

  /// A number in decimal, with a minus where it is below zero.
  package mutating func append(signed number: Int) {
    if number < 0 { append(byte: UInt8(ascii: "-")) }
    append(UInt64(number.magnitude))
  }

  /// An error's name, or its number where it has none here.
  mutating func append(errno number: UInt16) {
    if let name = Errno.name(number) { return append(name) }
    append("errno ")
    append(number)
  }

  /// A task's name as it is.
  public mutating func append(_ comm: Comm) {
    for index in 0..<comm.length { append(byte: comm[index]) }
  }

  // MARK: Changing the end

  /// Cuts the text off.
  package mutating func truncate(to length: Int) { count = length }

  mutating func insertSpaces(_ length: Int, at index: Int) {
    reserve(length)
    unsafe memmove(base + index + length, base + index, count - index)
    unsafe memset(base + index, CInt(UInt8(ascii: " ")), length)
    count += length
  }

  /// Removes the spaces at the end.
  package mutating func trimEnd() {
    while last == UInt8(ascii: " ") { count -= 1 }
  }

  func byte(at index: Int) -> UInt8 {
    precondition(index < count, "within the text")
    return unsafe base[index]
  }

  /// Where the last `byte` is.
  func lastIndex(of byte: UInt8) -> Int? {
    unsafe withBytes { unsafe $0.lastIndex(of: byte) }
  }

  /// The bytes from `start` on, copied.
  func suffix(from start: Int) -> [UInt8] {
    unsafe withBytes { unsafe Array($0[start...]) }
  }
}

extension Comm {
  /// The name; what is not UTF-8 becomes U+FFFD.
  public var text: String {
    String(decoding: (0..<length).map { self[$0] }, as: UTF8.self)
  }
}
