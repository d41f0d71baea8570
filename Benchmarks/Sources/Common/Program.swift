// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Writes a line to stderr: all that is not data.
public func note(_ text: String) {
  var line = text + "\n"
  line.withUTF8 { _ = write(2, $0.baseAddress, $0.count) }
}

/// Writes text to stdout at once, so that a reader on a pipe sees it now.
public func say(_ text: String) {
  var rest = Substring(text + "\n")
  while !rest.isEmpty {
    let written = rest.withUTF8 { write(1, $0.baseAddress, $0.count) }
    guard written > 0 else { return }
    rest = Substring(rest.utf8.dropFirst(written))
  }
}

/// Ends the program with the reason of the last failed call.
public func die(_ what: String) -> Never {
  note("\(what): \(String(cString: strerror(errno)))")
  exit(1)
}

/// The words of the command line, taken one at a time.
public struct Arguments {
  private var words = CommandLine.arguments.dropFirst()

  public init() {}

  public mutating func next() -> String? {
    words.popFirst()
  }

  /// The number after an option; ends the program where there is none in the range.
  public mutating func number(after option: String, in range: ClosedRange<Int>) -> Int {
    guard let word = words.popFirst(), let value = Int(word), range.contains(value) else {
      note("\(option) takes a number from \(range.lowerBound) to \(range.upperBound)")
      exit(64)
    }
    return value
  }

  /// The word after an option; ends the program where there is none.
  public mutating func word(after option: String) -> String {
    guard let word = words.popFirst() else {
      note("\(option) takes a value")
      exit(64)
    }
    return word
  }
}
