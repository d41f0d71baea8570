// SPDX-License-Identifier: Apache-2.0

/// The ports that have a place of their own among what is scraped: a bounded number, whoever comes.
///
/// A place is kept while anything is going on at its port, so that what was counted there goes on from
/// what it was. Where none is free, one that has been idle long is given away.
struct PortPlaces: Sendable {
  private let capacity: Int
  private var places: [UInt16: Place] = [:]
  private var vague = 0
  /// Whether somebody has found no place since the last ``giveUp(idleFor:at:)``.
  private var isWanted = false

  private struct Place {
    /// Nothing but failed opens and connections of unknown role have been seen.
    var isVague: Bool
    var usedAt: UInt64
  }

  init(capacity: Int) { self.capacity = capacity }

  func contains(_ port: UInt16) -> Bool { places[port] != nil }

  /// Whether a port has a place, which it gets if one is free. A scan of ports must not take them all:
  /// what is vague gets a quarter at most.
  mutating func take(_ port: UInt16, isVague: Bool, at now: UInt64) -> Bool {
    if let place = places[port] {
      if place.isVague, !isVague { vague -= 1 }
      places[port] = Place(isVague: place.isVague && isVague, usedAt: now)
      return true
    }
    guard places.count < capacity, !isVague || vague < max(1, capacity / 4) else {
      isWanted = true
      return false
    }
    if isVague { vague += 1 }
    places[port] = Place(isVague: isVague, usedAt: now)
    return true
  }

  /// Frees what nobody has used for so long, if anybody has found no place.
  mutating func giveUp(idleFor pause: UInt64, at now: UInt64) -> [UInt16] {
    guard isWanted else { return [] }
    isWanted = false
    let idle = places.filter { now > $0.value.usedAt && now - $0.value.usedAt >= pause }
    for (port, place) in idle {
      places[port] = nil
      if place.isVague { vague -= 1 }
    }
    return idle.map(\.key)
  }
}
