// SPDX-License-Identifier: Apache-2.0
import Exposition
import MadeUpHost
import Testing

/// Which format whom is given (RFC 9110 §12.5.1).
struct NegotiationTests {
  @Test(arguments: [
    // Prometheus 2.42.
    """
    application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
    text/plain;version=0.0.4;q=0.5,*/*;q=0.1
    """,
    // Prometheus 3, without and with native histograms.
    """
    application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
    application/openmetrics-text;version=0.0.1;q=0.4,\
    text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1
    """,
    """
    application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,\
    application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
    application/openmetrics-text;version=0.0.1;q=0.4,\
    text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1
    """,
    "application/openmetrics-text",
    "application/openmetrics-text; version=0.0.1",
    "APPLICATION/OpenMetrics-Text;Version=\"1.0.0\"",
    "application/*",
    "text/plain;q=0.5, application/openmetrics-text;q=0.501",
    // The more exact range counts, and not the gladder one.
    "text/plain;q=0, */*",
    "text/*;q=0.9, text/plain;q=0.1, application/openmetrics-text;q=0.5",
    "text/plain;version=0.0.4;q=0.1, text/plain, application/openmetrics-text;q=0.5",
    // A comma and a semicolon in quotes are no separators.
    "application/openmetrics-text;x=\"a,b;q=0\\\"\";q=0.7, text/plain;q=0.6",
    " application/openmetrics-text \t;\t version=1.0.0 ; q=1.000 ,, text/plain ; q=0.999",
  ])
  func openMetrics(_ accept: String) {
    #expect(Format.negotiate(accept: [accept]) == .openMetrics)
  }

  @Test(arguments: [
    "*/*", "", " ", ",", ";q=1", "text/plain", "text/plain;version=0.0.4", "text/*",
    // A browser.
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
    "text/plain, application/openmetrics-text",
    "application/openmetrics-text, text/plain",
    "application/openmetrics-text;q=0.5, */*",
    // Neither is taken: it gets what everything reads.
    "application/json", "image/*", "application/openmetrics-text;version=2.0.0", "*/*;q=0",
    "text/plain;q=0", "text/plain;version=1.0.0",
    // No weight, no range.
    "application/openmetrics-text;q=2", "application/openmetrics-text;q=1.001",
    "application/openmetrics-text;q=0.1234", "application/openmetrics-text;q=", "*/x;q=1",
    "application/openmetrics-text;q=0.٣", "application/openmetrics-text;q=-1",
    "application/openmetrics-text/x", "application", "/", "application/",
    "\"application/openmetrics-text\"",
  ])
  func text(_ accept: String) {
    #expect(Format.negotiate(accept: [accept]) == .text)
  }

  /// Fields of one name are one list (§5.3).
  @Test func manyFields() {
    #expect(Format.negotiate(accept: []) == .text)
    #expect(
      Format.negotiate(accept: ["text/plain;q=0.5", "image/png", "application/*;q=0.6"])
        == .openMetrics)
  }

  /// Whatever is sent, there is an answer.
  @Test func anything() {
    var random = SplitMix(seed: 1)
    let pieces = [
      "text/plain", "application/openmetrics-text", "*/*", "*", ";", ",", "=", "\"", "\\",
    ]
    for _ in 0..<2_000 {
      var accept = ""
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        accept += pieces.randomElement(using: &random) ?? ""
        let byte = UInt8.random(in: .min ... .max, using: &random)
        if byte > 128 { accept += String(decoding: [byte, byte &* 3], as: UTF8.self) }
        if byte < 64 { accept += ";q=0.\(byte)" }
      }
      #expect([.text, .openMetrics].contains(Format.negotiate(accept: [accept, accept])))
    }
  }
}
