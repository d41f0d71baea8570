// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Lifecycle

/// Which programs of `legacy.bpf.c` the running kernel's tracepoints are for.
struct LegacyPlan {
  private(set) var state: TracepointLayout
  private(set) var resets: [TracepointLayout] = []
  private(set) var threads: [TracepointLayout] = []
  /// What was taken, what not, and why.
  private(set) var notes: [String] = []

  private init(_ state: TracepointLayout) { self.state = state }

  /// - Parameter choice: which tracepoint of the transitions, if that is not left to the kernel.
  static func make(_ choice: SourceChoice?, on host: Host) throws(Refusal) -> LegacyPlan {
    var plan = LegacyPlan(try transitions(choice, host))
    plan.notes.append("transitions: the layout of \(plan.state.program)")
    plan.takeResets()
    plan.takeThreads()
    return plan
  }

  /// `tcp:tcp_set_state` only where the other is absent: in 4.16 it is there as well, and never fires.
  private static func transitions(
    _ choice: SourceChoice?, _ host: Host
  ) throws(Refusal) -> TracepointLayout {
    var layouts = choice == .legacyTCP ? [] : [TracepointLayout.socketState]
    if choice != .legacy { layouts.append(TracepointLayout.tcpState) }
    for layout in layouts {
      switch TracepointLayout.find(layout) {
      case .success(let found): return found
      case .failure(.absent(ENOENT)): continue
      case .failure(.absent(let number)): throw unreadable(number)
      case .failure(.differs(let difference)):
        throw Refusal(
          .unsupported,
          "the tracepoint \(difference): Linux \(host.release) tells of it in a way that is not known "
            + "here; please report it")
      }
    }
    throw Refusal(
      .unsupported,
      "Linux \(host.release) has no tracepoint "
        + layouts.compactMap(\.first).map { name($0.event) }.joined(separator: " and no ")
        + "; synfin needs 4.15 or newer, with CONFIG_TRACEPOINTS and CONFIG_BPF_EVENTS")
  }

  private static func unreadable(_ number: CInt) -> Refusal {
    switch number {
    case EPERM, EACCES:
      Refusal(
        .notPermitted,
        "tracefs cannot be read, and without BTF synfin needs it; run as root (sudo synfin)")
    default:
      Refusal(
        .unsupported,
        "tracefs cannot be reached (\(SystemError.text(number))), and without BTF synfin needs it: mount "
          + "it with mount -t tracefs tracefs /sys/kernel/tracing")
    }
  }

  private mutating func takeResets() {
    guard
      let (first, second) = both(
        TracepointLayout.receiveReset, TracepointLayout.sendReset, "resets")
    else { return }
    resets = [first, second]
    notes.append("resets: \(Self.name(first.event)), \(Self.name(second.event))")
  }

  private mutating func takeThreads() {
    guard let (first, second) = both(TracepointLayout.fork, TracepointLayout.exit, "processes")
    else { return }
    threads = [first, second]
  }

  private mutating func both(
    _ one: [TracepointLayout], _ other: [TracepointLayout], _ what: String
  ) -> (TracepointLayout, TracepointLayout)? {
    switch (TracepointLayout.find(one), TracepointLayout.find(other)) {
    case (.success(let first), .success(let second)): return (first, second)
    case (.failure(let unknown), _), (_, .failure(let unknown)):
      switch unknown {
      case .absent(let number):
        notes.append("\(what): not told of (\(SystemError.text(number)))")
      case .differs(let difference): notes.append("\(what): not told of, for \(difference)")
      }
      return nil
    }
  }

  private var hasPendingOpens = false

  /// Looks for what could be taken for a child that was never told of; once the programs are attached.
  mutating func lookForPendingOpens() {
    guard state.event == TracepointLayout.tcpEvent, PendingOpens.mayExist() else { return }
    hasPendingOpens = true
    notes.append("SYNs were on their way at the start: for three minutes, passive is not told")
  }

  /// `sock:inet_sock_set_state`, as perf and everybody else calls it.
  static func name(_ event: String) -> String {
    String(event.map { $0 == "/" ? ":" : $0 })
  }

  var tiers: Tiers {
    var tiers: Tiers = [.statesOnly]
    if !resets.isEmpty { tiers.insert(.resets) }
    if state.event == TracepointLayout.tcpEvent { tiers.insert(.withoutListeners) }
    if hasPendingOpens { tiers.insert(.withPendingOpens) }
    return tiers
  }

  /// In the order in which they are attached: the transitions last, so that none is told without what it
  /// rests on.
  var attached: [TracepointLayout] { threads + resets + [state] }
}
