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
    let nonce = Nonce.of(content)
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
}

extension Text {
  /// JSON has `<` in strings only, where it may be escaped (RFC 8259 §7).
  fileprivate mutating func append(withoutTags json: [UInt8]) {
    for byte in json {
      if byte == UInt8(ascii: "<") { append("\\u003c") } else { append(byte: byte) }
    }
  }
}
