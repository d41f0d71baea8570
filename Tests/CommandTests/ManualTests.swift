// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The manual page and the program say the same.
@Suite(.serialized)
struct ManualTests {
  @Test(arguments: ["top", "trace", "timeline", "timewait", "metrics", "record", "tour", "doctor"])
  func everyOptionIsInTheManual(_ command: String) throws {
    let manual = try String(contentsOf: Self.root.appending(path: "docs/synfin.8"), encoding: .utf8)
    let help = try Synfin([command, "--help"]).output
    let options = help.matches(of: /\n  (?:-[a-z], )?--([a-z-]+)/).map { String($0.1) }
    #expect(options.contains("help"))
    for option in options {
      // -help and -version share a line with others.
      #expect(manual.contains("-\(option)"), "--\(option)")
    }
  }

  /// Every column that a line can have is explained where people look.
  @Test(arguments: ["docs/synfin.8", "docs/reading-the-output.md"])
  func everyColumnIsExplained(_ page: String) throws {
    let text = try String(contentsOf: Self.root.appending(path: page), encoding: .utf8)
    for column in [
      "TIME", "ID", "PROCESS", "LOCAL", "REMOTE", "OPEN", "RTT", "LIVED", "SENT", "RECVD", "RETRAN",
      "WHY", "END", "NEW/S", "P50", "P99", "FAILED", "RESET", "CLOSE_WAIT", "OLDEST", "TIME_WAIT",
      "RANGE", "CLOSED", "BY US", "BY PEER", "AGAIN", "ENDS",
    ] {
      #expect(text.contains(column), "\(column)")
    }
  }

  private static var root: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }
}
