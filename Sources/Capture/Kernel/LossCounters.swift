// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc
internal import Lifecycle

/// What the kernel counted: records that found no room, by program and CPU, and programs that its
/// recursion guard skipped.
struct LossCounters: ~Copyable {
  private let cpus: BPFMap
  private let first: BPFProgram
  private let second: BPFProgram
  private let others: [Other]
  private var values: [synfin_cpu]
  private var balance: Int64 = 0

  /// A program beside those of the transitions, and what a record of its would have told.
  struct Other {
    let program: BPFProgram
    let hook: String
    let tells: WritableKeyPath<Losses.Stage, UInt64>
  }

  init(cpus: BPFMap, first: BPFProgram, second: BPFProgram, others: [Other]) {
    self.cpus = cpus
    self.first = first
    self.second = second
    self.others = others
    values = Array(repeating: synfin_cpu(), count: max(1, Int(libbpf_num_possible_cpus())))
  }

  /// All losses from the attachment until now.
  mutating func read() -> Losses {
    var losses = Losses()
    losses.guardBalance = takeBalance()
    for other in others { losses.guarded[keyPath: other.tells] += other.program.recursionMisses() }
    for cpu in values {
      // In the order of enum synfin_hook.
      losses.ring.transitions += cpu.lost.0 + cpu.lost.1
      losses.ring.resetsReceived += cpu.lost.2
      losses.ring.resetsSent += cpu.lost.3
      losses.ring.minis += cpu.lost.4
      losses.ring.owners += cpu.lost.5 + cpu.lost.6
    }
    return losses
  }

  /// What was lost in the kernel until the last `read`, in words: by CPU and program for the ring, by
  /// program for the guard. Empty where nothing was.
  var detail: [String] {
    var lines: [String] = []
    for (number, cpu) in values.enumerated() {
      // In the order of enum synfin_hook.
      let lost = [
        cpu.lost.0 + cpu.lost.1, cpu.lost.2, cpu.lost.3, cpu.lost.4, cpu.lost.5 + cpu.lost.6,
      ]
      let named = zip(Self.hooks, lost).filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }
      if !named.isEmpty { lines.append("ring, CPU \(number): " + named.joined(separator: ", ")) }
    }
    let skipped =
      [(Self.hooks[0], UInt64(max(0, balance)))]
      + others.map { ($0.hook, $0.program.recursionMisses()) }
    let told = skipped.filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }
    if !told.isEmpty { lines.append("guard: " + told.joined(separator: ", ")) }
    return lines
  }

  private static let hooks = [
    "inet_sock_set_state", "tcp_receive_reset", "tcp_send_reset", "kfree_skb", "owners",
  ]

  /// How often the first instance was skipped, less how often the second spoke. The two counts move
  /// within a microsecond of each other and are read apart, so a difference counts only where it stays;
  /// `nil` where it does not.
  private mutating func takeBalance() -> Int64? {
    for _ in 0..<4 {
      let before = first.recursionMisses()
      readCPUs()
      let caught = self.caught
      let balance = Int64(before) - Int64(caught)
      if balance == self.balance { return balance }
      if first.recursionMisses() == before {
        // Once more, after whatever was under way has ended.
        sched_yield()
        readCPUs()
        if self.caught == caught {
          self.balance = balance
          return balance
        }
      }
    }
    return nil
  }

  private var caught: UInt64 { values.reduce(0) { $0 + $1.caught } }

  private mutating func readCPUs() {
    var key: UInt32 = 0
    unsafe values.withUnsafeMutableBytes { bytes in
      unsafe _ = bpf_map_lookup_elem(cpus.descriptor, &key, bytes.baseAddress)
    }
  }
}
