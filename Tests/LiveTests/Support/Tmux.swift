// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A terminal that a test looks at and types into: a window of a tmux server of its own.
final class Tmux {
  private let folder: URL
  private var socket: String { folder.appending(path: "socket").path }
  /// Where `init(synfin:)` has its command leave its pid.
  private var pidPath: String { folder.appending(path: "pid").path }

  static let isThere: Bool = {
    if ProcessInfo.processInfo.environment["SYNFIN_REQUIRE_LIVE"] == "1" { return true }
    return (try? Child.run("tmux", "-V"))?.status == 0
  }()

  /// - Parameter command: what runs in the window.
  init(width: Int = 80, height: Int = 24, _ command: (_ pidPath: String) -> [String]) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "synfin-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    let size = ["-x", "\(width)", "-y", "\(height)"]
    try tmux(["-f", "/dev/null", "new-session", "-d"] + size + command(pidPath))
    // A size of its own, whoever looks.
    try tmux(["set-option", "-g", "window-size", "manual"])
  }

  /// Runs synfin from a shell that says before and after it how the terminal is, and then waits.
  convenience init(
    width: Int = 80, height: Int = 24, environment: String = "", synfin arguments: String...
  ) throws {
    let script = """
      trap : INT; ulimit -c 0; echo BEFORE; stty -g
      env \(environment) sh -c 'echo $$ > "$0"; exec "$@"' "$0" "$@"
      echo "STATUS $?"; stty -g; echo AFTER; exec sleep 600
      """
    try self.init(width: width, height: height) {
      ["sh", "-c", script, $0, Product.path] + arguments
    }
  }

  deinit {
    // A window that has ended has taken its server with it.
    _ = try? run(["kill-server"])
    try? FileManager.default.removeItem(at: folder)
  }

  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    let end = try run(arguments)
    try #require(end.status == 0, "tmux \(arguments): \(end.stderr)")
    return end.stdout
  }

  private func run(_ arguments: [String]) throws -> Child.End {
    // Whatever the tests are run from, this is a terminal of its own.
    let plain = ["env", "-u", "TMUX", "-u", "NO_COLOR", "tmux", "-S", socket]
    return try Child(plain + arguments).wait()
  }

  /// Of the command that `init(synfin:)` has started.
  func pid() throws -> pid_t {
    var found: pid_t?
    try waitUntil("a pid") {
      let text = try? String(contentsOfFile: pidPath, encoding: .utf8)
      found = text.flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
      return found != nil
    }
    return try #require(found)
  }

  /// What can be seen now.
  func lines() throws -> [String] {
    try tmux(["capture-pane", "-p"]).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  func type(_ keys: String...) throws { try tmux(["send-keys"] + keys) }

  func resize(_ width: Int, _ height: Int) throws {
    try tmux(["resize-window", "-x", "\(width)", "-y", "\(height)"])
  }

  /// Whether the other screen is shown, and whether there is a cursor.
  func state() throws -> (isAlternate: Bool, hasCursor: Bool) {
    let flags = try tmux(["display-message", "-p", "#{alternate_on} #{cursor_flag}"])
      .split(whereSeparator: \.isWhitespace)
    return (flags.first == "1", flags.last == "1")
  }

  /// Waits until a line can be seen for which this holds, and gives it.
  @discardableResult
  func line(_ what: String, where fits: (String) -> Bool) throws -> String {
    var seen: [String] = []
    var found: String?
    do {
      try waitUntil(what) {
        seen = try lines()
        found = seen.first(where: fits)
        return found != nil
      }
    } catch is NotInTime {
      throw NotInTime(description: "never seen: \(what) in\n\(seen.joined(separator: "\n"))")
    }
    return try #require(found)
  }

  @discardableResult
  func line(beginning prefix: String) throws -> String {
    try line(prefix) { $0.hasPrefix(prefix) }
  }

  /// Waits for the end of the command, and expects the terminal to be as it was.
  ///
  /// - Returns: its exit status, and what it has left on the screen.
  @discardableResult
  func expectRestored() throws -> (status: Int, left: [String]) {
    try line(beginning: "AFTER")
    let all = try lines()
    let state = try state()
    #expect(!state.isAlternate && state.hasCursor)
    let before = try #require(all.firstIndex(of: "BEFORE"), "\(all)")
    let after = try #require(all.firstIndex { $0.hasPrefix("STATUS ") }, "\(all)")
    #expect(all[before + 1] == all[after + 1], "the terminal's settings")
    #expect(all[before + 1].contains(":"))
    let status = try #require(Int(all[after].dropFirst("STATUS ".count)))
    return (status, Array(all[(before + 2)..<after]))
  }
}
