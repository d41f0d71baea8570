// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
public import Report

/// A chart for a terminal: a track for each process, a row for each connection, or for many.
public struct Picture: ~Copyable {
  private let chart: Chart
  private let look: Look
  let scale: Scale
  let glyphs: Glyphs
  let pen: Pen
  let layout: Widths
  var time: LocalTime

  /// How it is to look.
  public struct Look: Sendable {
    /// Columns; at least 80 are used.
    public var width: Int
    public var isColoured: Bool
    /// Whether block elements can be shown; else it is ASCII.
    public var isUnicode: Bool
    /// How many tracks there are at most, and rows in each.
    public var rows: Int

    public init(width: Int, isColoured: Bool = false, isUnicode: Bool = true, rows: Int = 20) {
      self.width = width
      self.isColoured = isColoured
      self.isUnicode = isUnicode
      self.rows = rows
    }
  }

  public init(_ chart: Chart, _ look: Look) {
    self.chart = chart
    self.look = look
    layout = Widths(width: look.width)
    scale = Scale(chart.window, columns: layout.bars)
    glyphs = look.isUnicode ? .unicode : .ascii
    pen = Pen(isColoured: look.isColoured)
    time = chart.run.time
  }

  /// The whole of it.
  public mutating func write(to text: inout Text) {
    heading(chart, to: &text)
    if chart.count > 0 {
      axis(since: chart.run.startedAt, to: &text)
      var hasMerged = false
      for track in chart.tracks(atMost: look.rows) {
        hasMerged = write(track, to: &text) || hasMerged
      }
      legend(hasMerged: hasMerged, to: &text)
    }
    notes(chart, to: &text)
  }

  /// Returns whether some of its rows stand for many.
  private func write(_ track: Track, to text: inout Text) -> Bool {
    let width = layout.width
    pen.write(.bold, to: &text) {
      $0.append(track.title(within: width, isNamed: chart.namespaces > 1))
    }
    text.append("\n")
    var hasMerged = false
    for row in Row.rows(of: track, atMost: look.rows, order: chart.order) {
      switch row {
      case .one(let bar): write(bar, to: &text)
      case .many(let bars, let key, let keys, let isRest):
        write(bars, key, keys: keys, isRest: isRest, to: &text)
        hasMerged = true
      }
    }
    return hasMerged
  }
}

/// How wide everything is: the bars get what names and ends leave.
struct Widths: Sendable {
  let width: Int
  let remote: Int
  let bars: Int

  /// `:54648`, or `+12345` for as many.
  static let first = 6
  /// `retransmit timeout`
  static let end = 18
  /// `50.4ms`
  static let lived = 6

  let hasLived: Bool

  /// Wider than any screen: then it goes to a file or a pipe, and is as wide as a page.
  private static let endless = 1000
  private static let page = 120

  init(width: Int) {
    self.width = width > Self.endless ? Self.page : max(width, 80)
    hasLived = self.width >= 100
    // `10.0.0.1:443`; then any IPv4 address; then most IPv6 ones.
    remote = self.width < 100 ? 16 : self.width < 160 ? 21 : 39
    let lived = hasLived ? Self.lived + 1 : 0
    // Local, mark, remote; and to both sides of the bars a sign for what is beyond.
    bars = self.width - (Self.first + 3 + remote) - 1 - 2 - 1 - lived - Self.end
  }

  /// Before the first sign of a row's bar.
  var label: Int { Self.first + 3 + remote }
}
