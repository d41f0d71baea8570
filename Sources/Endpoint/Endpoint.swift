// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A small HTTP/1.1 server for a few pages, for whoever can reach its address: all that a client may cost is
/// bounded (``Limits``), and what is given up is counted (``Facts``).
///
/// It has one thread of its own, which takes no signals.
public final class Endpoint: Sendable {
  public let address: Address
  private let counters: Counters
  private let mailbox: Mailbox
  private let group: MultiThreadedEventLoopGroup
  private let server: NIOLoopBound<Server>
  private let listening: any Channel
  private let isStopped = Mutex(false)

  /// Serves a socket, which is the server's from now on.
  ///
  /// - Parameter lost: called on the server's thread where the system has taken the socket away: nobody new
  ///   will be answered.
  public static func serve(
    _ socket: ListeningSocket, _ site: any Site, limits: Limits = Limits(),
    lost: @escaping @Sendable () -> Void = {}
  ) throws -> Endpoint {
    let group = Signals.blocked { MultiThreadedEventLoopGroup(numberOfThreads: 1) }
    do {
      return try Endpoint(socket, site, limits, lost, on: group)
    } catch {
      try? group.syncShutdownGracefully()
      throw error
    }
  }

  private init(
    _ socket: ListeningSocket, _ site: any Site, _ limits: Limits,
    _ lost: @escaping @Sendable () -> Void, on group: MultiThreadedEventLoopGroup
  ) throws {
    self.group = group
    address = socket.address
    let loop = group.next()
    let counters = Counters()
    let mailbox = Mailbox(loop)
    let server = try loop.submit {
      NIOLoopBound(Server(site, limits, counters, mailbox, on: loop), eventLoop: loop)
    }.wait()
    self.counters = counters
    self.mailbox = mailbox
    self.server = server
    listening = try Self.bootstrap(group, server).withBoundSocket(
      socket.take(sendBuffer: limits.sendBuffer)
    ).wait()
    listening.closeFuture.whenComplete { _ in
      if !server.value.isStopping { lost() }
    }
  }

  /// What it has answered, and what it gave up. From any thread.
  public func facts() -> Facts { counters.current }

  /// Accepts nobody any more, and waits for the answers in flight, for a second at most (``Limits/stopTime``).
  /// From any thread but the server's.
  public func stop() {
    let isFirst = isStopped.withLock { isStopped in
      defer { isStopped = true }
      return !isStopped
    }
    guard isFirst else { return }
    let end = listening.eventLoop.flatSubmit { [server, listening] in
      server.value.stop(listening)
    }
    try? end.wait()
    mailbox.close()
    try? group.syncShutdownGracefully()
  }

  private static func bootstrap(
    _ group: MultiThreadedEventLoopGroup, _ server: NIOLoopBound<Server>
  ) -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(acceptHandler(server.value))
        }
      }
      // One small piece at a time, where a request is expected: what a client may fill.
      .childChannelOption(.autoRead, value: false)
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(
        .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.readAtOnce)
      )
      // Who has asked, and closes its half, is answered.
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try server.value.addHandlers(to: channel.pipeline.syncOperations)
        }
      }
  }

  /// In bytes; a usual request is one piece.
  private static let readAtOnce = 2048

  /// Where accept() fails for want of a descriptor, the connection stays in the queue and the socket readable: to
  /// try again at once would be to do nothing else.
  private static func acceptHandler(_ server: Server) -> AcceptBackoffHandler {
    AcceptBackoffHandler(shouldForwardIOErrorCaught: false) { error in
      switch error.errnoCode {
      case EMFILE, ENFILE, ENOBUFS, ENOMEM:
        server.makeRoom()
        return .milliseconds(100)
      // A client that has gone while it waited says nothing of the next.
      default: return nil
      }
    }
  }
}
