// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Report
import Testing

/// One line of JSON, parsed by somebody else's parser.
struct JSONObject {
  let raw: String
  let members: [String: Any]

  /// Parses a line. It is one, with its end, and there is nothing else.
  init(_ text: String) throws {
    #expect(text.hasSuffix("}\n"))
    #expect(text.utf8.count { $0 == UInt8(ascii: "\n") } == 1)
    raw = text
    let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8))
    members = try #require(parsed as? [String: Any])
  }

  /// What `body` writes. Time is that of the records.
  static func line(_ body: (inout JSONLines) -> Void) throws -> JSONObject {
    var lines = JSONLines(time: LocalTime(offsetToEpoch: 0))
    body(&lines)
    let bytes = lines.text.bytes
    return try JSONObject(String(decoding: bytes, as: UTF8.self))
  }

  /// The outermost keys, in the order in which they stand in the text.
  var keys: [String] {
    var (keys, depth, string): ([String], Int, String?) = ([], 0, nil)
    var last = ""
    var isEscaped = false
    for character in raw {
      if let content = string {
        if character == "\"" && !isEscaped {
          (last, string) = (content, nil)
        } else {
          isEscaped = character == "\\" && !isEscaped
          string = content + String(character)
        }
        continue
      }
      switch character {
      case "\"": string = ""
      case "{", "[": depth += 1
      case "}", "]": depth -= 1
      case ":" where depth == 1: keys.append(last)
      default: break
      }
    }
    return keys
  }

  /// The keys of the members that are `null`, sorted.
  var nulls: [String] { members.filter { $0.value is NSNull }.keys.sorted() }

  func string(_ key: String) -> String? { members[key] as? String }
  func number(_ key: String) -> UInt64? { (members[key] as? NSNumber)?.uint64Value }
  func object(_ key: String) -> [String: Any]? { members[key] as? [String: Any] }

  /// Each state with its time, as `SYN_SENT 5001000`.
  var states: [String] {
    let pairs = members["states"] as? [[Any]] ?? []
    return pairs.map { pair in pair.map { "\($0)" }.joined(separator: " ") }
  }
}
