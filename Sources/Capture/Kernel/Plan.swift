// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

/// Which programs of the object are loaded: as many as are asked for and the kernel takes.
struct Plan: Equatable {
  private(set) var tiers: Tiers
  private(set) var accept: AcceptHook

  /// How it is learned who accepts, in the order of what it costs the host.
  enum AcceptHook: Equatable {
    /// The end of `inet_csk_accept()`, whose arguments changed in 6.10: nothing else pays.
    case trampoline(isOld: Bool)
    /// The ends of accept() and accept4(), and io_uring's completions: every system call pays. Before
    /// 6.2, programs cannot give a pointer its type, and an accept pays twice as much.
    case systemCalls(isOld: Bool)
    /// The first read, where nobody tells who accepts: every receive of TCP pays.
    case firstRead
    case none

    var name: String {
      switch self {
      case .trampoline: "fexit of inet_csk_accept"
      case .systemCalls: "ends of accept and accept4"
      case .firstRead: "first reads"
      case .none: "not told of"
      }
    }
  }

  /// - Parameter isRaw: whether it is the object for kernels without BTF of their own, whose programs are
  ///   fewer.
  init(_ tiers: Tiers, accept: AcceptHook, isRaw: Bool = false) {
    self.tiers = isRaw ? tiers.subtracting([.minis, .scans]) : tiers
    self.isRaw = isRaw
    hasRing = !isRaw
    self.accept = tiers.contains(.accepts) ? accept : .none
  }

  static let state = "synfin_state"
  static let stateAgain = "synfin_again"
  static let scanSockets = "synfin_scan_sockets"
  static let scanFiles = "synfin_scan_files"
  static let netns = "synfin_netns"
  static let acceptEvents = ["syscalls/sys_exit_accept", "syscalls/sys_exit_accept4"]

  /// Programs that are attached, in this order: the transitions last, so that none is told without
  /// what it rests on; and of them the second instance after the first, for the kernel calls them in
  /// this order.
  var attached: [String] {
    var names: [String] = []
    switch accept {
    case .trampoline(let isOld): names += [isOld ? "synfin_accept_old" : "synfin_accept"]
    case .systemCalls: names += hasRing ? ["synfin_accept_ring"] : []
    case .firstRead: names += ["synfin_read"]
    case .none: break
    }
    if tiers.contains(.minis) { names += ["synfin_mini_rx"] }
    if tiers.contains(.resets) { names += ["synfin_rst_in", "synfin_rst_out"] }
    return names + [Self.state, Self.stateAgain]
  }

  /// Whether io_uring's accepts are told beside those of system calls.
  private(set) var hasRing: Bool
  private let isRaw: Bool

  func loads(_ program: String) -> Bool {
    switch program {
    case Self.scanSockets, Self.scanFiles: tiers.contains(.scans)
    case Self.netns: hasProbe
    case acceptExit: true
    default: attached.contains(program)
    }
  }

  private(set) var hasProbe = true

  /// The program for the ends of accept() and accept4(), which are no tracepoints of BTF.
  var acceptExit: String? {
    guard case .systemCalls(let isOld) = accept else { return nil }
    return isOld ? "synfin_accept_exit_old" : "synfin_accept_exit"
  }

  /// Whether it gives pointers their types, which is left open in the object.
  func casts(_ program: String) -> Bool {
    accept == .systemCalls(isOld: false) && program == acceptExit
  }

  /// Goes on without a program that the kernel refuses. Returns what that is called, or `nil` where
  /// nothing can be left out any more. What is not loaded, as after a refusal that names none and a log
  /// that still has the last one's name, is as good as not named: each time something must go.
  mutating func leaveOut(_ program: String?) -> String? {
    switch program.flatMap({ loads($0) ? $0 : nil }) {
    case "synfin_accept_ring":
      hasRing = false
      return "io_uring's accepts"
    case "synfin_accept", "synfin_accept_old", "synfin_accept_exit", "synfin_accept_exit_old",
      "synfin_read":
      leaveOutAccept()
      return "who accepts"
    case Self.netns:
      hasProbe = false
      return "the kernel's own counts"
    case Self.scanSockets, Self.scanFiles: return leaveOut(.scans, "what was there before")
    case "synfin_mini_rx": return leaveOut(.minis, "mini sockets")
    case "synfin_rst_in", "synfin_rst_out": return leaveOut(.resets, "resets")
    case Self.state, Self.stateAgain: return nil
    default:
      // Not named: the newest first.
      if accept != .none { return leaveOut(acceptProgram) }
      for tier in [("synfin_mini_rx", Tiers.minis), (Self.scanSockets, .scans)]
      where tiers.contains(tier.1) { return leaveOut(tier.0) }
      if hasProbe { return leaveOut(Self.netns) }
      return tiers.contains(.resets) ? leaveOut("synfin_rst_in") : nil
    }
  }

  private mutating func leaveOut(_ tier: Tiers, _ name: String) -> String? {
    guard tiers.contains(tier) else { return nil }
    tiers.remove(tier)
    return name
  }

  /// The next dearer one.
  mutating func leaveOutAccept() {
    switch accept {
    // A kernel that refuses them is no certain one: as an old one would have it.
    case .trampoline, .systemCalls(isOld: false): accept = .systemCalls(isOld: true)
    case .systemCalls where !isRaw: accept = .firstRead
    case .systemCalls:
      // The object for kernels without BTF of their own has no program for it.
      accept = .none
      tiers.remove(.accepts)
    case .firstRead, .none:
      accept = .none
      tiers.remove(.accepts)
    }
  }

  /// They were loaded and cannot be attached, and nothing else was loaded for it.
  mutating func leaveOutSystemCalls() {
    accept = .none
    tiers.remove(.accepts)
  }

  private var acceptProgram: String {
    acceptExit ?? attached[0]
  }
}
