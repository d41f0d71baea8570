// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOEmbedded

@testable import Endpoint

/// A connection, and what its client can say of what it got.
final class Client {
  let channel: EmbeddedChannel
  let jam = Jam()
  private let loop: EmbeddedEventLoop

  init(of server: Server, on loop: EmbeddedEventLoop) {
    self.loop = loop
    channel = EmbeddedChannel(loop: loop)
    do {
      try channel.pipeline.syncOperations.addHandler(jam)
      try server.addHandlers(to: channel.pipeline.syncOperations)
      channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    } catch {
      fatalError("\(error)")
    }
  }

  deinit {
    // Not EmbeddedChannel.finish(), which cancels what others on the loop wait for.
    channel.close(promise: nil)
    loop.run()
  }

  func send(_ bytes: ArraySlice<UInt8>) {
    guard channel.isActive else { return }
    do {
      try channel.writeInbound(ByteBuffer(bytes: bytes))
    } catch {
      fatalError("an error nobody takes: \(error)")
    }
  }

  func closeInput() {
    guard channel.isActive else { return }
    channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
  }

  /// Whether all that came is whole answers, and nothing behind a last one.
  func check() {
    var output = ByteBuffer()
    while var bytes = try? channel.readOutbound(as: ByteBuffer.self) { output.writeBuffer(&bytes) }
    var rest = Array(output.readableBytesView)[...]
    var isLast = false
    while !rest.isEmpty {
      guard !isLast else { fatalError("an answer after the last") }
      guard rest.starts(with: Array("HTTP/1.1 ".utf8)),
        let blank = rest.firstRange(of: Array("\r\n\r\n".utf8))
      else { fatalError("no head") }
      let head = String(decoding: rest[..<blank.lowerBound], as: UTF8.self)
      isLast = head.contains("\r\nconnection: close")
      rest = rest[blank.upperBound...]
      // That of a HEAD has none: then the next answer or the end is where it would be.
      let length = head.split(separator: "\r\n").compactMap { field in
        field.hasPrefix("content-length: ") ? Int(field.dropFirst(16)) : nil
      }
      guard length.count == 1 else { fatalError("no length") }
      if !rest.starts(with: Array("HTTP/1.1 ".utf8)) { rest = rest.dropFirst(length[0]) }
    }
  }
}

/// A client that takes nothing for a while.
final class Jam: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  var isOn = false
  private var waiting: [(NIOAny, EventLoopPromise<Void>?)] = []
  private var context: ChannelHandlerContext?

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if isOn { waiting.append((data, promise)) } else { context.write(data, promise: promise) }
  }

  func release() {
    isOn = false
    let waiting = waiting
    self.waiting = []
    for (data, promise) in waiting { context?.write(data, promise: promise) }
    context?.flush()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    for (_, promise) in waiting { promise?.fail(ChannelError.ioOnClosedChannel) }
    waiting = []
    self.context = nil
  }
}
