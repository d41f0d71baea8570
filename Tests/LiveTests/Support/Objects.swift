// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One end of a connection, as `--json` tells it.
struct End: Decodable, CustomStringConvertible {
  let id: Int
  let netns: UInt64?
  let family: String
  let v4Mapped: Bool
  let local: String
  let remote: String
  let open: String?
  let openResult: String?
  let error: String?
  let connectUs: Int?
  let handshakeRttUs: Int?
  let handshakeRttUnknown: String?
  let synRetrans: Int?
  let synackRetrans: Int?
  let isnLocal: UInt32?
  let isnRemote: UInt32?
  let close: String?
  let firstFin: String?
  let reset: String?
  let why: String?
  let endsIn: String?
  let via: String?
  let owner: Task?
  let closer: Task?
  let killer: Task?
  let uid: Int?
  let bytesSent: Int?
  let bytesReceived: Int?
  let retrans: Int?
  let openedUs: Int?
  let establishedUs: Int?
  let closedUs: Int?
  let states: [State]

  struct Task: Decodable {
    let pid: Int
    let comm: String
    let from: String?
    let exiting: Bool?
    let killed: Bool?
  }

  /// A name and a time, as an array of two. The time is 0 where it is not known.
  struct State: Decodable {
    let name: String
    let at: Int

    init(from decoder: any Decoder) throws {
      var pair = try decoder.unkeyedContainer()
      name = try pair.decode(String.self)
      at = try pair.decodeIfPresent(Int.self) ?? 0
    }
  }

  var localPort: UInt16 { port(of: local) }
  var remotePort: UInt16 { port(of: remote) }

  var description: String { "\(id): \(local) > \(remote) \(story)" }
}

private func port(of endpoint: String) -> UInt16 {
  endpoint.lastIndex(of: ":").flatMap { UInt16(endpoint[endpoint.index(after: $0)...]) } ?? 0
}

/// The words of an end: what a test expects of a scenario. What it leaves out is to be `null`.
struct Story: Equatable, CustomStringConvertible {
  var open: String?
  var openResult: String? = "established"
  var error: String?
  var close: String?
  var firstFin: String?
  var reset: String?
  var why: String?
  var endsIn: String? = "CLOSED"
  var via: String?
  var states: String

  var description: String {
    let words: [(String, String?)] = [
      ("open", open), ("open_result", openResult), ("error", error), ("close", close),
      ("first_fin", firstFin), ("reset", reset), ("why", why), ("ends_in", endsIn), ("via", via),
    ]
    return words.map { "\($0) \($1 ?? "null")" }.joined(separator: ", ") + ", \(states)"
  }
}

extension End {
  var story: Story {
    Story(
      open: open, openResult: openResult, error: error, close: close, firstFin: firstFin,
      reset: reset, why: why, endsIn: endsIn, via: via,
      states: states.map(\.name).joined(separator: " "))
  }
}

/// A state change, as `--transitions --json` tells it.
struct Change: Decodable {
  let id: Int
  let atUs: Int
  let from: String
  let to: String
  let netns: UInt64?
  let local: String
  let remote: String
}

/// The last line.
struct Totals: Decodable {
  let transitions: Int
  let connections: Int
  let lostTransitions: Int
  /// `nil` where it is not known.
  let lost: [String: Int?]

  var allLost: Int { lost.values.reduce(0) { $0 + ($1 ?? 0) } }
}

struct Lost: Decodable {
  let stage: String
  let count: Int
}

/// The objects of one type among lines of JSON. A line that is still being written is left out.
func objects<Object: Decodable>(
  _ type: String, in text: String, as: Object.Type
) throws -> [Object] {
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  let whole = text.lastIndex(of: "\n").map { text[...$0] } ?? ""
  return try whole.split(separator: "\n")
    .filter { $0.hasPrefix("{\"type\":\"\(type)\"") }
    .map { try decoder.decode(Object.self, from: Data($0.utf8)) }
}
