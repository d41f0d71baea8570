// SPDX-License-Identifier: Apache-2.0
internal import NIOCore

/// Before the parser: gives it one request at a time, reads from the client only what that takes, and counts
/// what the parser does not, blanks and empty lines included.
final class Intake: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let connection: Connection
  private var context: ChannelHandlerContext?
  private var cutter = HeadCutter()
  private var held = ByteBuffer()
  private var isFeeding = false

  init(_ connection: Connection) { self.connection = connection }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    // Nothing is read while a client is answered; but where it has closed its half, NIO reads what is left.
    if held.readableBytes + bytes.readableBytes > connection.limits.head, !connection.reads {
      connection.overflowed()
      return
    }
    if held.readableBytes == 0 { held = bytes } else { held.writeBuffer(&bytes) }
    feed(context)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    if connection.reads { context.read() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // Not for the parser: it would make a malformed request of one that is not whole.
    if event as? ChannelEvent == .inputClosed {
      connection.inputClosed()
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    connection.gone()
    context.fireChannelInactive()
  }

  /// The next request may come.
  func resume() {
    guard !isFeeding, let context else { return }
    feed(context)
    if connection.reads { context.read() }
  }

  private func feed(_ context: ChannelHandlerContext) {
    guard !isFeeding else { return }
    isFeeding = true
    while held.readableBytes > 0, connection.reads || connection.takesRequest {
      let piece = cutter.cut(&held)
      connection.received(piece.readableBytes)
      if connection.takesRequest { context.fireChannelRead(wrapInboundOut(piece)) }
    }
    isFeeding = false
    if held.readableBytes == 0 {
      held = ByteBuffer()
      connection.drained()
    }
  }
}
