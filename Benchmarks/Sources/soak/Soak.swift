// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

/// Runs the daemon under load, and tells whether it stays what it was: in its memory, its descriptors, and
/// in what it says.
@main struct Soak {
  static func main() {
    let options = Options()
    runAsRoot("soak", because: "as the daemon must") { () throws(Trouble) in
      try run(options)
    }
  }

  /// Everything that has to be undone at the end lives in here, not in `main`: `exit` undoes nothing.
  private static func run(_ options: Options) throws(Trouble) -> Int32 {
    guard access(options.synfin, X_OK) == 0 else { throw .failed("no \(options.synfin)") }
    let report = try Run(options).report()
    say("")
    say(report.text)
    for line in report.said.prefix(20) { note("soak: it said: \(line)") }
    if let path = options.markdown { try write(report.text + "\n", to: path) }
    return report.hasFailed ? 1 : 0
  }
}
