// SPDX-License-Identifier: Apache-2.0
package import Lifecycle

/// The cells of a line: each exactly as wide as its column, whatever it has to say, so that columns
/// line up and nothing reflows.
extension Text {
  package enum Side { case left, right }

  /// Writes what `body` writes, padded to `width`, or cut at its end where it is longer.
  package mutating func cell(_ width: Int, _ side: Side = .left, _ body: (inout Text) -> Void) {
    let start = count
    body(&self)
    let length = count - start
    if length > width {
      truncate(to: start + width)
    } else if length < width {
      insertSpaces(width - length, at: side == .left ? count : start)
    }
  }

  /// The name of a column, behind a space.
  package mutating func title(_ name: StaticString, _ width: Int, _ side: Side = .left) {
    append(" ")
    cell(width, side) { $0.append(name) }
  }

  /// An endpoint. One that does not fit keeps its beginning and its port.
  package mutating func cell(_ width: Int, _ address: Address, port: UInt16) {
    let start = count
    append(address, port: port)
    if port == 0 {
      truncate(to: count - 1)
      append("?")
    }
    let length = count - start
    if length > width {
      elide(from: start, to: width)
    } else {
      insertSpaces(width - length, at: count)
    }
  }

  /// `comm/pid`, or `?` where nobody knows. The pid is whole; the name is cut.
  mutating func cell(_ width: Int, _ process: Process) {
    cell(width) { $0.append(process, within: width) }
  }

  /// The same without spaces behind it.
  package mutating func append(_ process: Process, within width: Int) {
    guard process.isKnown else { return append("?") }
    append(name: process.comm, within: width - 1 - String(process.pid).utf8.count)
    append("/")
    append(process.pid)
  }

  /// A name, so that it is one word of what can be seen.
  package mutating func append(name comm: Comm, within width: Int) {
    for index in 0..<max(0, min(comm.length, width)) {
      append(byte: comm[index].asPartOfAName)
    }
  }

  private mutating func elide(from start: Int, to width: Int) {
    var colon = lastIndex(of: UInt8(ascii: ":")) ?? count
    if colon > start, byte(at: colon - 1) == UInt8(ascii: "]") { colon -= 1 }
    let tail = suffix(from: colon)
    truncate(to: start + max(0, width - tail.count - 2))
    append("..")
    append(bytes: tail)
  }
}

/// Quantities for people: about three digits and a unit.
extension Text {
  /// `84us`, `12.3ms`, `1.04s`, `3m05s`, `2h13m`, `3d04h`; at most 6 characters.
  package mutating func append(duration nanoseconds: UInt64) {
    let micro = nanoseconds / 1000
    let seconds = micro / 1_000_000
    switch seconds {
    case _ where micro < 1000:
      append(micro)
      append("us")
    case _ where micro < 1_000_000:
      append(thousandths: micro)
      append("ms")
    case ..<60:
      append(thousandths: micro / 1000)
      append("s")
    case ..<3600: append(seconds / 60, "m", seconds % 60, "s")
    case ..<86400: append(seconds / 3600, "h", seconds / 60 % 60, "m")
    case ..<8_640_000: append(seconds / 86400, "d", seconds / 3600 % 24, "h")
    default:
      append(seconds / 86400)
      append("d")
    }
  }

  /// The same in whole units, where there is less room.
  mutating func append(coarseDuration nanoseconds: UInt64) {
    let micro = nanoseconds / 1000
    let seconds = micro / 1_000_000
    let units: [(UInt64, StaticString)] = [
      (seconds / 86400, "d"), (seconds / 3600, "h"), (seconds / 60, "m"), (seconds, "s"),
      (micro / 1000, "ms"), (micro, "us"),
    ]
    let (count, unit) = units.first { $0.0 > 0 } ?? (0, "us")
    append(count)
    append(unit)
  }

  /// A count in at most 6 characters: whole below a million, then to three digits.
  package mutating func append(count: UInt64) {
    switch count {
    case ..<1_000_000: append(count)
    case ..<1_000_000_000:
      append(thousandths: count / 1000)
      append("M")
    default:
      append(thousandths: count / 1_000_000)
      append("G")
    }
  }

  /// `512`, `1.50K`, `12.3M`: powers of 1024.
  mutating func append(bytes count: UInt64) {
    var (scaled, unit) = (count, 0)
    while scaled >= 1_024_000 && unit < 4 {
      scaled /= 1024
      unit += 1
    }
    if count < 1000 {
      append(count)
    } else {
      append(thousandths: scaled * 1000 / 1024)
      append((["K", "M", "G", "T", "P"] as [StaticString])[unit])
    }
  }

  /// A number given in thousandths, to three digits: `1.23`, `12.3`, `123`.
  private mutating func append(thousandths: UInt64) {
    append(thousandths / 1000)
    if thousandths < 10_000 {
      append(".")
      append(thousandths % 1000 / 10, digits: 2)
    } else if thousandths < 100_000 {
      append(".")
      append(thousandths % 1000 / 100)
    }
  }

  private mutating func append(
    _ large: UInt64, _ unit: StaticString, _ small: UInt64, _ smallUnit: StaticString
  ) {
    append(large)
    append(unit)
    append(small, digits: 2)
    append(smallUnit)
  }
}

extension UInt8 {
  /// A name is whatever a process called itself: no control character reaches a terminal, and no
  /// space makes two columns of one.
  fileprivate var asPartOfAName: UInt8 {
    if self == UInt8(ascii: " ") { return UInt8(ascii: "_") }
    return (33..<127).contains(self) ? self : UInt8(ascii: "?")
  }
}
