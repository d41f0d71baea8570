// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc

/// A network namespace of one's own, kept by a descriptor alone: no name and no process, so that it goes
/// with this process however that ends.
public final class OwnNetwork: Sendable {
  private let descriptor: CInt
  /// The number that records carry.
  public let inode: UInt32

  /// Makes one with nothing in it but a loopback that is down.
  public init() throws(SystemError) {
    let home = try Self.current()
    defer { close(home) }
    // Whoever made a user namespace, and not its network, may enter others and not come back.
    try Self.enter(home, "entering one's own network namespace")
    let made = cbpf_new_network()
    if made != 0 { throw SystemError("making a network namespace", -made) }
    let result = Result { () throws(SystemError) in try Self.current() }
    precondition(cbpf_enter_network(home) == 0, "back to the namespace it came from")
    descriptor = try result.get()
    inode = NetworkNamespace.inode(at: "/proc/self/fd/\(descriptor)") ?? 0
  }

  deinit { close(descriptor) }

  /// Runs `body` on this thread inside: what it opens and starts belongs there.
  public func within<Result>(_ body: () throws -> Result) throws -> Result {
    let home = try Self.current()
    defer { close(home) }
    try Self.enter(descriptor, "entering a network namespace")
    defer {
      // What went on elsewhere than it thinks would make traffic where nobody asked for it.
      precondition(cbpf_enter_network(home) == 0, "back to the namespace it came from")
    }
    return try body()
  }

  private static func current() throws(SystemError) -> CInt {
    let descriptor = unsafe open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw SystemError.last("opening a network namespace") }
    return descriptor
  }

  private static func enter(_ descriptor: CInt, _ doing: String) throws(SystemError) {
    let result = cbpf_enter_network(descriptor)
    if result != 0 { throw SystemError(doing, -result) }
  }
}
