// SPDX-License-Identifier: Apache-2.0

/// The error numbers a TCP socket can end with, and their names
/// (`include/uapi/asm-generic/errno*.h`; the same on x86-64 and arm64).
public enum Errno {
  static let brokenPipe: UInt16 = 32
  static let connectionAborted: UInt16 = 103
  static let connectionReset: UInt16 = 104
  static let timedOut: UInt16 = 110
  static let connectionRefused: UInt16 = 111

  /// The name, such as `"ECONNREFUSED"`, or `nil` for a number without one here.
  public static func name(_ number: UInt16) -> StaticString? {
    switch number {
    case 1: "EPERM"
    case 5: "EIO"
    case 11: "EAGAIN"
    case 12: "ENOMEM"
    case 13: "EACCES"
    case 14: "EFAULT"
    case 22: "EINVAL"
    case 32: "EPIPE"
    case 71: "EPROTO"
    case 90: "EMSGSIZE"
    case 92: "ENOPROTOOPT"
    case 95: "EOPNOTSUPP"
    case 98: "EADDRINUSE"
    case 99: "EADDRNOTAVAIL"
    case 100: "ENETDOWN"
    case 101: "ENETUNREACH"
    case 102: "ENETRESET"
    case 103: "ECONNABORTED"
    case 104: "ECONNRESET"
    case 105: "ENOBUFS"
    case 107: "ENOTCONN"
    case 110: "ETIMEDOUT"
    case 111: "ECONNREFUSED"
    case 112: "EHOSTDOWN"
    case 113: "EHOSTUNREACH"
    default: nil
    }
  }
}
