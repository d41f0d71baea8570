// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Testing

@testable import Capture

/// Which programs are loaded and attached, and what is left out where the kernel refuses one.
struct PlanTests {
  private static let transitions = ["synfin_state", "synfin_again"]
  private static let programs = [
    "synfin_state", "synfin_again", "synfin_rst_in", "synfin_rst_out", "synfin_mini_rx",
    "synfin_accept", "synfin_accept_old", "synfin_accept_exit",
    "synfin_accept_exit_old", "synfin_accept_ring", "synfin_read", "synfin_scan_sockets",
    "synfin_scan_files", "synfin_netns",
  ]
  private static let hooks: [Plan.AcceptHook] = [
    .trampoline(isOld: false), .trampoline(isOld: true), .systemCalls(isOld: false),
    .systemCalls(isOld: true),
    .firstRead, .none,
  ]

  private func loaded(_ plan: Plan) -> Set<String> { Set(Self.programs.filter(plan.loads)) }

  @Test(
    arguments: [
      (.resets, ["synfin_rst_in", "synfin_rst_out"]), (.minis, ["synfin_mini_rx"]),
      (.accepts, ["synfin_accept"]), (.scans, ["synfin_scan_sockets", "synfin_scan_files"]),
      ([], []),
    ] as [(Tiers, [String])])
  func ofEachTier(_ tier: Tiers, _ own: [String]) {
    let plan = Plan(tier, accept: .trampoline(isOld: false))
    #expect(loaded(plan) == Set(own + Self.transitions + ["synfin_netns"]))
  }

  @Test(
    arguments: zip(
      hooks,
      [
        ["synfin_accept"], ["synfin_accept_old"], ["synfin_accept_exit", "synfin_accept_ring"],
        ["synfin_accept_exit_old", "synfin_accept_ring"], ["synfin_read"], [],
      ]))
  func ofEachHook(_ hook: Plan.AcceptHook, _ own: [String]) {
    let plan = Plan(.accepts, accept: hook)
    #expect(loaded(plan) == Set(own + Self.transitions + ["synfin_netns"]))
    #expect(loaded(Plan([.resets], accept: hook)).isDisjoint(with: own), "not asked for")
  }

  /// The transitions last, and the second instance after the first.
  @Test(arguments: hooks)
  func order(_ hook: Plan.AcceptHook) {
    let plan = Plan(.all, accept: hook)
    #expect(Array(plan.attached.suffix(2)) == Self.transitions)
    #expect(Set(plan.attached).count == plan.attached.count)
    #expect(plan.attached.allSatisfy(plan.loads))
    #expect(!plan.attached.contains { $0.contains("scan") || $0.contains("netns") })
  }

  @Test(arguments: [
    ("synfin_mini_rx", Tiers.minis), ("synfin_rst_in", .resets), ("synfin_rst_out", .resets),
    ("synfin_scan_files", .scans), ("synfin_scan_sockets", .scans),
  ])
  func refusedTier(_ program: String, _ tier: Tiers) {
    var plan = Plan(.all, accept: .trampoline(isOld: false))
    #expect(plan.leaveOut(program) != nil)
    #expect(plan.tiers == Tiers.all.subtracting(tier) && !plan.loads(program))
    #expect(plan.accept == .trampoline(isOld: false))
  }

  /// The object whose types are read in a file has neither iterators nor what takes the kernel's own.
  @Test func rawObjectHasLess() {
    var plan = Plan(.all, accept: .systemCalls(isOld: true), isRaw: true)
    #expect(plan.tiers == [.resets, .accepts])
    #expect(plan.attached == ["synfin_rst_in", "synfin_rst_out", "synfin_state", "synfin_again"])
    #expect(plan.loads("synfin_accept_exit_old") && !plan.loads("synfin_scan_sockets"))
    #expect(plan.leaveOut("synfin_accept_exit_old") != nil)
    #expect(plan.accept == .none && plan.tiers == .resets)
  }

  /// The next dearer one, and at last none.
  @Test func refusedAccepts() {
    var plan = Plan(.all, accept: .trampoline(isOld: true))
    #expect(plan.leaveOut("synfin_accept_old") != nil && plan.accept == .systemCalls(isOld: true))
    #expect(plan.leaveOut("synfin_accept_ring") != nil && plan.accept == .systemCalls(isOld: true))
    #expect(
      plan.attached == ["synfin_mini_rx", "synfin_rst_in", "synfin_rst_out"] + Self.transitions)
    #expect(plan.leaveOut("synfin_accept_exit") != nil && plan.accept == .firstRead)
    #expect(plan.tiers.contains(.accepts))
    #expect(plan.leaveOut("synfin_read") != nil && plan.accept == .none)
    #expect(!plan.tiers.contains(.accepts))
  }

  @Test func refusedProbe() {
    var plan = Plan([.resets, .minis, .scans], accept: .none)
    #expect(plan.leaveOut("synfin_netns") != nil && !plan.loads("synfin_netns"))
    #expect(plan.tiers == [.resets, .minis, .scans])
  }

  /// Without the transitions there is nothing to tell.
  @Test(arguments: transitions)
  func refusedTransitions(_ program: String) {
    var plan = Plan(.all, accept: .firstRead)
    #expect(plan.leaveOut(program) == nil && plan == Plan(.all, accept: .firstRead))
  }

  /// Whatever is refused, again and again, named or not: each time something less is loaded, until
  /// nothing can be left out.
  @Test(arguments: hooks)
  func everyLadderEnds(_ hook: Plan.AcceptHook) {
    for program in Self.programs.map(Optional.some) + [nil, "", "synfin_unheard_of"] {
      var plan = Plan(.all, accept: hook)
      var before = plan
      var steps = 0
      while plan.leaveOut(program) != nil, steps < 20 {
        #expect(plan != before, "\(program ?? "-") is left out again")
        before = plan
        steps += 1
      }
      #expect(steps < 20, "\(program ?? "-")")
      #expect(plan.loads("synfin_state") && plan.loads("synfin_again"))
    }
  }

  /// Not named, everything goes, the newest first.
  @Test func unnamedTakesAll() {
    var plan = Plan(.all, accept: .trampoline(isOld: false))
    var names: [String] = []
    while let name = plan.leaveOut(nil) { names.append(name) }
    #expect(
      names == [
        "who accepts", "who accepts", "who accepts", "mini sockets", "what was there before",
        "the kernel's own counts", "resets",
      ])
    #expect(loaded(plan) == Set(Self.transitions) && plan.tiers.isEmpty)
  }
}
