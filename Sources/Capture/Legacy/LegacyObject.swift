// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc
internal import Lifecycle

/// The legacy object, loaded.
struct LegacyObject: ~Copyable {
  let object: BPFObject
  private(set) var plan: LegacyPlan
  private var remarks: [String] = []

  init(
    _ bytes: UnsafeRawBufferPointer, _ options: CaptureOptions, host: Host
  ) throws(Refusal) {
    try Self.refuseWhatCannotBeTold(options)
    let plan = try LegacyPlan.make(options.source, on: host)
    if plan.state.event == TracepointLayout.tcpEvent, options.onlyFamily != nil {
      throw Refusal(
        .unsupported,
        "--family cannot be told here: tcp:tcp_set_state names no family; leave it out")
    }
    do throws(SystemError) {
      object = unsafe try Self.load(bytes, plan)
    } catch {
      throw Diagnosis.loading(error.number, log: LiveSource.log(), on: host)
    }
    self.plan = plan
  }

  private static func load(
    _ bytes: UnsafeRawBufferPointer, _ plan: LegacyPlan
  ) throws(SystemError) -> BPFObject {
    let object = unsafe try BPFObject(bytes)
    let names = Set(plan.attached.map(\.program))
    for name in object.programs { try object.program(name).setLoaded(names.contains(name)) }
    try object.load()
    return object
  }

  private static func refuseWhatCannotBeTold(_ options: CaptureOptions) throws(Refusal) {
    guard options.onlyNetns != 0 else { return }
    throw Refusal(
      .unsupported,
      "--netns cannot be told here: without BTF, a socket's network namespace is not known; leave it out"
    )
  }

  /// Attaches all of it; of processes' names, what can be.
  mutating func attach(_ links: inout [Attachment]) throws(SystemError) {
    try attachThreads(&links)
    for layout in plan.resets + [plan.state] {
      links.append(Attachment(try object.program(layout.program).attach(to: layout.event)))
    }
    plan.lookForPendingOpens()
  }

  /// What was taken, what not, and why.
  var notes: [String] { remarks + plan.notes }

  private mutating func attachThreads(_ links: inout [Attachment]) throws(SystemError) {
    do throws(SystemError) {
      for layout in plan.threads {
        links.append(Attachment(try object.program(layout.program).attach(to: layout.event)))
      }
    } catch {
      links.removeAll()
      remarks.append("processes: \(error)")
    }
    let threads = try object.map("kthreads")
    let areKnown = !links.isEmpty && KernelThreads.enter(into: threads)
    if areKnown {
      remarks.append(
        "processes: in connect(), listen(), close() and shutdown(); kernel threads by pid")
    } else {
      // Whoever is at work may be one of them.
      _ = try object.map("blind").set(UInt32(0), to: UInt32(1))
      remarks.append("processes: not told of, for kernel threads cannot be told from them here")
    }
  }

  func rings(size: Int) throws(SystemError) -> PerfRings {
    try PerfRings(object.map("rings"), due: object.map("due"), size: size)
  }

  func counters(_ rings: PerfRings) throws(SystemError) -> LegacyCounters {
    LegacyCounters(
      rings: rings, state: try object.program(plan.state.program),
      resets: try plan.resets.map { layout throws(SystemError) in try object.program(layout.program)
      })
  }

  var programRuns: [ProgramRuns] {
    plan.attached.compactMap { layout in
      guard let runs = try? object.program(layout.program).runs(), runs.runs > 0 else { return nil }
      return runs
    }
  }
}
