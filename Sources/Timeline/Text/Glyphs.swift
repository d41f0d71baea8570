// SPDX-License-Identifier: Apache-2.0

/// The signs of the picture, which tell the states apart without colour: what points right is our FIN,
/// what points left the peer's.
struct Glyphs: Sendable {
  /// By ``Phase/Kind``.
  private let phases: [StaticString]
  /// At the end of a connection that did not end by FINs.
  let abrupt: StaticString
  /// How many there were, from few to as many as there ever were.
  let levels: [StaticString]

  static let unicode = Glyphs(
    phases: ["░", "█", "»", "«", "·", "?"], abrupt: "×",
    levels: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"])
  static let ascii = Glyphs(
    phases: [":", "=", ">", "<", "-", "?"], abrupt: "x",
    levels: ["1", "2", "3", "4", "5", "6", "7", "8", "9"])

  subscript(kind: Phase.Kind) -> StaticString { phases[Int(kind.rawValue)] }

  /// The sign for `count`, which is at least 1, where there are `most` at most.
  func level(_ count: Int, of most: Int) -> StaticString {
    let steps = max(min(levels.count, most), 1)
    let index = most <= steps ? count - 1 : (count * steps + most - 1) / most - 1
    return levels[min(max(index, 0), levels.count - 1)]
  }
}
