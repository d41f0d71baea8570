// SPDX-License-Identifier: Apache-2.0
import Glibc
import Lifecycle
import Testing

@testable import Capture

struct ProcessStatTests {
  private static let numbers =
    "S 1 1 1 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 1 0 987654 1000 10 18446744073709551615"

  @Test(arguments: ["curl", "a b", "(sd-pam)", ") S 1 (", "x) y"])
  func nameIsWholeWhateverIsInIt(_ name: String) throws {
    let stat = try #require(ProcessStat(Array("42 (\(name)) \(Self.numbers)".utf8)))
    #expect(stat.comm == Comm(name))
    #expect(stat.startTicks == 987_654)
    #expect(!stat.isKernelThread)
  }

  @Test func kernelThreadIsKnownByItsFlag() throws {
    let line = "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 7 0 0"
    #expect(try #require(ProcessStat(Array(line.utf8))).isKernelThread)
  }

  @Test(arguments: ["", "42", "42 (x", "42 (x) S 1 2", "42 )x( S"])
  func anyBytesAreTaken(_ line: String) {
    #expect(ProcessStat(Array(line.utf8)) == nil)
  }

  @Test func itself() throws {
    let own = try #require(ProcessStat.read(UInt32(getpid())))
    #expect(!own.isKernelThread)
    #expect(own.startTicks > 0)
  }
}
