// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A network namespace that a mount keeps, as `ip netns` makes it: no process is in it.
final class NamedNamespace {
  let name = "synfin-\(UUID().uuidString.prefix(8))"
  let inode: UInt64
  private var isThere = true

  private static let folder = "/run/netns"
  /// Before the first of them: `ip netns` mounts the folder of its names, and leaves it so.
  private static let hadFolder = FileManager.default.fileExists(atPath: folder)

  init() throws {
    _ = Self.hadFolder
    for command in ["ip netns add \(name)", "ip -n \(name) link set lo up"] {
      let end = try Child(command.split(separator: " ").map(String.init)).wait()
      try #require(end.status == 0, "\(end.stderr)")
    }
    inode = try Namespace.inside("\(Self.folder)/\(name)") { Namespace.inode }
  }

  deinit {
    try? delete()
    guard !Self.hadFolder else { return }
    // While there is another, it is busy, and stays.
    _ = try? Child.run("umount", Self.folder)
    unsafe _ = rmdir(Self.folder)
  }

  var path: String { "\(Self.folder)/\(name)" }

  /// Runs `body` on this thread inside.
  func within<Result>(_ body: () throws -> Result) throws -> Result {
    try Namespace.inside(path, body)
  }

  /// Takes the name away; with it goes the namespace, if nothing else keeps it.
  func delete() throws {
    guard isThere else { return }
    isThere = false
    let end = try Child.run("ip", "netns", "del", name)
    try #require(end.status == 0, "\(end.stderr)")
  }
}
