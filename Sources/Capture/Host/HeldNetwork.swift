// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc

/// A network namespace that is kept by a descriptor. One that was made so has no name and no process: it goes
/// with this process, however that ends.
public final class HeldNetwork: Sendable {
  private let descriptor: CInt
  /// The number that records carry.
  public let inode: UInt32

  /// Makes one with nothing in it but a loopback that is down.
  public convenience init() throws(SystemError) {
    let home = try Self.current()
    defer { close(home) }
    // Whoever made a user namespace, and not its network, may enter others and not come back.
    try Self.enter(home, "entering one's own network namespace")
    let failure = cbpf_new_network()
    if failure != 0 { throw SystemError("making a network namespace", -failure) }
    let made = Result { () throws(SystemError) in try Self.current() }
    precondition(cbpf_enter_network(home) == 0, "back to the namespace it came from")
    self.init(try made.get())
  }

  /// One that is there, by a path that leads to it.
  public convenience init(at path: String) throws(SystemError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw SystemError.last("opening \(path)") }
    self.init(descriptor)
  }

  private init(_ descriptor: CInt) {
    self.descriptor = descriptor
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
