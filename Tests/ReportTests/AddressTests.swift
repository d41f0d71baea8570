// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Report
import Testing

/// Addresses and endpoints as they are written (RFC 5952).
struct AddressTests {
  @Test(
    arguments: [
      (0, "0.0.0.0"), (0x7f00_0001, "127.0.0.1"), (0x0a00_0001, "10.0.0.1"),
      (0xc0a8_6400, "192.168.100.0"), (0xffff_ffff, "255.255.255.255"),
    ] as [(UInt32, String)])
  func dotted(_ octets: UInt32, _ text: String) {
    #expect(written { $0.append(Address(v4: octets)) } == text)
  }

  @Test(
    arguments: [
      (0, 0, "::"),
      (0, 1, "::1"),
      (0xfe80_0000_0000_0000, 0, "fe80::"),
      (0x2001_0db8_0000_0000, 1, "2001:db8::1"),
      // §4.1: no leading zeros.
      (0x2001_0db8_0001_0002, 0x0003_0004_0005_0006, "2001:db8:1:2:3:4:5:6"),
      // §4.2.2: one field of zeros is not shortened.
      (0x2001_0db8_0000_0001, 0x0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),
      // §4.2.3: the longest run is, and the first of two.
      (0x2001_0000_0000_0001, 0x0000_0000_0000_0001, "2001:0:0:1::1"),
      (0x2001_0db8_0000_0000, 0x0001_0000_0000_0001, "2001:db8::1:0:0:1"),
      // §4.3: lower case.
      (
        0xabcd_ef01_2345_6789, 0xabcd_ef01_2345_6789,
        "abcd:ef01:2345:6789:abcd:ef01:2345:6789"
      ),
      // One bit off the mapped prefix is no IPv4.
      (0, 0xfffe_0a00_0001, "::fffe:a00:1"),
      (1, 0xffff_0a00_0001, "::1:0:ffff:a00:1"),
    ] as [(UInt64, UInt64, String)])
  func colons(_ high: UInt64, _ low: UInt64, _ text: String) {
    #expect(written { $0.append(Address(high: high, low: low)) } == text)
    #expect(Address(text) == Address(high: high, low: low), "it reads back")
  }

  /// A v4-mapped address is shown as what travels on the wire.
  @Test func mappedIsDotted() {
    let mapped = Address(high: 0, low: 0xffff_0a00_0001)
    #expect(written { $0.append(mapped) } == "10.0.0.1")
    #expect(written { $0.append(mapped, port: 443) } == "10.0.0.1:443")
  }

  @Test func endpoints() {
    #expect(written { $0.append(Address(v4: 0x0a00_0001), port: 0) } == "10.0.0.1:0")
    #expect(written { $0.append(Address(v4: 0x0a00_0001), port: 65_535) } == "10.0.0.1:65535")
    #expect(written { $0.append(Address(high: 0, low: 1), port: 80) } == "[::1]:80")
    #expect(written { $0.append(Address(high: 0, low: 0), port: 0) } == "[::]:0")
    let longest = written { $0.append(Address.longest, port: 65_535) }
    #expect(longest == "[2001:db8:1111:2222:3333:4444:5555:6666]:65535")
  }
}
