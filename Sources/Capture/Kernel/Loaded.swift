// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Lifecycle

/// The object that this kernel takes, loaded.
enum Loaded: ~Copyable {
  case core(LoadedObject)
  case legacy(LegacyObject)

  var notes: [String] {
    switch self {
    case .core(let object): object.notes
    case .legacy(let object): object.notes
    }
  }

  /// Which object, which tracepoint and which buffer: in a line, but for why.
  var name: String {
    switch self {
    case .core(let object):
      "the CO-RE object, sock:inet_sock_set_state (\(object.isRaw ? "raw_tp" : "tp_btf")), a ring buffer"
    case .legacy(let object):
      "the legacy object, \(LegacyPlan.name(object.plan.state.event)) (classic), a perf buffer"
    }
  }

  var tiers: Tiers {
    switch self {
    case .core(let object): object.plan.tiers
    case .legacy(let object): object.plan.tiers
    }
  }

  var acceptHook: String {
    switch self {
    case .core(let object): object.plan.accept.name
    case .legacy: Plan.AcceptHook.none.name
    }
  }

  var programRuns: [ProgramRuns] {
    switch self {
    case .core(let object): object.programRuns
    case .legacy(let object): object.programRuns
    }
  }
}

/// Records on their way: one ring, in the order of what happened, or one a CPU.
enum RecordBuffer: ~Copyable {
  case ring(RingBuffer)
  case rings(PerfRings)

  func drain(_ body: (UnsafeRawBufferPointer) -> Void) -> Int {
    switch self {
    case .ring(let ring): return unsafe ring.drain(body)
    case .rings(let rings): return unsafe rings.drain(body)
    }
  }

  /// No program runs any more.
  func noteStop() {
    switch self {
    case .ring: break
    case .rings(let rings): rings.isStopped = true
    }
  }
}

/// What was lost on the way.
enum LossReader: ~Copyable {
  case core(LossCounters)
  case legacy(LegacyCounters)

  mutating func read() -> Losses {
    switch consume self {
    case .core(var counters):
      let losses = counters.read()
      self = .core(counters)
      return losses
    case .legacy(let counters):
      let losses = counters.read()
      self = .legacy(counters)
      return losses
    }
  }

  var detail: [String] {
    switch self {
    case .core(let counters): counters.detail
    case .legacy(let counters): counters.detail
    }
  }
}
