// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Capture

extension Live {
  /// A program that the kernel's verifier refuses: the real object, with an instruction there is not.
  @Suite struct VerifierTests {
    @Test func refusalIsOneSentenceAndTheWholeLogIsKept() throws {
      var object = unsafe Array(BPFObject.embedded)
      let exit: [UInt8] = [0x95, 0, 0, 0, 0, 0, 0, 0]
      let places = stride(from: 0, to: object.count - 8, by: 8)
      let first = try #require(places.first { Array(object[$0..<$0 + 8]) == exit })
      object[first] = 0xff

      let refusal = try #require(throws: Refusal.self) {
        try unsafe object.withUnsafeBytes { bytes in
          _ = unsafe try LiveSource(CaptureOptions(), bytes: bytes, legacy: bytes)
        }
      }
      #expect(refusal.kind == .unsupported)
      #expect(refusal.sentence.contains("refused the program synfin_"))
      #expect(!refusal.sentence.contains("\n"))
      #expect(refusal.log.contains("BEGIN PROG LOAD LOG"))
      #expect(refusal.log.contains("BPF program load failed"))
    }
  }
}
