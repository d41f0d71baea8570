// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// A system call that failed, and what it was for.
public struct SystemError: Error, CustomStringConvertible {
  public let doing: String
  public let number: CInt

  public init(_ doing: String, _ number: CInt) {
    self.doing = doing
    self.number = number
  }

  static func last(_ doing: String) -> SystemError { SystemError(doing, errno) }

  public var description: String { "\(doing): \(Self.text(number))" }

  /// The system's own words for an errno.
  static func text(_ number: CInt) -> String {
    unsafe String(cString: strerror(number))
  }
}
