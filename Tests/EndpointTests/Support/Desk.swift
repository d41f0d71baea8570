// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOEmbedded

@testable import Endpoint

/// A server without sockets, on a clock that goes when it is told to.
struct Desk {
  let loop = EmbeddedEventLoop()
  let pages = Pages()
  let counters = Counters()
  let server: Server

  init(_ change: (inout Endpoint.Limits) -> Void = { _ in }) {
    var limits = Endpoint.Limits()
    change(&limits)
    server = Server(pages, limits, counters, Mailbox(loop), on: loop)
  }

  var facts: Endpoint.Facts { counters.current }

  /// Those reasons for which something has been given up.
  var dropped: [String: UInt64] { facts.dropped.filter { $0.value > 0 } }

  func visit() throws -> Visit { try Visit(self) }

  func pass(seconds: Int64) { loop.advanceTime(by: .seconds(seconds)) }

  /// The site answers all that wait.
  func release() {
    pages.release()
    loop.run()
  }
}

/// A connection to a desk.
final class Visit {
  let channel: EmbeddedChannel
  private let loop: EmbeddedEventLoop
  private let jam = Jam()

  init(_ desk: Desk) throws {
    loop = desk.loop
    channel = EmbeddedChannel(loop: loop)
    try channel.pipeline.syncOperations.addHandler(jam)
    try desk.server.addHandlers(to: channel.pipeline.syncOperations)
    channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
  }

  deinit {
    // Not EmbeddedChannel.finish(), which cancels what others on the loop wait for.
    channel.close(promise: nil)
    loop.run()
  }

  var isOpen: Bool { channel.isActive }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    if isOpen { try channel.writeInbound(ByteBuffer(bytes: bytes)) }
    loop.run()
  }

  /// Asks for a page as a usual client does.
  func get(_ path: String) throws { try send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n") }

  /// The client will send no more, and may read on.
  func closeInput() {
    channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    loop.run()
  }

  func leave() {
    channel.close(promise: nil)
    loop.run()
  }

  /// What is written from now on is not taken.
  func stopTaking() { jam.isOn = true }

  /// What has been written since this was asked last.
  func output() throws -> String {
    var text = ""
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
      text += String(buffer: bytes)
    }
    return text
  }

  /// Of all answers since this was asked last.
  func statuses() throws -> [Int] {
    try output().split(separator: "HTTP/1.1 ").compactMap { Int($0.prefix(3)) }
  }
}

/// A client that takes nothing.
private final class Jam: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  var isOn = false
  private var promises: [EventLoopPromise<Void>] = []

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if !isOn {
      context.write(data, promise: promise)
    } else if let promise {
      promises.append(promise)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    for promise in promises { promise.fail(ChannelError.ioOnClosedChannel) }
  }
}
