// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import NIOCore
internal import NIOHTTP1

/// Behind the parser: does what the state machine says, with a channel, a clock and the site.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  let id: ConnectionTable.ID
  private let server: Server
  private var machine: ConnectionStateMachine
  private var context: ChannelHandlerContext?
  private var timer: Scheduled<Void>?
  private var timed: ConnectionStateMachine.Wait?
  /// Holds this one.
  weak var intake: Intake?

  init(_ server: Server, id: ConnectionTable.ID) {
    self.server = server
    self.id = id
    machine = ConnectionStateMachine(server.limits)
  }

  var limits: Endpoint.Limits { server.limits }
  var takesRequest: Bool { machine.takesRequest }
  var reads: Bool { machine.reads }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  // MARK: What the client does

  func channelActive(context: ChannelHandlerContext) {
    server.opened(self)
    watch()
    intake?.resume()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // A body is refused with its head; that leaves heads, and ends with nothing before them.
    guard case .head(let head) = unwrapInboundIn(data) else { return }
    apply(machine.received(head))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Where the system fails, the channel's end is all there is to know.
    if error is HTTPParserError { apply(machine.malformed(error)) }
  }

  func received(_ count: Int) { apply(machine.received(count)) }

  func inputClosed() { apply(machine.inputClosed()) }

  func drained() { apply(machine.drained()) }

  func overflowed() {
    if machine.overflowed() { server.counters.dropped(.pipelineOverflow) }
  }

  func gone() {
    apply(machine.gone())
    server.closed(self)
  }

  // MARK: What the server does

  func answered(_ number: Int, _ response: Response) { apply(machine.answered(number, response)) }

  func refused() { apply(machine.refused()) }

  func pushedOut() { apply(machine.pushedOut()) }

  func stops() { apply(machine.stops()) }

  func stopsNow() { apply(machine.stopsNow()) }

  // MARK: -

  private func apply(_ action: ConnectionStateMachine.Action) {
    // Before what may call back from within.
    watch()
    switch action {
    case .nothing: break
    case .ask(let request, let number):
      server.table.isAnswered(id)
      server.ask(request, number, for: self)
    case .answer(let answer):
      server.table.isAnswered(id)
      send(answer)
    case .next:
      server.table.waits(id)
      intake?.resume()
    case .leave:
      server.table.leaves(id)
      context?.close(mode: .output, promise: nil)
      intake?.resume()
    case .close: context?.close(promise: nil)
    case .drop(let why): drop(why)
    }
  }

  private func send(_ answer: Answer) {
    guard let context else { return }
    server.counters.answered(answer.status)
    var head = answer.head
    head.headers.add(name: "date", value: server.date)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if let body = answer.body {
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }
    let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
    written.assumeIsolated().whenComplete { result in
      if case .success = result { self.apply(self.machine.sent()) }
    }
  }

  private func drop(_ why: Endpoint.Drop) {
    server.counters.dropped(why)
    guard let context, context.channel.isActive else { return }
    if why == .responseTimeout {
      // What it has not taken is not for the kernel to keep and send again for minutes.
      let reset = linger(l_onoff: 1, l_linger: 0)
      _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(reset)
    }
    context.close(promise: nil)
  }

  /// Sets the clock for what is waited for now.
  private func watch() {
    guard machine.wait != timed else { return }
    timer?.cancel()
    timer = nil
    timed = machine.wait
    guard let timed, let context else { return }
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: server.limits.time(for: timed)) {
      self.timed = nil
      self.apply(self.machine.timeIsUp())
    }
  }
}

extension Endpoint.Limits {
  fileprivate func time(for wait: ConnectionStateMachine.Wait) -> TimeAmount {
    switch wait {
    case .request: TimeAmount(headTime)
    case .nextRequest: TimeAmount(idleTime)
    case .answer: TimeAmount(answerTime)
    case .taking: TimeAmount(takingTime)
    case .leaving: TimeAmount(lingerTime)
    }
  }
}
