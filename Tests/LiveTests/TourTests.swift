// SPDX-License-Identifier: Apache-2.0
import Testing

extension Live {
  @Suite struct TourTests {
    @Test func theKernelAgrees() throws {
      let end = try Child.run(Product.path, "tour")
      #expect(end.status == 0, "\(end.stdout)\(end.stderr)")
      #expect(!end.stdout.contains("CONTRADICTION"), "\(end.stdout)")
      #expect(end.stdout.contains("TIME_WAIT"))
    }
  }
}
