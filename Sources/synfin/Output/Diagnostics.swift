// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Glibc
internal import Report
internal import Synchronization

/// Everything that is not data: lines on stderr that begin with `synfin: `.
enum Diagnostics {
  static func write(_ message: String) {
    var text = Text()
    for line in message.split(separator: "\n") {
      text.append("synfin: ")
      // Part of it may be what somebody typed, or a name in a recording: no control character reaches a
      // terminal, of which some are more than a byte long (U+0080 to U+009F).
      for scalar in line.unicodeScalars {
        if scalar.properties.generalCategory == .control {
          text.append("?")
        } else {
          text.append(String(scalar))
        }
      }
      text.append("\n")
    }
    let isHeld = held.withLock { held in
      held?.append(contentsOf: text.bytes)
      return held != nil
    }
    if !isHeld { unsafe text.withBytes(put) }
  }

  /// Keeps back what is written, while a screen is drawn on the terminal that it would garble.
  static func hold() { held.withLock { if $0 == nil { $0 = [] } } }

  /// Writes what was kept back.
  static func release() {
    let bytes = held.withLock { held in
      defer { held = nil }
      return held ?? []
    }
    unsafe bytes.withUnsafeBytes(put)
  }

  private static let held = Mutex<[UInt8]?>(nil)

  private static func put(_ bytes: UnsafeRawBufferPointer) {
    // Nothing can be done for somebody who has closed stderr.
    unsafe _ = Glibc.write(2, bytes.baseAddress, bytes.count)
  }

  /// Says why tracing is refused, and gives the error that ends the command with its exit status.
  static func explain(_ refusal: Refusal, isVerbose: Bool) -> ExitCode {
    if isVerbose { write(refusal.log) }
    write(refusal.sentence)
    switch refusal.kind {
    case .notPermitted: return ExitCode(ExitStatus.notPermitted)
    case .unsupported: return ExitCode(ExitStatus.unsupported)
    case .failed: return ExitCode(ExitStatus.failed)
    }
  }
}
