// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc
internal import Report

/// Standard output, or a file: all or nothing of each text, and an end when the reader has gone.
struct Output {
  private let descriptor: CInt
  /// What it is called where it fails.
  let name: String
  /// A pipe or a terminal can make a write wait for ever; a file cannot.
  private let mayBlock: Bool
  /// POSIX: a pipe that polls as writable takes this much without waiting (`PIPE_BUF`).
  private static let portion = 4096

  let isTerminal: Bool

  enum Failure: Error {
    /// Nobody reads any more.
    case closed
    /// The reader does not read, and a signal asked to stop.
    case interrupted
    /// The disk is full, for example.
    case failed(errno: CInt)
  }

  init(descriptor: CInt = 1, name: String = "standard output") {
    self.descriptor = descriptor
    self.name = name
    isTerminal = isatty(descriptor) == 1
    var status = stat()
    mayBlock = unsafe fstat(descriptor, &status) != 0 || status.st_mode & S_IFMT != S_IFREG
  }

  /// How many columns a line can have: the terminal's, or `COLUMNS`, or as many as it likes.
  var width: Int {
    if isTerminal, let columns = size?.ws_col, columns > 0 { return Int(columns) }
    if let columns = unsafe getenv("COLUMNS"), let width = unsafe UInt16(String(cString: columns)) {
      return Int(width)
    }
    return Int(UInt16.max)
  }

  /// Colours are for terminals, and for those who want them (no-color.org).
  var hasColour: Bool {
    guard isTerminal, Self.variable("NO_COLOR") == nil else { return false }
    return Self.variable("TERM").map { $0 != "dumb" } ?? false
  }

  /// Whether the reader's locale has more than ASCII (POSIX: the first of these that is set).
  var isUnicode: Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(Self.variable).first ?? ""
    let name = locale.lowercased()
    return name.hasSuffix("utf-8") || name.hasSuffix("utf8")
  }

  /// What is set and is not empty.
  private static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }

  /// How many lines a terminal has; 24 where it does not say.
  var height: Int {
    size.flatMap { $0.ws_row > 0 ? Int($0.ws_row) : nil } ?? 24
  }

  /// What the terminal says of itself.
  private var size: winsize? {
    var size = winsize()
    return unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
  }

  /// Writes all of it, and empties it.
  func write(_ text: inout Text) throws(Failure) {
    var done = 0
    while done < text.count {
      if mayBlock { try waitUntilWritable() }
      let length = mayBlock ? min(text.count - done, Self.portion) : text.count - done
      let count = unsafe text.withBytes { bytes in
        unsafe Glibc.write(descriptor, bytes.baseAddress.map { unsafe $0 + done }, length)
      }
      if count >= 0 {
        done += count
      } else if errno == EPIPE || errno == EIO && isTerminal {
        throw .closed
      } else if errno != EINTR, errno != EAGAIN {
        throw .failed(errno: errno)
      }
    }
    text.clear()
  }

  /// A stop that is asked for while the reader sleeps must not wait for the reader.
  private func waitUntilWritable() throws(Failure) {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    while unsafe poll(&waiting, 1, 100) == 0 {
      if StopSignal.isPending { throw .interrupted }
    }
  }
}
