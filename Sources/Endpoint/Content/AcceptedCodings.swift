// SPDX-License-Identifier: Apache-2.0

/// How a client takes a body, by its `Accept-Encoding` fields (RFC 9110 §12.5.3).
struct AcceptedCodings: Equatable {
  /// Compressed, and it would not rather have it plain.
  var gzip: Bool
  /// As it is: so by default.
  var identity: Bool

  /// Total: an item that cannot be read is as if it were not there.
  init(_ fields: [String]) {
    var weights: [String: Int] = [:]
    for field in fields {
      for item in field.utf8.split(separator: UInt8(ascii: ",")) {
        guard let (name, weight) = Self.read(item) else { continue }
        weights[name] = max(weights[name] ?? 0, weight)
      }
    }
    let others = weights["*"]
    // x-gzip is another name for it (RFC 9110 §8.4.1.3).
    let gzip = weights["gzip"] ?? weights["x-gzip"] ?? others ?? 0
    // Without a word about it, it is taken, but after what is asked for.
    let identity = weights["identity"] ?? (others == 0 ? 0 : nil)
    self.gzip = gzip > 0 && gzip >= identity ?? 0
    self.identity = identity != 0
  }

  /// `name` or `name;q=0.5`, as a name in small letters and a weight in thousandths.
  private static func read(_ item: Substring.UTF8View) -> (name: String, weight: Int)? {
    let parts = item.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    guard let first = parts.first, let name = word(first), !name.isEmpty else { return nil }
    guard parts.count > 1 else { return (name, 1000) }
    guard parts.count == 2, let parameter = word(parts[1]), parameter.hasPrefix("q="),
      let weight = weight(parameter.utf8.dropFirst(2))
    else { return nil }
    return (name, weight)
  }

  /// Without the blanks around it, in small letters.
  private static func word(_ text: Substring.UTF8View) -> String? {
    let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    guard let first = text.firstIndex(where: { !isBlank($0) }),
      let last = text.lastIndex(where: { !isBlank($0) })
    else { return nil }
    return String(Substring(text[first...last])).lowercased()
  }

  /// RFC 9110 §12.4.2: 0 to 1, with at most three digits behind the point.
  private static func weight(_ text: Substring.UTF8View) -> Int? {
    guard let whole = text.first, whole == UInt8(ascii: "0") || whole == UInt8(ascii: "1") else {
      return nil
    }
    var weight = whole == UInt8(ascii: "1") ? 1000 : 0
    let rest = text.dropFirst()
    if rest.isEmpty { return weight }
    guard rest.first == UInt8(ascii: "."), rest.count <= 4 else { return nil }
    var place = 100
    for digit in rest.dropFirst() {
      guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit else { return nil }
      weight += Int(digit - UInt8(ascii: "0")) * place
      place /= 10
    }
    return weight <= 1000 ? weight : nil
  }
}
