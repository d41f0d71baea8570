// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import MadeUpHost
import Metrics
import Testing

/// Whatever happens on a host: no counter ever shrinks while its series goes on, and nothing is kept
/// beyond the bounds.
struct TotalsGrowthTests {
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func countersOnlyGrow(_ seed: UInt64) {
    var weather = Weather(seed: seed, maxPorts: 6)
    var before = weather.host.snapshot()
    for _ in 0..<40 {
      for _ in 0..<25 { weather.step() }
      let now = weather.host.snapshot()
      for (service, row) in now.services {
        guard let old = before.services[service], old.since == row.since else { continue }
        expectGrowth(old.counters, row.counters, "\(service)")
      }
      #expect(before.beyondPorts <= now.beyondPorts && before.transitions <= now.transitions)
      for (role, words) in before.rttUnknown {
        for (word, count) in words.counted { #expect(count <= now.rttUnknown[role]?[word] ?? 0) }
      }
      #expect(Set(now.services.keys.compactMap(\.port)).count <= 6)
      #expect(now.minis.count <= 6 + 1)
      before = now
    }
    #expect(before.beyondPorts > 0, "otherwise this proves nothing")
  }

  private func expectGrowth(_ old: ServiceCounters, _ new: ServiceCounters, _ of: Comment) {
    #expect(old.opened <= new.opened && old.handshakeRetrans <= new.handshakeRetrans, of)
    for (word, count) in old.failures.counted { #expect(count <= new.failures[word], of) }
    for (close, first, count) in old.closes.counted {
      #expect(count <= new.closes[close, first], of)
    }
    for (old, new) in zip(old.connectTime.cumulative, new.connectTime.cumulative) {
      #expect(old.count <= new.count, of)
    }
    #expect(old.handshakeRTT.count <= new.handshakeRTT.count, of)
    #expect(old.lifetime.count <= new.lifetime.count, of)
    #expect(old.rttUnknown.total <= new.rttUnknown.total, of)
    // Of what was opened, the round trip is known, or it is counted why not.
    #expect(new.handshakeRTT.count + new.rttUnknown.total == new.opened, of)
  }
}
