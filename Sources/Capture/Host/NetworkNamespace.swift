// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc

/// A network namespace that has a path, and so can be entered.
public struct NetworkNamespace {
  /// This process's own; 0 where it cannot be told.
  public static var home: UInt32 { inode(at: own) ?? 0 }

  /// The number that records carry.
  let inode: UInt32
  private let path: String

  /// The inode number of the namespace that a path leads to, such as `/run/netns/web`; `nil` where it
  /// leads to none.
  public static func inode(at path: String) -> UInt32? {
    var status = stat()
    guard unsafe cbpf_is_namespace(path), unsafe stat(path, &status) == 0 else { return nil }
    return UInt32(truncatingIfNeeded: status.st_ino)
  }

  /// Namespaces that `body` has not been given, as far as anybody can tell.
  public struct Unseen: Equatable, Sendable {
    /// That could not be entered.
    public var refused = 0
    /// Processes whose namespace is not told to this user, which may be one that was seen.
    public var hiddenProcesses = 0

    /// What is to be said of it, a sentence each.
    ///
    /// - Parameter what: what is not told for it.
    public func sentences(without what: String) -> [String] {
      var sentences: [String] = []
      if refused > 0 {
        sentences.append(
          "network namespaces that could not be entered, so without \(what): \(refused)")
      }
      if hiddenProcesses > 0 {
        sentences.append(
          "processes whose network namespace is hidden from this user, so without \(what): "
            + "\(hiddenProcesses)")
      }
      return sentences
    }
  }

  /// The namespaces that processes are in, and those that are mounted by a name, each once; this
  /// process's own first. One that lives by an open file or a socket alone has no path.
  ///
  /// - Parameters:
  ///   - only: one of them, by inode number; `nil` for all.
  ///   - body: returns whether it could be entered.
  static func forEach(only: UInt32?, _ body: (NetworkNamespace) -> Bool) -> Unseen {
    var seen: Set<UInt32> = []
    var unseen = Unseen()
    func take(_ path: String, _ inode: UInt32?) {
      guard let inode, seen.insert(inode).inserted, inode == only ?? inode else { return }
      if !body(NetworkNamespace(inode: inode, path: path)) { unseen.refused += 1 }
    }
    take(own, inode(at: own))
    for pid in TextFile.names(in: "/proc") where pid.utf8.allSatisfy({ (48...57).contains($0) }) {
      let path = "/proc/\(pid)/ns/net"
      let inode = linked(path)
      // Else it has ended meanwhile.
      if inode == nil, errno == EACCES || errno == EPERM { unseen.hiddenProcesses += 1 }
      take(path, inode)
    }
    for folder in ["/run/netns", "/run/docker/netns"] {
      for name in TextFile.names(in: folder) {
        take("\(folder)/\(name)", inode(at: "\(folder)/\(name)"))
      }
    }
    // Who asks for one that was found lacks nothing.
    if let only, seen.contains(only) { unseen.hiddenProcesses = 0 }
    return unseen
  }

  private static let own = "/proc/thread-self/ns/net"

  /// Runs `body` in this namespace, and comes back. Returns whether it could be entered, or has gone: what
  /// ends is in nobody's way.
  func within(_ body: () -> Void) -> Bool {
    if Self.inode(at: Self.own) == inode {
      body()
      return true
    }
    let home = unsafe open(Self.own, O_RDONLY | O_CLOEXEC)
    guard home >= 0 else { return false }
    defer { close(home) }
    // In a user namespace that has not made its network, one may enter others and not come back.
    guard cbpf_enter_network(home) == 0 else { return false }
    let target = unsafe open(path, O_RDONLY | O_CLOEXEC)
    // Of a process that has ended, and of a name that was taken away.
    guard target >= 0 else { return errno == ENOENT || errno == ESRCH }
    let result = cbpf_enter_network(target)
    close(target)
    guard result == 0 else { return false }
    body()
    precondition(cbpf_enter_network(home) == 0, "back to the namespace it came from")
    return true
  }

  /// `net:[4026531840]`: the link says it without another look.
  private static func linked(_ path: String) -> UInt32? {
    guard let text = TextFile.link(path) else { return nil }
    return UInt32(text.drop { $0 != "[" }.dropFirst().dropLast())
  }
}
