// SPDX-License-Identifier: Apache-2.0
internal import Glibc
public import Lifecycle

extension ProcessFacts {
  /// This process now; `nil` where /proc does not tell.
  public static func look() -> ProcessFacts? {
    guard case .success(let stat) = TextFile.read("/proc/self/stat"), let bootTime,
      var facts = ProcessFacts(
        stat: stat, bootTime: bootTime, ticksPerSecond: UInt64(max(1, sysconf(CInt(_SC_CLK_TCK)))),
        pageSize: UInt64(sysconf(CInt(_SC_PAGESIZE))))
    else { return nil }
    // One of them is the look at them.
    let descriptors = TextFile.names(in: "/proc/self/fd").count
    facts.openDescriptors = descriptors > 0 ? UInt64(descriptors - 1) : nil
    var limit = rlimit()
    if unsafe getrlimit(CInt(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      facts.maxDescriptors = UInt64(limit.rlim_cur)
    }
    return facts
  }

  /// - Parameters:
  ///   - stat: `/proc/PID/stat` (proc_pid_stat(5)).
  ///   - bootTime: seconds since the Unix epoch.
  init?(stat: String, bootTime: UInt64, ticksPerSecond: UInt64, pageSize: UInt64) {
    // The second field is a name in parentheses, in which there may be anything.
    guard let nameEnd = stat.utf8.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = stat[nameEnd...].split(separator: " ").dropFirst().map { UInt64($0) }
    /// By the manual's numbers: the first one behind the name is 3.
    func field(_ number: Int) -> UInt64? { number - 3 < fields.count ? fields[number - 3] : nil }
    guard let user = field(14), let system = field(15), let start = field(22),
      let virtual = field(23), let resident = field(24)
    else { return nil }
    func nanoseconds(_ ticks: UInt64) -> UInt64 {
      let (seconds, rest) = ticks.quotientAndRemainder(dividingBy: ticksPerSecond)
      return seconds &* 1_000_000_000 &+ rest * 1_000_000_000 / ticksPerSecond
    }
    self.init(
      cpuTime: nanoseconds(user &+ system), residentBytes: resident &* pageSize,
      virtualBytes: virtual, startedAt: bootTime &* 1_000_000_000 &+ nanoseconds(start))
  }

  /// When the host started, in seconds since the Unix epoch. Read once: the kernel goes through each
  /// interrupt of each processor for it.
  private static let bootTime: UInt64? = {
    guard case .success(let stat) = TextFile.read("/proc/stat", limit: 1 << 20) else { return nil }
    return bootTime(in: stat)
  }()

  static func bootTime(in stat: String) -> UInt64? {
    for line in stat.split(separator: "\n") where line.hasPrefix("btime ") {
      return UInt64(line.dropFirst("btime ".count))
    }
    return nil
  }
}
