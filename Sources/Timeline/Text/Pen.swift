// SPDX-License-Identifier: Apache-2.0
internal import Report

/// Colours of a terminal (ECMA-48 SGR), or none. What they say is said by signs and words as well.
struct Pen {
  let isColoured: Bool

  enum Ink: UInt64 {
    case bold = 1
    case dim = 2
    case red = 31
    case green = 32
    case yellow = 33
    case blue = 34
    case magenta = 35
    case cyan = 36
  }

  func write(_ ink: Ink?, to text: inout Text, _ body: (inout Text) -> Void) {
    guard isColoured, let ink else { return body(&text) }
    text.append("\u{1b}[")
    text.append(ink.rawValue)
    text.append("m")
    body(&text)
    text.append("\u{1b}[0m")
  }

  /// Of a state.
  static func ink(_ kind: Phase.Kind) -> Ink {
    switch kind {
    case .handshake: .yellow
    case .established: .green
    case .closingByUs: .cyan
    case .closingByPeer: .magenta
    case .timeWait: .blue
    case .unknown: .dim
    }
  }

  /// Of a word for an end.
  static func ink(_ outcome: Outcome) -> Ink? {
    outcome.isAbrupt ? .red : outcome.isOrderly ? nil : .yellow
  }
}
