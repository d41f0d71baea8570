// SPDX-License-Identifier: Apache-2.0
import Exposition
import MadeUpHost
import Testing

/// What Prometheus' own linter has to say: nothing.
@Suite(
  .enabled(if: Others.havePromtool, "SYNFIN_PROMETHEUS names no folder with promtool"))
struct PromtoolTests {
  @Test func findsNothingWrong() throws {
    let (status, said) = try Others.check("metrics", Exposition.example.written(.text))
    #expect(status == 0 && said.isEmpty, "\(said)")
  }

  /// Were something wrong, it would say so.
  @Test func findsWhatIsWrong() throws {
    let (status, said) = try Others.check(
      "metrics", "# TYPE a_milliseconds gauge\na_milliseconds 1\n")
    #expect(status != 0 && said.contains("a_milliseconds"))
  }

  @Test func findsNothingWrongWhateverHappens() throws {
    var weather = Weather(seed: 7, maxPorts: 6)
    for _ in 0..<400 { weather.step() }
    let exposition = Exposition(weather.host.snapshot(), by: TracerFacts(version: "1"))
    let (status, said) = try Others.check("metrics", exposition.written(.text))
    #expect(status == 0 && said.isEmpty, "\(said)")
  }

  /// Each query of the documentation is one.
  @Test func readsTheQueries() throws {
    let queries = try Documentation.queries()
    #expect(queries.count > 30)
    let rules = queries.enumerated().map { index, query in
      "  - record: query_\(index)\n    expr: |\n"
        + query.split(separator: "\n").map { "      \($0)\n" }.joined()
    }
    let file = "groups:\n- name: documentation\n  rules:\n" + rules.joined()
    let (status, said) = try Others.check("rules", file)
    #expect(status == 0, "\(said)")
  }
}
