// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Report
import Testing
import Timeline

/// A page as it was written, and what is in it.
struct Written {
  let html: String
  /// Its recording, parsed by somebody else's parser.
  let recording: [String: Any]

  init(_ chart: Chart, about: HTMLPage.About = .init(), cgroupPath: String? = nil) throws {
    var text = Text()
    HTMLPage(chart, about: about, cgroupPath: { _ in cgroupPath }).write(into: &text)
    html = String(decoding: text.bytes, as: UTF8.self)
    let begin = try #require(
      html.firstRange(of: "<script id=\"recording\" type=\"application/json\">"))
    let rest = html[begin.upperBound...]
    let end = try #require(rest.firstRange(of: "</script>"))
    let json = try JSONSerialization.jsonObject(with: Data(rest[..<end.lowerBound].utf8))
    recording = try #require(json as? [String: Any])
  }

  func numbers(_ key: String) -> [UInt64] {
    var (numbers, value, shift): ([UInt64], UInt64, UInt64) = ([], 0, 0)
    for byte in Data(base64Encoded: recording[key] as? String ?? "") ?? Data() {
      value |= UInt64(byte & 127) << shift
      shift += 7
      if byte < 128 {
        numbers.append(value)
        (value, shift) = (0, 0)
      }
    }
    return numbers
  }
}

extension Chart {
  var bars: [Bar] { tracks.flatMap { $0.groups.flatMap(\.bars) } }

  /// Every connection, and every end of a TIME_WAIT, as `trace --json` tells it.
  var lines: [String] {
    var lines = JSONLines(time: run.time)
    for bar in bars {
      lines.connection(bar.end)
      if let wait = bar.timeWait { lines.timeWait(wait) }
    }
    return String(decoding: lines.text.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
