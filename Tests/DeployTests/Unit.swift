// SPDX-License-Identifier: Apache-2.0

/// A systemd unit file, or a drop-in.
struct Unit {
  static let service = "deploy/systemd/synfin.service"
  static let dropIn = "deploy/systemd/other-namespaces.conf"

  private let lines: [(name: Substring, value: Substring)]

  init(_ path: String) throws {
    lines = try Project.text(path).split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "=", maxSplits: 1)
      return line.hasPrefix("#") || parts.count < 2 ? nil : (parts[0], parts[1])
    }
  }

  /// The words of all lines of this name.
  func words(_ name: String) -> [String] {
    lines.filter { $0.name == name }.flatMap { $0.value.split(separator: " ") }.map(String.init)
  }
}
