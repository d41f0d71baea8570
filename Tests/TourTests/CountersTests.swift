// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Tour

@Suite struct CountersTests {
  @Test func read() {
    let before = Counters(
      """
      TcpExt: SyncookiesSent PAWSEstab TW
      TcpExt: 0 3 12
      IpExt: InNoRoutes InOctets
      IpExt: 1 -5
      """)
    #expect(before["TcpExt.PAWSEstab"] == 3 && before["TcpExt.TW"] == 12)
    #expect(before["IpExt.InOctets"] == -5 && before["TcpExt.InOctets"] == nil)
    let after = Counters("TcpExt: PAWSEstab New\nTcpExt: 5 1\n")
    #expect(after.growth(of: "TcpExt.PAWSEstab", since: before) == 2)
    // What one of the two does not count.
    #expect(after.growth(of: "TcpExt.New", since: before) == nil)
    #expect(after.growth(of: "TcpExt.TW", since: before) == nil)
  }

  @Test(arguments: ["", "TcpExt: One Two", "TcpExt: One\nIpExt: 1", "\n\n", "Tcp: A B\nTcp: 1"])
  func odd(text: String) {
    #expect(Counters(text)["TcpExt.One"] == nil)
  }
}
