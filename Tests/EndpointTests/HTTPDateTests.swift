// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import Endpoint

@Suite struct HTTPDateTests {
  @Test func isTheRFCsOwn() {
    #expect(HTTPDate.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(HTTPDate.text(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    #expect(HTTPDate.text(-5) == "Thu, 01 Jan 1970 00:00:00 GMT")
  }

  /// Each day of 200 years, beside the C library's.
  @Test func isTheCLibrarys() {
    for day in 0..<73_050 {
      let seconds = day * 86_400 + day * 7919 % 86_400
      #expect(HTTPDate.text(seconds) == library(seconds))
    }
  }

  private func library(_ seconds: Int) -> String {
    var moment = seconds
    var parts = unsafe tm()
    unsafe gmtime_r(&moment, &parts)
    var text = [CChar](repeating: 0, count: 64)
    let count = unsafe strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
