// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import MadeUpHost
import Metrics
import Report
import Testing

@testable import Top

/// A terminal as far as a screen needs one: what is drawn ends up in cells.
struct Display {
  let width: Int
  let height: Int
  private(set) var lines: [String]

  /// Draws a screen, and plays what was written.
  init(_ screen: inout Screen, width: Int = 80, height: Int = 24) throws {
    self.width = width
    self.height = height
    var time = LocalTime(offsetToEpoch: 0, utcOffset: 0)
    var text = Text()
    screen.draw(width: width, height: height, &time, to: &text)
    let written = text.bytes
    lines = []
    var rest = String(decoding: written, as: UTF8.self)[...]
    try #require(rest.hasPrefix("\u{1b}[H"))
    rest = rest.dropFirst(3)
    // SGR and EL are all there is.
    let plain = rest.replacing(/\u{1b}\[[0-9;]*[mK]/, with: "")
    #expect(!plain.unicodeScalars.contains("\u{1b}"))
    lines = plain.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// Where the columns' titles are.
  var title: String? { lines.first { $0.hasPrefix("PORT") || $0.hasPrefix("PROCESS") } }

  var titles: [String] {
    // Two words make one title.
    (title ?? "").replacing("BY US", with: "BY_US").replacing("BY PEER", with: "BY_PEER")
      .split(separator: " ").map(String.init)
  }

  /// The lines of the table.
  var rows: [String] {
    guard let start = lines.firstIndex(where: { $0 == title }) else { return [] }
    return Array(lines[(start + 1)...].prefix { !$0.isEmpty && !$0.hasPrefix("q quit") })
  }

  /// What a row of this name has in a column.
  func cell(_ name: String, _ column: String) throws -> String {
    let row = try #require(rows.first { $0.hasPrefix(name + " ") }, "\(name) in \(lines)")
    let words = row.dropFirst(name.count).split(separator: " ").map(String.init)
    let index = try #require(titles.firstIndex(of: column), "\(column) in \(titles)")
    return words[index - 1]
  }
}

extension Screen {
  /// Shows these readings one after the other.
  static func of(_ readings: Reading...) -> Screen {
    var history = History()
    var screen = Screen()
    for reading in readings {
      history.add(reading)
      if let frame = history.frame { screen.show(frame) }
    }
    return screen
  }

  mutating func type(_ text: String) {
    for byte in text.utf8 { _ = press(.character(byte)) }
  }
}

extension Host {
  /// A server of 443 with 3 connections, two of them in CLOSE_WAIT; a client of 5432 with 5 of which two
  /// are left, and one refused at 9999.
  static func busy() -> Host {
    var host = Host()
    let served = (0..<3).map { _ in host.accept(at: 443) }
    host.receiveFIN(served[0])
    host.receiveFIN(served[1])
    let used = (0..<5).map { _ in host.connect(to: 5432) }
    for socket in used[2...] { host.closeFirst(socket) }
    host.refused(at: 9999)
    return host
  }
}
