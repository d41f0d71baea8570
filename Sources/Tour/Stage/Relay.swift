// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc
internal import Synchronization

/// Carries packets between two devices on a thread of its own, and does to each what is wanted.
package final class Relay: Sendable {
  /// What becomes of a packet that a rule fits.
  package enum Fate: Sendable {
    case dropped
    /// Kept until `release`.
    case held
    case delayed(milliseconds: UInt64)
    case doubled
    /// Dropped, and answered with an ICMP "destination unreachable" of this code.
    case unreachable(code: UInt8)
  }

  private struct Rule {
    var left: Int
    let fate: Fate
    let fits: @Sendable (Transit) -> Bool
  }

  private struct State {
    var transits: [Transit] = []
    /// The latest decides.
    var rules: [Rule] = []
    var held: [Int] = []
    var delayed: [(due: UInt64, index: Int)] = []
    var isStopped = false
  }

  /// More than any scenario makes: what runs in circles is to end.
  private static let most = 20_000

  private let client: Tunnel
  private let server: Tunnel
  private let state = Mutex(State())
  private let worker = Mutex<Worker?>(nil)

  /// - Parameter isPrompt: whether packets are carried at once even where the host is busy.
  init(client: Tunnel, server: Tunnel, isPrompt: Bool) throws {
    (self.client, self.server) = (client, server)
    let worker = try Worker {
      if isPrompt { Priority.makeRealTime() }
      self.run()
    }
    self.worker.withLock { $0 = worker }
  }

  package var transits: [Transit] { state.withLock(\.transits) }

  /// From now on this becomes of `count` packets that fit; those that fit no rule pass.
  package func rule(_ fate: Fate, count: Int = .max, _ fits: @escaping @Sendable (Transit) -> Bool)
  {
    state.withLock { $0.rules.append(Rule(left: count, fate: fate, fits: fits)) }
  }

  /// Forgets all rules.
  package func mend() { state.withLock { $0.rules = [] } }

  /// Delivers what was held, in order, and before anything that is taken later.
  package func release(mending: Bool) {
    state.withLock { state in
      if mending { state.rules = [] }
      let held = state.held
      state.held = []
      for index in held { deliver(index, &state) }
    }
  }

  /// Delivers what nobody has sent; `from` is where it pretends to come from.
  package func forge(_ bytes: [UInt8], from side: Side) {
    state.withLock { state in
      state.transits.append(Transit(from: side, bytes, takenAt: nil))
      deliver(state.transits.count - 1, &state)
    }
  }

  package func stop() {
    state.withLock { $0.isStopped = true }
    worker.withLock { $0.take() }?.join()
  }

  private func run() {
    while true {
      let (isStopped, due) = state.withLock { ($0.isStopped, $0.delayed.map(\.due).min()) }
      if isStopped { break }
      wait(until: due)
      for (side, tunnel) in [(Side.client, client), (.server, server)] {
        while let bytes = tunnel.read() { take(bytes, from: side) }
      }
      deliverWhatIsDue()
    }
  }

  private func wait(until due: UInt64?) {
    // After as much it looks whether it is to stop.
    var timeout: CInt = 20
    if let due {
      let now = Monotonic.now()
      timeout = due <= now ? 0 : min(timeout, CInt((due - now) / 1_000_000 + 1))
    }
    var waiting = [client, server].map {
      pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
    }
    unsafe _ = poll(&waiting, nfds_t(waiting.count), timeout)
  }

  private func take(_ bytes: [UInt8], from side: Side) {
    let now = Monotonic.now()
    state.withLock { state in
      guard state.transits.count < Self.most else { return }
      let transit = Transit(from: side, bytes, takenAt: now)
      state.transits.append(transit)
      let index = state.transits.count - 1
      guard let rule = state.rules.lastIndex(where: { $0.left > 0 && $0.fits(transit) }) else {
        deliver(index, &state)
        return
      }
      state.rules[rule].left -= 1
      let fate = state.rules[rule].fate
      state.transits[index].fate = fate
      switch fate {
      case .dropped: break
      case .held: state.held.append(index)
      case .delayed(let milliseconds):
        state.delayed.append((now + milliseconds * 1_000_000, index))
      case .doubled:
        deliver(index, &state)
        deliver(index, &state)
      case .unreachable(let code):
        let answer = Forgery.unreachable(bytes, code: code, from: side.other)
        state.transits.append(Transit(from: side.other, answer, takenAt: nil))
        deliver(state.transits.count - 1, &state)
      }
    }
  }

  private func deliverWhatIsDue() {
    let now = Monotonic.now()
    state.withLock { state in
      let due = state.delayed.filter { $0.due <= now }
      state.delayed.removeAll { $0.due <= now }
      for (_, index) in due.sorted(by: { $0.due < $1.due }) { deliver(index, &state) }
    }
  }

  private func deliver(_ index: Int, _ state: inout State) {
    let transit = state.transits[index]
    state.transits[index].deliveredAt.append(Monotonic.now())
    (transit.from == .client ? server : client).write(transit.bytes)
  }
}
