// SPDX-License-Identifier: Apache-2.0

/// A one-line JSON object of numbers: what the load and the floor say at their end.
public struct Line: Sendable {
  private var members: [(key: String, number: String)] = []

  public init() {}

  public mutating func add(_ key: String, _ value: Int) {
    members.append((key, String(value)))
  }

  public mutating func add(_ key: String, _ value: Double, decimals: Int) {
    members.append((key, value.fixed(decimals)))
  }

  public var text: String {
    "{" + members.map { "\"\($0.key)\":\($0.number)" }.joined(separator: ",") + "}"
  }

  /// Reads the form that `text` writes, and nothing more general.
  public init?(parsing text: some StringProtocol) {
    guard text.first == "{", text.last == "}" else { return nil }
    for member in text.dropFirst().dropLast().split(separator: ",") {
      let parts = member.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].first == "\"", parts[0].last == "\"" else { return nil }
      members.append((String(parts[0].dropFirst().dropLast()), String(parts[1])))
    }
  }

  public subscript(key: String) -> Double? {
    members.first { $0.key == key }.flatMap { Double($0.number) }
  }
}
