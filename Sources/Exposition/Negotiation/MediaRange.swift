// SPDX-License-Identifier: Apache-2.0

/// One of the media ranges of an Accept field (RFC 9110 §12.5.1): what is taken, and how gladly.
struct MediaRange {
  private let type: Substring
  private let subtype: Substring
  private let version: Substring?
  /// In thousandths; 0 for what is not taken.
  let weight: Int

  /// `nil` for what is none: nothing is known of what its sender takes.
  init?(_ text: Substring) {
    let parts = text.split(at: ";")
    let types = (parts.first ?? "").split(at: "/")
    guard types.count == 2, types.allSatisfy(\.isToken) else { return nil }
    (type, subtype) = (types[0], types[1])
    var (version, weight): (Substring?, Int?) = (nil, 1000)
    for parameter in parts.dropFirst() {
      let sides = parameter.split(at: "=")
      guard sides.count == 2 else { continue }
      switch sides[0].lowercased() {
      case "version": version = sides[1].unquoted
      case "q": weight = sides[1].weight
      // What else may be asked for, such as a charset or how names are escaped, changes no byte of ours.
      default: break
      }
    }
    guard let weight else { return nil }
    (self.version, self.weight) = (version, weight)
  }

  /// How exactly it means this type, the most exact being 3; `nil` where it does not.
  func precision(for offer: (type: String, subtype: String, versions: [String])) -> Int? {
    if type == "*" { return subtype == "*" ? 0 : nil }
    guard type.lowercased() == offer.type else { return nil }
    if subtype == "*" { return 1 }
    guard subtype.lowercased() == offer.subtype else { return nil }
    guard let version else { return 2 }
    return offer.versions.contains(String(version)) ? 3 : nil
  }
}

extension Substring {
  /// The parts between separators that are in no quotes, without the space around them.
  func split(at separator: Character) -> [Substring] {
    var (parts, start): ([Substring], Index) = ([], startIndex)
    var (isQuoted, isEscaped) = (false, false)
    for index in indices {
      switch self[index] {
      case _ where isEscaped: isEscaped = false
      case "\\": isEscaped = isQuoted
      case "\"": isQuoted.toggle()
      case separator where !isQuoted:
        parts.append(self[start..<index].trimmed)
        start = self.index(after: index)
      default: break
      }
    }
    return parts + [self[start...].trimmed]
  }

  private var trimmed: Substring {
    func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
    guard let end = lastIndex(where: { !isSpace($0) }) else { return "" }
    return self[...end].drop(while: isSpace)
  }

  /// RFC 9110 §5.6.2, as far as it matters.
  fileprivate var isToken: Bool {
    !isEmpty && utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\"") }
  }

  fileprivate var unquoted: Substring {
    count >= 2 && first == "\"" && last == "\"" ? dropFirst().dropLast() : self
  }

  /// A qvalue in thousandths (RFC 9110 §12.4.2): 0 to 1 with three decimals at most.
  fileprivate var weight: Int? {
    let sides = split(separator: ".", omittingEmptySubsequences: false)
    guard sides.count <= 2, sides[0] == "0" || sides[0] == "1" else { return nil }
    let decimals = sides.count == 2 ? sides[1] : ""
    guard decimals.utf8.count <= 3, decimals.utf8.allSatisfy({ (48...57).contains($0) }) else {
      return nil
    }
    let padded = decimals + String(repeating: "0", count: 3 - decimals.count)
    guard let thousandths = Int(padded) else { return nil }
    let weight = (sides[0] == "1" ? 1000 : 0) + thousandths
    return weight <= 1000 ? weight : nil
  }
}
