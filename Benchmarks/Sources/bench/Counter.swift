// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

/// A way to count the TIME_WAIT sockets of one network namespace, once.
enum Counter: CaseIterable {
  /// Per local port, and per remote.
  case synfin
  /// Per local port.
  case ssAndAwk
  /// Only a line for each: nobody has counted yet.
  case ss

  var name: String {
    switch self {
    case .synfin: "synfin timewait --netns INODE"
    case .ssAndAwk: "ss -Htan state time-wait, into awk per local port"
    case .ss: "ss -Htan state time-wait"
    }
  }

  /// By its path, so that no shell takes part where none is needed.
  func command(
    _ options: Options, _ inode: UInt
  ) throws(Trouble) -> (path: String, arguments: [String]) {
    switch self {
    case .synfin: return (options.synfin, ["timewait", "--netns", "\(inode)"])
    case .ss: return (try executable("ss"), ["-Htan", "state", "time-wait"])
    case .ssAndAwk:
      let pipe =
        try "\(executable("ss")) -Htan state time-wait | \(executable("awk"))"
        + #" '{n = split($3, a, ":"); count[a[n]]++} END {for (p in count) print p, count[p]}'"#
      return ("/bin/sh", ["-c", pipe])
    }
  }

  /// How many sockets the answer is about, by what was written.
  func total(in output: String) -> Int? {
    switch self {
    case .ss: return lineCount(of: output)
    case .ssAndAwk:
      let lines = (contents(of: output) ?? "").split(separator: "\n")
      return lines.reduce(0) { $0 + ($1.split(separator: " ").last.flatMap { Int($0) } ?? 0) }
    case .synfin: return synfinTotal(in: output)
    }
  }
}

/// `netns 4026532245: 100000 TIME_WAIT, 0 FIN_WAIT2, ...`: the sum over all namespaces.
func synfinTotal(in output: String) -> Int? {
  var sum: Int?
  for line in (contents(of: output) ?? "").split(separator: "\n") where line.hasPrefix("netns ") {
    let words = line.split(separator: " ")
    guard words.count > 3, words[3].hasPrefix("TIME_WAIT"), let count = Int(words[2]) else {
      return nil
    }
    sum = (sum ?? 0) + count
  }
  return sum
}
