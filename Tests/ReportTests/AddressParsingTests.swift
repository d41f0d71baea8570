// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Report
import Testing

/// Addresses and blocks as people type them.
struct AddressParsingTests {
  @Test(
    arguments: [
      ("10.0.0.1", 0, 0xffff_0a00_0001),
      ("::ffff:10.0.0.1", 0, 0xffff_0a00_0001),
      ("::FFFF:0A00:0001", 0, 0xffff_0a00_0001),
      ("::", 0, 0),
      ("0:0:0:0:0:0:0:1", 0, 1),
      ("2001:DB8::1", 0x2001_0db8_0000_0000, 1),
      ("2001:0db8:0000:0000:0000:0000:0000:0001", 0x2001_0db8_0000_0000, 1),
    ] as [(String, UInt64, UInt64)])
  func reads(_ text: String, _ high: UInt64, _ low: UInt64) {
    #expect(Address(text) == Address(high: high, low: low))
  }

  @Test(arguments: [
    "", " ", "localhost", "10", "10.0.0", "10.0.0.", "10.0.0.256", "10.0.0.1.2", "10.0.0.01",
    "10.0.0.-1", "0x0a.0.0.1", "10.0.0.1:80", " 10.0.0.1", "10.0.0.1 ", ":", ":::", "1::2::3",
    "12345::", "g::", "[::1]", "[::1]:80", "fe80::1%lo", "::1 ", "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9", "::10.0.0.256",
  ])
  func refuses(_ text: String) {
    #expect(Address(text) == nil)
    #expect(AddressBlock(text) == nil)
  }

  /// The address, and the bits that count, of 128.
  @Test(arguments: [
    ("0.0.0.0/0", 96), ("10.0.0.0/8", 104), ("10.0.0.1/32", 128), ("10.0.0.1", 128),
    ("::/0", 0), ("2001:db8::/32", 32), ("2001:db8::1/128", 128), ("2001:db8::1", 128),
    ("::ffff:0:0/96", 96), ("::ffff:10.0.0.0/104", 104), ("::ffff:10.0.0.1", 128),
  ])
  func readsBlocks(_ text: String, _ length: Int) throws {
    let block = try #require(AddressBlock(text))
    #expect(block.length == length)
    #expect(block.address == Address(String(text.prefix { $0 != "/" })))
  }

  @Test(arguments: [
    "10.0.0.0/33", "10.0.0.0/128", "::/129", "::/256", "::/1000", "10.0.0.0/", "/8", "/",
    "10.0.0.0/-1", "10.0.0.0/-0", "10.0.0.0/+8", "10.0.0.0/ 8", "10.0.0.0/8 ", "10.0.0.0/8/8",
    "10.0.0.0/8.0", "10.0.0.0/0x8", "10.0.0.0/255.0.0.0", "10.0.0/8",
  ])
  func refusesBlocks(_ text: String) {
    #expect(AddressBlock(text) == nil)
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
    // Bits of the address behind the length do not count.
    ("10.1.2.3/8", "10.9.9.9", true),
    ("10.0.0.1/32", "10.0.0.1", true), ("10.0.0.1/32", "10.0.0.0", false),
    ("10.0.0.0/31", "10.0.0.1", true), ("10.0.0.0/31", "10.0.0.2", false),
    ("0.0.0.0/0", "255.255.255.255", true), ("0.0.0.0/0", "2001:db8::1", false),
    ("0.0.0.0/0", "::1", false),
    ("::/0", "2001:db8::1", true), ("::/0", "10.0.0.1", true),
    ("2001:db8::1/128", "2001:db8::1", true), ("2001:db8::1/128", "2001:db8::2", false),
    ("2001:db8::/64", "2001:db8::ffff:ffff", true), ("2001:db8::/64", "2001:db8:0:1::", false),
    ("2001:db8::/65", "2001:db8::7fff:0:0:0", true),
    ("2001:db8::/65", "2001:db8::8000:0:0:0", false),
    ("::ffff:10.0.0.0/104", "10.255.0.1", true), ("::ffff:10.0.0.0/104", "11.0.0.1", false),
    ("10.0.0.0/8", "::ffff:10.0.0.1", true),
  ])
  func blocksContain(_ block: String, _ address: String, _ isInside: Bool) throws {
    let block = try #require(AddressBlock(block))
    let address = try #require(Address(address))
    #expect(block.contains(address) == isInside)
  }
}
