// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc

/// How long to load, and how much.
struct Options {
  var synfin = ""
  /// Seconds of load; what comes to rest afterwards is not in them.
  var seconds = 1800
  /// Connections per second between the bursts.
  var rate = 800
  /// Whether TIME_WAIT sockets end with their namespace at the end, rather than by their timers.
  var brief = false
  var markdown: String?
  var scrape: String?

  static let usage = """
    usage: soak --synfin PATH [options]   (as root)
      --minutes N      load for N minutes (30; at most 1440)
      --seconds N      the same in seconds
      --rate N         connections per second between the bursts (800)
      --brief          do not wait a minute at the end for what is in TIME_WAIT
      --markdown FILE  write the report to a file as well
      --scrape FILE    write the last scrape to a file
    """

  init() {
    var arguments = Arguments()
    while let option = arguments.next() {
      switch option {
      case "--synfin": synfin = arguments.word(after: option)
      case "--minutes": seconds = 60 * arguments.number(after: option, in: 1...1440)
      case "--seconds": seconds = arguments.number(after: option, in: 20...86_400)
      case "--rate": rate = arguments.number(after: option, in: 100...5000)
      case "--brief": brief = true
      case "--markdown": markdown = arguments.word(after: option)
      case "--scrape": scrape = arguments.word(after: option)
      default: Self.stop(status: option == "--help" ? 0 : 64)
      }
    }
    guard !synfin.isEmpty else { Self.stop(status: 64) }
  }

  private static func stop(status: Int32) -> Never {
    note(usage)
    exit(status)
  }
}
