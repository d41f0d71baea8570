// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Report
import Testing

/// The zone of a time, and blocks of addresses, as a page names them.
struct ZoneTests {
  @Test func anotherHostsZoneIsItsDistance() {
    #expect(LocalTime(offsetToEpoch: 0, utcOffset: -5400).zone(0) == -5400)
  }

  @Test func thisHostsZoneIsTheSystems() {
    let at: UInt64 = 1_795_438_800_000_000_000
    let zone = LocalTime(offsetToEpoch: 0).zone(at)
    let date = Date(timeIntervalSince1970: 1_795_438_800)
    #expect(zone == TimeZone.current.secondsFromGMT(for: date))
  }

  @Test(arguments: ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32", "0.0.0.0/0"])
  func aBlockIsWrittenAsItIsRead(_ text: String) {
    #expect(AddressBlock(text)?.description == text)
  }
}
