// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc

/// What a classic tracepoint's record is on the running kernel: its fields by name, as tracefs says in
/// `events/…/format`.
struct TracepointFormat: Equatable {
  struct Place: Equatable {
    var offset: Int
    var size: Int
  }

  private(set) var fields: [String: Place] = [:]

  init(fields: [String: Place]) { self.fields = fields }

  /// Of lines such as `field:__u8 saddr[4];  offset:32;  size:4;  signed:0;`.
  init(_ text: String) {
    for line in text.split(separator: "\n") {
      var values: [Substring: Substring] = [:]
      for part in line.split(separator: ";") {
        let part = part.drop { $0 == "\t" || $0 == " " }
        guard let colon = part.firstIndex(of: ":") else { continue }
        values[part[..<colon]] = part[colon...].dropFirst()
      }
      guard let declaration = values["field"], let offset = values["offset"].flatMap({ Int($0) }),
        let size = values["size"].flatMap({ Int($0) }),
        // The last word, without an array's length.
        let name = declaration.split(whereSeparator: { $0 == " " || $0 == "*" }).last
      else { continue }
      fields[String(name.prefix { $0 != "[" })] = Place(offset: offset, size: size)
    }
  }

  /// The running kernel's; an errno where it has no such tracepoint, or tracefs cannot be reached.
  static func read(_ event: String) -> Result<TracepointFormat, SystemError> {
    var bytes = [CChar](repeating: 0, count: 16_384)
    let length = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.map {
        unsafe cbpf_read_tracepoint(event, "format", $0, buffer.count)
      } ?? 0
    }
    if length < 0 {
      return .failure(SystemError("reading the format of \(event)", CInt(-length)))
    }
    let text = String(
      decoding: bytes.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return .success(TracepointFormat(text))
  }

  /// The first of these fields that is elsewhere, or of another size, or not there; `nil` where all are as
  /// they should be.
  func difference(from expected: [(name: String, place: Place)]) -> String? {
    for (name, place) in expected where fields[name] != place {
      guard let found = fields[name] else { return "has no \(name)" }
      return "has \(name) at \(found.offset) of \(found.size) bytes, not at \(place.offset) of "
        + "\(place.size)"
    }
    return nil
  }
}
