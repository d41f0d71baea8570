// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc

/// How far a recording has been read, for a person who waits: on a terminal, and only where it takes
/// longer than two seconds.
struct ProgressBar {
  private enum Style {
    case none
    /// One line that is drawn again and again.
    case bar
    /// Standard output is no terminal: the cursor is not moved, so a line now and then.
    case lines
  }

  private let style: Style
  private let begunAt = Monotonic.now()
  private var drawnAt: UInt64 = 0
  private var isDrawn = false

  private static let patience: UInt64 = 2_000_000_000
  private static let redrawing: UInt64 = 100_000_000
  private static let cells = 30

  init(stdoutIsTerminal: Bool) {
    if isatty(STDERR_FILENO) == 0 {
      style = .none
    } else if stdoutIsTerminal, unsafe getenv("NO_COLOR") == nil {
      style = .bar
    } else {
      style = .lines
    }
  }

  /// Draws it where that is due.
  mutating func update(_ progress: Progress?) {
    guard style != .none, let progress, let total = progress.total, total > 0 else { return }
    let now = Monotonic.now()
    let interval = style == .bar ? Self.redrawing : Self.patience
    guard now - begunAt >= Self.patience, now - drawnAt >= interval else { return }
    drawnAt = now
    let share = min(1, Double(progress.done) / Double(total))
    let taken = Double(now - begunAt) / 1e9
    let left = share > 0 ? Int((taken / share - taken).rounded(.up)) : 0
    let words = "\(Int(share * 100)) % read, about \(left) s left"
    guard style == .bar else { return Diagnostics.write(words) }
    let full = Int(share * Double(Self.cells))
    let bar =
      String(repeating: "#", count: full) + String(repeating: ".", count: Self.cells - full)
    Self.write("\r\u{1b}[Ksynfin: [\(bar)] \(words)")
    isDrawn = true
  }

  /// Takes it away, for something else is to be written.
  mutating func clear() {
    guard isDrawn else { return }
    Self.write("\r\u{1b}[K")
    isDrawn = false
    drawnAt = 0
  }

  private static func write(_ text: String) {
    var text = text
    _ = text.withUTF8 { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
