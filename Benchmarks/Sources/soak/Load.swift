// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Common
internal import Glibc
internal import Harness

/// All that is made while the daemon is watched, of processes that end with this one.
///
/// What is steady happens in one network namespace, the town, where each TIME_WAIT lives its minute. A
/// burst has one of its own, and ends many at once with it.
final class Load {
  private(set) var accounts: Accounts
  /// Network namespaces that were made.
  private(set) var namespaces = 0
  private let options: Options
  private let plan: Plan
  private let waiter: Waiter
  private let held: Job
  private let half: Job
  private var town: Descriptor?
  private var jobs: [Job] = []
  private var surge: Surge?
  private var namespaceBeat: Beat

  static let heldConnections = 30
  static let halfConnections = 10
  private static let mostNamespaces = 6
  private static let surgeConnections = 150_000
  private static let surgeLength = 6.0

  /// More TIME_WAIT sockets than there are later, for some seconds: what grows with their number has then
  /// grown as far as it will.
  private struct Surge {
    let job: Job
    var madeAt: Double?
  }

  /// Opens what is held; the rest comes with ``step(at:)``.
  init(_ options: Options, _ plan: Plan, _ waiter: Waiter) throws(Trouble) {
    (self.options, self.plan, self.waiter) = (options, plan, waiter)
    // Below what any network namespace has as ephemeral ports, so that nobody else gets them; and others
    // for each run.
    accounts = Accounts(base: 512 + UInt16(getpid() % 30) * 16)
    namespaceBeat = Beat(every: plan.namespacePeriod, from: 0)
    let timeout = ["--timeout", "\(Int(plan.seconds) + 600)"]
    // In the host's own namespace and so first: another run with the same ports ends here.
    half = try Job(
      .half, port: accounts.port(.half), ["--hold", "\(Self.halfConnections)"] + timeout)
    try half.awaitHolding(waiter)
    held = try Job(
      .held, port: accounts.port(.held),
      ["--netns", "--hold", "\(Self.heldConnections)"] + timeout)
    try held.awaitHolding(waiter)
    town = try Descriptor(reading: "/proc/\(held.pid)/ns/net")
    namespaces = 1
  }

  /// TIME_WAIT sockets in the town, by the kernel's own count.
  var timeWaits: Int { Process(pid: held.pid).timeWaits ?? 0 }

  /// Whether all that had an end has come to it.
  var isIdle: Bool { jobs.isEmpty }

  /// Counts what has ended, and begins what is due.
  func step(at time: Double) throws(Trouble) {
    try collect()
    for kind in Kind.allCases where kind.share > 0 && !isRunning(kind) {
      let rate = max(1, options.rate * kind.share / 100)
      let seconds = max(1, min(plan.segment, plan.seconds - time))
      try begin(
        kind,
        ["--lanes", "1", "--rate", "\(rate)", "--connections", "\(Int(Double(rate) * seconds))"],
        netns: town?.raw ?? -1)
    }
    if namespaceBeat.isDue(at: time), running(.namespaces) < Self.mostNamespaces {
      // Each fourth lives for some seconds, so that a scan may meet it.
      let pace = namespaces % 4 == 0 ? ["--rate", "10"] : []
      try begin(.namespaces, ["--netns", "--lanes", "1", "--connections", "30"] + pace)
      namespaces += 1
    }
    try stepSurge(at: time)
    if plan.isBurst(at: time), !isRunning(.burst) {
      try begin(.burst, ["--netns", "--lanes", "\(Self.lanes)", "--connections", "20000"])
      namespaces += 1
    }
  }

  private func stepSurge(at time: Double) throws(Trouble) {
    guard let due = plan.surge, time >= due else { return }
    guard let surge else {
      try begin(
        .burst,
        [
          "--netns", "--stay", "--lanes", "\(Self.lanes)", "--connections",
          "\(Self.surgeConnections)",
        ])
      namespaces += 1
      self.surge = jobs.last.map { Surge(job: $0) }
      return
    }
    if let madeAt = surge.madeAt {
      // Not once it has ended and been counted: its pid may be somebody else's.
      guard time > madeAt + Self.surgeLength, jobs.contains(where: { $0 === surge.job }) else {
        return
      }
      surge.job.release()
    } else if try surge.job.hasSpoken(waiter) {
      self.surge?.madeAt = time
    }
  }

  /// Counts what has ended. What has not is waited for, as its number is not known before.
  func collect() throws(Trouble) {
    var rest: [Job] = []
    for job in jobs {
      if let line = try job.result(waiter) {
        try accounts.add(job.kind, line)
      } else {
        rest.append(job)
      }
    }
    jobs = rest
  }

  /// Closes what was held half closed, or all the time, and counts it. With the latter ends the town.
  func release(_ kind: Kind) throws(Trouble) {
    let job = kind == .half ? half : held
    if kind == .held { town = nil }
    job.release()
    for _ in 0..<100 {
      if let line = try job.result(waiter) { return try accounts.add(kind, line) }
      try waiter.pause(0.1)
    }
    throw .failed("the load \"\(kind.name)\" does not end")
  }

  private func begin(_ kind: Kind, _ words: [String], netns: Int32 = -1) throws(Trouble) {
    jobs.append(
      try Job(kind, port: accounts.port(kind), words + ["--timeout", "120"], netns: netns))
  }

  private func running(_ kind: Kind) -> Int { jobs.count { $0.kind == kind } }
  private func isRunning(_ kind: Kind) -> Bool { running(kind) > 0 }

  /// A pair of threads for each CPU.
  private static let lanes: Int = {
    var cpus = 0
    while cpus < Accounts.lanes, clinux_cpu(Int32(cpus)) >= 0 { cpus += 1 }
    return cpus
  }()
}
