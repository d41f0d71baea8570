// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Endpoint

/// RFC 9110 §12.5.3, its examples among them.
@Suite struct AcceptedCodingsTests {
  @Test(arguments: [
    "gzip", "GZip", "x-gzip", "compress, gzip", "gzip;q=0.001", "gzip ; Q=1.0", "*", "*;q=0.5",
    "compress;q=0.5, gzip;q=1.0", "gzip;q=1.0, identity; q=0.5", "gzip;q=0.5, identity;q=0.5",
    "deflate;q=0, gzip", "gzip, br, zstd", "gzip,,", ",\t gzip", "br;level=5, gzip",
    "identity;q=0, gzip",
  ])
  func takesGzip(field: String) {
    #expect(AcceptedCodings([field]).gzip)
  }

  @Test(arguments: [
    "", " ", "identity", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0.0, identity", "gzip;q=0, *",
    "gzip;q=0.3, identity;q=0.5", "gzip;q=2", "gzip;q=", "gzip;q=0.5555", "gzip;q=x", "gzip;",
    "gzip;q=1;a",
    "gzip;level=9", "gzipped", "\u{130}", "q=1", ";q=1", "gzip;q=-1", "gzip;q=1.001", "gzip;q=.5",
  ])
  func takesItPlain(field: String) {
    #expect(AcceptedCodings([field]) == AcceptedCodings([]))
  }

  @Test func withoutAWordItIsPlain() {
    let codings = AcceptedCodings([])
    #expect(!codings.gzip && codings.identity)
  }

  @Test func identityCanBeExcluded() {
    #expect(!AcceptedCodings(["identity;q=0"]).identity)
    #expect(!AcceptedCodings(["*;q=0"]).identity)
    #expect(AcceptedCodings(["*;q=0, identity"]).identity)
    let only = AcceptedCodings(["gzip, *;q=0"])
    #expect(only.gzip && !only.identity)
  }

  @Test func fieldsAddUp() {
    let codings = AcceptedCodings(["br", "gzip", "identity;q=0"])
    #expect(codings.gzip && !codings.identity)
  }
}
