// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Timeline

/// Time on columns.
struct ScaleTests {
  @Test func columns() {
    let scale = Scale(1000...2000, columns: 10)
    #expect([0, 1000, 1099, 1100, 1999, 2000, 9999].map(scale.column) == [0, 0, 0, 1, 9, 9, 9])
  }

  @Test func shares() {
    let scale = Scale(1000...2000, columns: 10)
    var shares: [String] = []
    scale.forEachColumn(from: 1150, to: 1320) { shares.append("\($0):\(Int($1))") }
    #expect(shares == ["1:50", "2:100", "3:20"])
    shares = []
    scale.forEachColumn(from: 0, to: 1150) { shares.append("\($0):\(Int($1))") }
    #expect(shares == ["0:100", "1:50"])
    shares = []
    scale.forEachColumn(from: 1200, to: 1200) { shares.append("\($0):\(Int($1))") }
    #expect(shares == ["2:0"], "a moment")
    scale.forEachColumn(from: 2001, to: 3000) { _, _ in Issue.record("outside") }
    scale.forEachColumn(from: 0, to: 999) { _, _ in Issue.record("outside") }
  }

  /// Whatever the times are, nothing is out of bounds.
  @Test func hostile() {
    let times: [UInt64] = [0, 1, 999, 1000, 1001, 1 << 53, .max / 2, .max - 1, .max]
    for low in times {
      for high in times where high >= low {
        let scale = Scale(low...high, columns: 7)
        for from in times {
          for to in times {
            scale.forEachColumn(from: from, to: to) { column, time in
              #expect((0..<7).contains(column) && time >= 0)
            }
          }
        }
        let ticks = Ticks(scale, since: low, room: 3)
        #expect(ticks.times.count <= 8)
        #expect(ticks.times.allSatisfy { !ticks.label(of: $0).isEmpty })
      }
    }
  }

  @Test(arguments: [
    (1_000_000_000, ["0s", "200ms", "400ms", "600ms", "800ms", "1s"]),
    (10_000_000_000, ["0s", "2s", "4s", "6s", "8s", "10s"]),
    (2_500_000_000, ["0s", "500ms", "1s", "1.5s", "2s", "2.5s"]),
    (3_600_000_000_000, ["0s", "10m", "20m", "30m", "40m", "50m", "60m"]),
    (2_000_000, ["0s", "500us", "1000us", "1500us", "2000us"]),
    (1000, ["0s", "200ns", "400ns", "600ns", "800ns", "1000ns"]),
  ])
  func ticks(_ span: Int, _ labels: [String]) {
    let scale = Scale(5...(5 + UInt64(span)), columns: 60)
    let ticks = Ticks(scale, since: 5, room: 9)
    #expect(ticks.times.map(ticks.label) == labels)
  }

  @Test func levels() {
    let glyphs = Glyphs.ascii
    #expect((1...9).map { "\(glyphs.level($0, of: 9))" } == (1...9).map(String.init))
    #expect("\(glyphs.level(1, of: 1))" == "1")
    #expect("\(glyphs.level(1, of: 3))" == "1" && "\(glyphs.level(3, of: 3))" == "3")
    #expect("\(glyphs.level(1, of: 1000))" == "1" && "\(glyphs.level(1000, of: 1000))" == "9")
    for most in 1...50 {
      let levels = (1...most).map { "\(glyphs.level($0, of: most))" }
      #expect(levels == levels.sorted())
    }
  }
}
