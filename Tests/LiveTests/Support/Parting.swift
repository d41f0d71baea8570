// SPDX-License-Identifier: Apache-2.0
import Foundation
import Tour

/// The FINs of a connection as one end saw them, read from its packets alone.
///
/// What was lost it cannot know of, and what comes after a hole it takes only when that is filled
/// (RFC 9293 §3.10.7.4): so where a FIN was lost or overtaken, the two ends may rightly differ.
struct Parting {
  /// Who was first to send one, in the words of `first_fin`.
  let first: String?
  /// In the words of `close`; `nil` where not both FINs came and were acknowledged.
  let shape: String?

  init(sent: [Transit], received: [Transit]) {
    let own = sent.first(where: \.isFIN)
    let arrival = Self.arrivalOfFIN(in: received)
    guard let own else {
      (first, shape) = (arrival == nil ? nil : "remote", nil)
      return
    }
    let answer = received.firstIndex { $0.acknowledges(own) }
    guard let arrival, let peers = received.first(where: \.isFIN) else {
      (first, shape) = ("local", nil)
      return
    }
    if own.acknowledges(peers) {
      first = "remote"
      let isFirstACK = sent.first { $0.acknowledges(peers) }?.isFIN == true
      shape = answer == nil ? nil : isFirstACK ? "three_way" : "four_way"
    } else if let answer, answer <= arrival {
      // One segment may be both.
      first = "local"
      shape = answer == arrival ? "three_way" : "four_way"
    } else {
      first = "both"
      shape = answer == nil ? nil : "simultaneous"
    }
  }

  /// Which packet made the peer's FIN the next in order.
  private static func arrivalOfFIN(in received: [Transit]) -> Int? {
    guard let syn = received.first(where: { $0.flags.contains(.syn) })?.packet,
      let fin = received.first(where: \.isFIN)?.packet
    else { return nil }
    // With what came in the SYN (RFC 7413).
    var next = syn.end
    var beyondHole: [Packet] = []
    for (index, packet) in received.map(\.packet).enumerated() {
      guard let packet, packet.flags.isDisjoint(with: [.syn, .rst]) else { continue }
      beyondHole.append(packet)
      while let usable = beyondHole.firstIndex(where: { !isBefore(next, $0.sequence) }) {
        let packet = beyondHole.remove(at: usable)
        if isBefore(next, packet.end) { next = packet.end }
      }
      if next == fin.end { return index }
    }
    return nil
  }
}
