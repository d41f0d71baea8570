// SPDX-License-Identifier: Apache-2.0

/// How to run a command as somebody who is not root, with these capabilities and no way to others.
enum LeastRights {
  /// What tracing takes.
  static let tracing = ["bpf", "perfmon"]

  static func command(_ capabilities: [String], _ command: [String]) -> [String] {
    let set = capabilities.reduce("-all") { "\($0),+\($1)" }
    return [
      "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs",
      "--inh-caps=\(set)", "--ambient-caps=\(set)", "--bounding-set=\(set)",
    ] + command
  }
}
