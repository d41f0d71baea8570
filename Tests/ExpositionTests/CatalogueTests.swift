// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Exposition

/// The catalogue keeps the conventions of Prometheus and OpenMetrics, and the documentation keeps up
/// with it.
struct CatalogueTests {
  @Test func namesAreUnique() {
    #expect(Set(Family.all.map { "\($0.name)" }).count == Family.all.count)
  }

  @Test(arguments: Family.all)
  func conventions(_ family: Family) {
    let name = "\(family.name)"
    #expect(name.hasPrefix("synfin_") || name.hasPrefix("process_"))
    #expect(name.hasSuffix("_total") == (family.kind == .counter))
    let base = family.kind == .counter ? String(name.dropLast("_total".count)) : name
    // OpenMetrics takes these for the parts of a family.
    for suffix in ["_bucket", "_count", "_sum", "_created", "_total"] {
      #expect(!base.hasSuffix(suffix))
    }
    if let unit = family.unit { #expect(base.hasSuffix("_\(unit)")) }
    for unit in ["seconds", "bytes", "ratio", "sockets"] where base.hasSuffix("_\(unit)") {
      #expect(family.unit.map { "\($0)" } == unit)
    }
    let help = "\(family.help)"
    #expect(help.hasSuffix(".") && help.utf8.allSatisfy { $0 >= 32 && $0 < 127 })
    // It is written as it is.
    #expect(!help.contains("\\") && !help.contains("\""))
    #expect(!family.labels.contains { "\($0)" == "le" })
  }

  /// Each family of the catalogue can come, with a value for each of its labels, and no series twice.
  @Test(arguments: Family.all)
  func samples(_ family: Family) {
    let samples = family.samples(.example)
    #expect(!samples.isEmpty)
    #expect(samples.allSatisfy { $0.labels.count == family.labels.count })
    #expect(Set(samples.map { "\($0.labels)" }).count == samples.count)
    for sample in samples {
      if case .distribution = sample.value {
        #expect(family.kind == .histogram)
      } else {
        #expect(family.kind != .histogram)
      }
    }
  }

  // MARK: docs/metrics.md

  @Test func documentationHasEachAndNoOther() throws {
    let documented = try Documentation.metrics()
    let catalogue = Family.all.map { family in
      [
        "\(family.name)", "\(family.kind.name)",
        family.labels.isEmpty ? "-" : family.labels.map { "\($0)" }.joined(separator: ", "),
      ]
    }
    for row in catalogue { #expect(documented.contains(row), "\(row) is not documented") }
    for row in documented { #expect(catalogue.contains(row), "\(row) is documented, and is not") }
    #expect(documented.count == catalogue.count)
  }

  /// Every query of the documentation asks for what there is, and of each metric there is a query.
  @Test func queriesAskForWhatThereIs() throws {
    let queries = try Documentation.queries().joined(separator: "\n")
    let asked = Set(queries.matches(of: /(?:synfin|process)_[a-z0-9_]+/).map { String($0.output) })
    let names = Family.all.map { family in
      family.kind == .histogram
        ? ["_bucket", "_sum", "_count"].map { "\(family.name)\($0)" } : ["\(family.name)"]
    }
    for name in asked { #expect(names.joined().contains(name), "\(name)") }
    for names in names { #expect(names.contains(where: asked.contains), "no query for \(names)") }
  }
}
