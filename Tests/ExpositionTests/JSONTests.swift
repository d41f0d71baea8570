// SPDX-License-Identifier: Apache-2.0
import Exposition
import Foundation
import Testing

/// The object of `--json`, parsed by somebody else's parser.
struct JSONTests {
  private func parsed() throws -> [String: Any] {
    let line = Exposition.example.written(.json)
    #expect(line.hasSuffix("}\n") && line.utf8.count { $0 == UInt8(ascii: "\n") } == 1)
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
    return try #require(object as? [String: Any])
  }

  @Test func hasEachFamily() throws {
    let object = try parsed()
    #expect(object["type"] as? String == "metrics")
    #expect(object["at_us"] as? UInt64 == 1_795_000_007_123_658)
    let metrics = try #require(object["metrics"] as? [[String: Any]])
    #expect(metrics.map { $0["name"] as? String } == Family.all.map { "\($0.name)" })
    for (metric, family) in zip(metrics, Family.all) {
      #expect(Set(metric.keys) == ["name", "type", "help", "unit", "samples"])
      let samples = try #require(metric["samples"] as? [[String: Any]])
      for sample in samples {
        let labels = try #require(sample["labels"] as? [String: String])
        #expect(Set(labels.keys) == Set(family.labels.map { "\($0)" }))
        #expect((sample["value"] == nil) == (family.kind == .histogram))
        #expect((sample["since_us"] == nil) == (family.kind == .gauge))
      }
    }
  }

  @Test func bucketsHoldOneAnother() throws {
    let metrics = try #require(try parsed()["metrics"] as? [[String: Any]])
    let histograms = metrics.filter { $0["type"] as? String == "histogram" }
    #expect(histograms.count == 3)
    for sample in histograms.flatMap({ $0["samples"] as? [[String: Any]] ?? [] }) {
      let buckets = try #require(sample["buckets"] as? [[String: Double]])
      let (bounds, counts) = (buckets.compactMap { $0["le"] }, buckets.compactMap { $0["count"] })
      #expect(bounds == bounds.sorted() && counts == counts.sorted())
      #expect(counts.last ?? 0 <= (sample["count"] as? Double ?? -1))
    }
  }
}
