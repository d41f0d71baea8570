// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc
internal import Lifecycle

/// The object, loaded with as many of its programs as the kernel takes.
struct LoadedObject: ~Copyable {
  let object: BPFObject
  private(set) var plan: Plan
  /// What was taken, what not, and why.
  private(set) var notes: [String]
  /// Whether it finds its way by a file.
  let isRaw: Bool

  /// Loads it whole, and where the kernel refuses a program, again without what that tells.
  ///
  /// - Parameter bytes: an ELF object, which must outlive this.
  init(
    _ bytes: UnsafeRawBufferPointer, _ options: CaptureOptions, host: Host
  ) throws(Refusal) {
    var notes = [
      "transitions: two instances, against the recursion guard"
    ]
    let isRaw = options.btf != nil
    var cast: CInt = 0
    let accept = isRaw ? Self.rawAcceptHook : Self.acceptHook(options.tiers, &cast)
    var plan = Plan(options.tiers, accept: accept, isRaw: isRaw)
    while true {
      do {
        object = unsafe try Self.load(bytes, options, plan, cast)
        break
      } catch {
        let refusal = Diagnosis.loading(error.number, log: LiveSource.log(), on: host)
        // Rights and memory would be refused again; only a program can be left out.
        let program = Diagnosis.refusedProgram(refusal.log)
        guard refusal.kind == .unsupported, let name = plan.leaveOut(program)
        else { throw refusal }
        notes.append(
          "\(name): not told of, for Linux \(host.release) refuses \(program ?? "a program")")
      }
    }
    self.isRaw = isRaw
    self.plan = plan
    self.notes = notes + Self.notes(of: plan)
  }

  /// Where trampolines are allowed, nothing else pays for it.
  ///
  /// - Parameter cast: is made the number of the function that casts; 0 where the kernel has none.
  private static func acceptHook(_ tiers: Tiers, _ cast: inout CInt) -> Plan.AcceptHook {
    guard tiers.contains(.accepts) else { return .none }
    let arguments = unsafe cbpf_probe_trampoline("inet_csk_accept", &cast)
    if arguments >= 0 { return .trampoline(isOld: arguments > 2) }
    var isKnown = false
    let hasEvents = Plan.acceptEvents.allSatisfy {
      unsafe cbpf_probe_tracepoint($0, &isKnown) == 0
    }
    return hasEvents ? .systemCalls(isOld: cast == 0) : .firstRead
  }

  /// The same where nothing but classic tracepoints can be attached for it.
  private static var rawAcceptHook: Plan.AcceptHook {
    let hasEvents = Plan.acceptEvents.allSatisfy { unsafe cbpf_tracepoint_id($0) >= 0 }
    return hasEvents ? .systemCalls(isOld: true) : .none
  }

  private static func load(
    _ bytes: UnsafeRawBufferPointer, _ options: CaptureOptions, _ plan: Plan, _ cast: CInt
  ) throws(SystemError) -> BPFObject {
    let object = unsafe try BPFObject(bytes, types: options.btf)
    try object.map("ring").setMaxEntries(options.ringSize)
    try object.map("readers").setMade(plan.accept == .firstRead)
    var config = synfin_config()
    config.only_netns = options.onlyNetns
    switch options.onlyFamily {
    case .ipv4: config.only_family = UInt16(AF_INET)
    case .ipv6: config.only_family = UInt16(AF_INET6)
    case nil: break
    }
    config.wake_at = UInt64(options.ringSize / 4)
    config.scan_at = UInt64(options.ringSize / 2)
    try object.map(".rodata").setInitialValue(config)
    for name in object.programs {
      let program = try object.program(name)
      program.setLoaded(plan.loads(name))
      if plan.casts(name) { try program.setCast(cast) }
    }
    try object.load()
    return object
  }

  private static func notes(of plan: Plan) -> [String] {
    var notes: [String] = []
    if plan.tiers.contains(.resets) {
      notes.append("resets: tcp:tcp_receive_reset, tcp:tcp_send_reset")
    }
    if plan.tiers.contains(.minis) { notes.append("mini sockets: skb:kfree_skb with rx_sk") }
    if plan.tiers.contains(.scans) {
      notes.append("what was there before: iter/tcp in each network namespace, iter/task_file")
    }
    notes.append("who accepts: \(plan.accept.name)")
    return notes
  }

  /// Attaches the ends of accept() and accept4(), which are no tracepoints of BTF; where that is
  /// refused, the plan goes on without them.
  mutating func attachAccept(_ links: inout [Attachment]) throws(SystemError) {
    guard let name = plan.acceptExit else { return }
    do {
      let program = try object.program(name)
      for event in Plan.acceptEvents { links.append(Attachment(try program.attach(to: event))) }
    } catch {
      links.removeAll()
      notes.append("who accepts: not told of (\(error))")
      plan.leaveOutSystemCalls()
    }
  }

  func counters() throws(SystemError) -> LossCounters {
    var others: [LossCounters.Other] = []
    func count(
      _ name: String, _ hook: String, _ tells: WritableKeyPath<Losses.Stage, UInt64>
    ) throws(SystemError) {
      guard plan.loads(name) else { return }
      others.append(.init(program: try object.program(name), hook: hook, tells: tells))
    }
    try count("synfin_rst_in", "tcp_receive_reset", \.resetsReceived)
    try count("synfin_rst_out", "tcp_send_reset", \.resetsSent)
    try count("synfin_mini_rx", "kfree_skb", \.minis)
    try count("synfin_accept", "inet_csk_accept", \.owners)
    try count("synfin_accept_old", "inet_csk_accept", \.owners)
    if let name = plan.acceptExit { try count(name, "sys_exit_accept", \.owners) }
    try count("synfin_accept_ring", "io_uring_complete", \.owners)
    return try LossCounters(
      cpus: object.map("cpus"), first: object.program(Plan.state),
      second: object.program(Plan.stateAgain), others: others)
  }

  /// What the programs that are loaded have cost; none where the kernel keeps no statistics.
  var programRuns: [ProgramRuns] {
    object.programs.filter(plan.loads).compactMap { name in
      guard let runs = try? object.program(name).runs(), runs.runs > 0 else { return nil }
      return runs
    }
  }

  func probe() throws(SystemError) -> NetnsProbe? {
    guard plan.loads(Plan.netns) else { return nil }
    return NetnsProbe(try object.program(Plan.netns), answers: try object.map("netns"))
  }

  func scan() throws(SystemError) -> SocketScan? {
    guard plan.tiers.contains(.scans) else { return nil }
    return try SocketScan(
      sockets: object.program(Plan.scanSockets), files: object.program(Plan.scanFiles))
  }
}

/// A link in an array, which takes copyable things only.
final class Attachment {
  private let link: BPFLink

  init(_ link: consuming BPFLink) { self.link = link }
}
