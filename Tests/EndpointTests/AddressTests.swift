// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Endpoint

@Suite struct AddressTests {
  @Test(arguments: [
    ("127.0.0.1:9797", "127.0.0.1:9797"), ("[::1]:9797", "[::1]:9797"),
    ("9797", "127.0.0.1:9797"), (":9797", "127.0.0.1:9797"), ("0", "127.0.0.1:0"),
    ("0.0.0.0:65535", "0.0.0.0:65535"), ("[::]:1", "[::]:1"),
    ("[2001:DB8:0::1]:80", "[2001:db8::1]:80"), ("[::ffff:10.0.0.1]:80", "[::ffff:10.0.0.1]:80"),
    ("09797", "127.0.0.1:9797"),
  ])
  func isRead(text: String, as address: String) throws {
    #expect(try "\(Endpoint.Address(text))" == address)
  }

  @Test(arguments: [
    "", ":", "::", "::1", "::1:9797", "[::1]", "[::1]:", "[::1", "[]:1", "[127.0.0.1]:1",
    "127.0.0.1",
    "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "127.0.0.1: 1", "65536",
    "127.0.0.1:000001", "127.0.0.1:1 ", "256.0.0.1:1", "127.1:1", "localhost:9797", "*:9797",
    "[fe80::1%lo]:1", "127.0.0.1\0.example:1", "http://127.0.0.1:9797", "127.0.0.1:9797/metrics",
    "127.0.0.1:٣", "é:1", "/run/synfin.sock",
  ])
  func isRefused(text: String) throws {
    let error = try #require(throws: Endpoint.Address.Malformed.self) { try Endpoint.Address(text) }
    #expect(!error.sentence.contains("\n"))
    #expect(error.sentence.hasPrefix("\"\(text)\": "))
  }

  @Test func eachRefusalSaysWhatIsNeeded() throws {
    func sentence(_ text: String) -> String? {
      do { _ = try Endpoint.Address(text) } catch { return "\(error)" }
      return nil
    }
    #expect(
      sentence("eth0") == #""eth0": ADDRESS:PORT is needed, such as 127.0.0.1:9797 or [::1]:9797"#)
    #expect(
      sentence("127.0.0.1:70000") == #""127.0.0.1:70000": the port is a number from 0 to 65535"#)
    let names = "the address is a number, such as 127.0.0.1 or [::1], for names are not looked up"
    #expect(sentence("localhost:80") == "\"localhost:80\": \(names)")
  }
}
