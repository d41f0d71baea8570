// SPDX-License-Identifier: Apache-2.0
public import Report

/// A chart as one HTML file that needs nothing but a browser. What it looks like and how it is used is
/// in `page/`; here its recording is written into it.
///
/// Names come from the host, and anybody can be called anything there: a recording has no `<` in it, so
/// that nothing in it ends its element, and the page's policy lets no other script run.
public struct HTMLPage {
  private let chart: Chart
  private let about: About
  private let cgroupPath: (UInt64) -> String?

  /// What a recording is of, besides its connections.
  public struct About: Sendable {
    /// The host's name and its kernel's release; `nil` where they are not known.
    public var host: String?
    public var kernel: String?
    /// The network namespace that needs no name; 0 where it is not known.
    public var homeNetns: UInt32
    /// What was asked for, where that is not everything.
    public var filter: String?

    public init(
      host: String? = nil, kernel: String? = nil, homeNetns: UInt32 = 0,
      filter: String? = nil
    ) {
      self.host = host
      self.kernel = kernel
      self.homeNetns = homeNetns
      self.filter = filter
    }
  }

  /// - Parameter cgroupPath: where a cgroup v2 id is, if that is known.
  public init(
    _ chart: Chart, about: About = About(),
    cgroupPath: @escaping (UInt64) -> String? = { _ in nil }
  ) {
    self.chart = chart
    self.about = about
    self.cgroupPath = cgroupPath
  }

  public func write(into text: inout Text) {
    var recording = Text()
    recording.recording(chart, about, cgroupPath)
    let content = recording.bytes
    let nonce = Self.nonce(content)
    for part in PageTemplate.parts {
      switch part {
      case .text(let bytes): text.append(bytes: bytes)
      case .nonce: text.append(nonce)
      case .style: text.append(bytes: PageTemplate.style)
      case .script: text.append(bytes: PageTemplate.script)
      case .recording: text.append(withoutTags: content)
      }
    }
  }

  /// What lets the page's own script and style run: the same for the same recording, so that a replay
  /// writes the same bytes, and not to be known by whoever names a process, for all times are in it.
  private static func nonce(_ content: [UInt8]) -> String {
    var (first, second): (UInt64, UInt64) = (0xcbf2_9ce4_8422_2325, 0x9e37_79b9_7f4a_7c15)
    for byte in content {
      // FNV-1a, from two beginnings.
      first = (first ^ UInt64(byte)) &* 0x100_0000_01b3
      second = (second ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    return [first, second].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}

extension Text {
  /// JSON has `<` in strings only, where it may be escaped (RFC 8259 §7).
  fileprivate mutating func append(withoutTags json: [UInt8]) {
    for byte in json {
      if byte == UInt8(ascii: "<") { append("\\u003c") } else { append(byte: byte) }
    }
  }
}
