// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

/// Another process with a listener of this one, which accepts and closes when it is told to.
///
/// No shell can accept. So it is a copy of this process, which has many threads: from fork() on it
/// makes system calls and nothing else, in memory that was there before (POSIX, fork()).
final class Acceptor {
  let pid: Int
  private let channel: CInt

  enum Order: UInt8 {
    /// Whatever is accepted or taken over is held until the order to close it.
    case accept = 1
    case accept4
    /// Takes over the descriptor that comes with the order.
    case adopt
    case close
    /// Makes the socket listen, or stops it.
    case listen
    case stopListening
  }

  /// - Parameters:
  ///   - listener: a socket that listens, or is bound and can be made to.
  ///   - connection: one that it holds from the beginning.
  init(_ listener: Socket, comm: String = "acceptor", holding connection: Socket? = nil) throws {
    var ends: [CInt] = [-1, -1]
    let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    try #require(unsafe socketpair(AF_UNIX, type, 0, &ends) == 0)
    channel = ends[0]
    // Not known to Swift: fork(), for good reason, and accept4(), which is Linux's.
    let fork = try unsafe unsafeBitCast(
      #require(dlsym(nil, "fork")), to: (@convention(c) () -> pid_t).self)
    let accept4 = try unsafe unsafeBitCast(#require(dlsym(nil, "accept4")), to: Accept4.self)
    let name = try unsafe #require(strdup(comm))
    defer { unsafe free(name) }
    let inbox = Inbox()
    let (other, socket, held) = (ends[1], listener.descriptor, connection?.descriptor ?? -1)
    let child = fork()
    if child == 0 {
      unsafe Self.rename(name, Int(strlen(name)))
      Self.serve(other, socket, held, inbox, accept4)
    }
    Glibc.close(other)
    pid = Int(child)
    try #require(child > 0)
  }

  deinit {
    kill(pid_t(pid), SIGKILL)
    _ = waitpid(pid_t(pid), nil, 0)
    Glibc.close(channel)
  }

  /// Gives an order, and waits until it has been obeyed.
  func obey(_ order: Order, with socket: Socket? = nil) throws {
    let outbox = Inbox()
    unsafe outbox.bytes.storeBytes(of: order.rawValue, as: UInt8.self)
    if let socket {
      // `struct cmsghdr`, and behind it the descriptor.
      unsafe outbox.control.storeBytes(of: 20, as: Int.self)
      unsafe outbox.control.storeBytes(of: SOL_SOCKET, toByteOffset: 8, as: CInt.self)
      unsafe outbox.control.storeBytes(of: 1, toByteOffset: 12, as: CInt.self)  // SCM_RIGHTS
      unsafe outbox.control.storeBytes(of: socket.descriptor, toByteOffset: 16, as: CInt.self)
    } else {
      unsafe outbox.message.pointee.msg_controllen = 0
    }
    try #require(unsafe sendmsg(channel, outbox.message, CInt(MSG_NOSIGNAL)) == 1)
    var answer: UInt8 = 0
    let count = unsafe recv(channel, &answer, 1, 0)
    try #require(count == 1 && answer == 1, "the acceptor, told to \(order)")
  }

  /// `accept4(descriptor, address, length, flags)`.
  private typealias Accept4 = @convention(c) (CInt, UInt, UInt, CInt) -> CInt

  private static func rename(_ name: UnsafeMutablePointer<CChar>, _ length: Int) {
    let file = unsafe open("/proc/self/comm", O_WRONLY)
    unsafe _ = write(file, name, length)
    Glibc.close(file)
  }

  /// All that the copy does.
  private static func serve(
    _ channel: CInt, _ listener: CInt, _ connection: CInt, _ inbox: Inbox, _ accept4: Accept4
  ) -> Never {
    // What else was open here at the moment of the copy must not be held by it.
    var descriptor: CInt = 3
    while descriptor < 1024 {
      if descriptor != channel, descriptor != listener, descriptor != connection {
        Glibc.close(descriptor)
      }
      descriptor += 1
    }
    var held = connection
    while unsafe recvmsg(channel, inbox.message, 0) == 1 {
      let order = unsafe inbox.bytes.load(as: UInt8.self)
      var result: CInt = 0
      if order == Order.accept.rawValue { held = Glibc.accept(listener, nil, nil) }
      if order == Order.accept4.rawValue { held = accept4(listener, 0, 0, 0) }
      if order == Order.adopt.rawValue {
        held = unsafe inbox.control.load(fromByteOffset: 16, as: CInt.self)
      }
      if order == Order.close.rawValue { result = Glibc.close(held) }
      if order == Order.listen.rawValue { result = Glibc.listen(listener, 8) }
      if order == Order.stopListening.rawValue { result = Glibc.close(listener) }
      if order <= Order.adopt.rawValue { result = min(held, 0) }
      unsafe inbox.bytes.storeBytes(of: result == 0 ? 1 : 0, as: UInt8.self)
      unsafe _ = write(channel, inbox.bytes, 1)
      unsafe inbox.message.pointee.msg_controllen = Inbox.controlSize
    }
    _exit(0)
  }
}

/// Memory for one byte with a descriptor, sent or received; never freed in a copy of this process.
@safe
private final class Inbox {
  let bytes = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
  let control = UnsafeMutableRawPointer.allocate(byteCount: Inbox.controlSize, alignment: 8)
  let message = UnsafeMutablePointer<msghdr>.allocate(capacity: 1)
  private let vector = UnsafeMutablePointer<iovec>.allocate(capacity: 1)
  static let controlSize = 24

  init() {
    unsafe control.initializeMemory(as: UInt8.self, repeating: 0, count: Self.controlSize)
    unsafe vector.initialize(to: iovec(iov_base: bytes, iov_len: 1))
    unsafe message.initialize(to: msghdr())
    unsafe message.pointee.msg_iov = vector
    unsafe message.pointee.msg_iovlen = 1
    unsafe message.pointee.msg_control = control
    unsafe message.pointee.msg_controllen = Self.controlSize
  }

  deinit {
    unsafe bytes.deallocate()
    unsafe control.deallocate()
    unsafe message.deallocate()
    unsafe vector.deallocate()
  }
}
