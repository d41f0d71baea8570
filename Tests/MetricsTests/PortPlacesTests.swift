// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Metrics

/// Who gets a place of their own, and who keeps it.
struct PortPlacesTests {
  @Test func whoComesFirstKeepsThePlace() {
    let places = Places(2)
    #expect(places.take(80))
    #expect(places.take(443))
    #expect(!places.take(22))
    #expect(places.take(80, at: 2) && places.take(443, isVague: true, at: 2))
    #expect(places.contains(80) && places.contains(443) && !places.contains(22))
  }

  /// A scan of all ports leaves three quarters to services.
  @Test func vagueOnesGetAQuarter() {
    let places = Places(16)
    let taken = (1...65_535).count { places.take($0, isVague: true) }
    #expect(taken == 4)
    let services = (40_000...50_000).count { places.take($0) }
    #expect(services == 12)
  }

  /// One that turns out to be a service's makes room for another vague one.
  @Test func whatIsVagueMayBecomeAService() {
    let places = Places(8)
    #expect(places.take(1, isVague: true) && places.take(2, isVague: true))
    #expect(!places.take(3, isVague: true))
    #expect(places.take(1))
    #expect(places.take(3, isVague: true))
    #expect(!places.take(4, isVague: true))
    // It stays a service's when something vague is seen there.
    #expect(places.take(1, isVague: true))
    #expect(!places.take(4, isVague: true))
  }

  @Test func idlePlacesAreGivenAwayOnlyWhereWanted() {
    let places = Places(2)
    #expect(places.take(80, at: 10) && places.take(443, at: 50))
    #expect(places.giveUp(idleFor: 20, at: 1_000).isEmpty)
    #expect(!places.take(22, at: 60))
    #expect(places.giveUp(idleFor: 50, at: 60) == [80])
    // It has been asked for once.
    #expect(places.giveUp(idleFor: 1, at: 2_000).isEmpty)
    #expect(places.take(22, at: 60))
    #expect(!places.contains(80) && places.contains(443))
  }

  @Test func aVagueOneThatIsGivenUpMakesRoomForAnother() {
    let places = Places(4)
    #expect(places.take(1, isVague: true) && !places.take(2, isVague: true))
    #expect(places.giveUp(idleFor: 5, at: 6) == [1])
    #expect(places.take(2, isVague: true, at: 6))
  }

  @Test func noPlacesAtAll() {
    let places = Places(0)
    #expect(!places.take(80) && !places.take(80, isVague: true))
    #expect(places.giveUp(idleFor: 0, at: 9).isEmpty)
  }
}

/// The same, to be asked in the midst of an expectation.
private final class Places {
  private var places: PortPlaces

  init(_ capacity: Int) { places = PortPlaces(capacity: capacity) }

  func contains(_ port: UInt16) -> Bool { places.contains(port) }

  func take(_ port: UInt16, isVague: Bool = false, at now: UInt64 = 1) -> Bool {
    places.take(port, isVague: isVague, at: now)
  }

  func giveUp(idleFor pause: UInt64, at now: UInt64) -> [UInt16] {
    places.giveUp(idleFor: pause, at: now)
  }
}
