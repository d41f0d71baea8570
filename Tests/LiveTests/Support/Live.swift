// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Every test of the real binary on the real kernel. One family, and serialized as a whole: no test
/// sees the traffic of another.
@Suite(
  .serialized, .enabled(if: Product.isTested, "nothing can be traced here: synfin doctor says why"))
enum Live {}

/// The binary under test.
enum Product {
  /// Beside the tests, where the build has put it.
  static let path: String = {
    if let path = ProcessInfo.processInfo.environment["SYNFIN_BINARY"] { return path }
    let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appending(path: "synfin").path
  }()

  /// The same as a shell's word, for there may be a space in it.
  static let word = "'" + path.replacing("'", with: "'\\''") + "'"

  /// Where SYNFIN_REQUIRE_LIVE is set, nothing is skipped: a host that cannot be traced is a failure.
  static let isTested: Bool = {
    if ProcessInfo.processInfo.environment["SYNFIN_REQUIRE_LIVE"] == "1" { return true }
    return getuid() == 0 && (try? Child.run(path, "doctor"))?.status == 0
  }()
}

extension Product {
  /// Whether what happens to a FIN_WAIT2 without a socket can be told here, as the tracer says itself
  /// (Linux 6.11 and later). Elsewhere such an end is left at `half`.
  static let followsMinis: Bool = {
    let end = try? Child.run(path, "trace", "--duration", "0")
    return end?.stderr.contains("mini sockets") == true
  }()
}

/// This process, which owns and closes what a test makes.
let ownPID = Int(getpid())

/// How long anything may take before it counts as never; nothing is measured by it.
let patience: TimeInterval = 20

/// Something that was to come, and did not.
struct NotInTime: Error, CustomStringConvertible {
  let description: String
}

/// Looks again and again until it is so.
func waitUntil(_ expected: @autoclosure () -> String, _ isSo: () throws -> Bool) throws {
  let deadline = Date(timeIntervalSinceNow: patience)
  while try !isSo() {
    if Date() > deadline { throw NotInTime(description: "never came: \(expected())") }
    usleep(3_000)
  }
}
