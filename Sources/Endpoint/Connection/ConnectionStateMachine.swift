// SPDX-License-Identifier: Apache-2.0
internal import NIOHTTP1

/// One connection: what happens, in; what is to be done, out. It has no channel, no clock and no site, so that a
/// test can walk each of its ways.
struct ConnectionStateMachine {
  enum Action {
    case nothing
    /// Whoever answers gives the number back.
    case ask(Request, number: Int)
    case answer(Answer)
    /// The next request may be read.
    case next
    /// No more will be written; what still comes is to be read and dropped, until the client closes.
    case leave
    case close
    case drop(Endpoint.Drop)
  }

  /// What takes time, which is limited; the number tells two of a kind apart.
  enum Wait: Equatable {
    case request(number: Int)
    case nextRequest(number: Int)
    case answer(number: Int)
    case taking(number: Int)
    case leaving
  }

  private enum State {
    /// - Parameter bytes: of its head, so far.
    case waits(bytes: Int)
    case asked(IncomingRequest)
    case answers(keepsAlive: Bool)
    case leaves(bytes: Int)
    case ended
  }

  private let limits: Endpoint.Limits
  private var state = State.waits(bytes: 0)
  /// Of requests so far.
  private var number = 0
  /// The client will send no more.
  private var isInputClosed = false
  /// The server stops, or has had to give up what the client will ask next.
  private var isLast = false

  init(_ limits: Endpoint.Limits) { self.limits = limits }

  /// Whether bytes may go to the parser.
  var takesRequest: Bool {
    if case .waits = state { true } else { false }
  }

  /// Whether bytes may be read from the client.
  var reads: Bool {
    switch state {
    case .waits, .leaves: !isInputClosed
    case .asked, .answers, .ended: false
    }
  }

  var wait: Wait? {
    switch state {
    // A first request has its time from the connection's beginning on.
    case .waits(let bytes) where bytes > 0 || number == 0: .request(number: number)
    case .waits: .nextRequest(number: number)
    case .asked: .answer(number: number)
    case .answers: .taking(number: number)
    case .leaves: .leaving
    case .ended: nil
    }
  }

  // MARK: What the client does

  /// So many bytes have come: for the parser, if it still takes a request afterwards.
  mutating func received(_ count: Int) -> Action {
    switch state {
    case .waits(let bytes):
      state = .waits(bytes: bytes + count)
      return bytes + count > limits.head ? refuse(431) : .nothing
    case .leaves(let bytes):
      state = .leaves(bytes: bytes + count)
      return bytes + count > limits.lingerBytes ? end(.close) : .nothing
    case .asked, .answers, .ended:
      return .nothing
    }
  }

  mutating func received(_ head: HTTPRequestHead) -> Action {
    guard case .waits = state else { return .nothing }
    number += 1
    let request = IncomingRequest(head)
    state = .asked(request)
    guard let asked = request.request else { return answer(request, nil) }
    return .ask(asked, number: number)
  }

  mutating func malformed(_ error: any Error) -> Action {
    guard case .waits = state else { return .nothing }
    return refuse(error as? HTTPParserError == .headerOverflow ? 431 : 400)
  }

  /// It has sent more than is kept for later: this answer is the last. Returns whether that is new.
  mutating func overflowed() -> Bool {
    defer { isLast = true }
    return !isLast
  }

  mutating func inputClosed() -> Action {
    isInputClosed = true
    switch state {
    case .waits(let bytes): return end(bytes > 0 ? .drop(.clientGone) : .close)
    case .leaves: return end(.close)
    // Who closes its half may still read.
    case .asked, .answers, .ended: return .nothing
    }
  }

  /// The connection is no more.
  mutating func gone() -> Action {
    defer { state = .ended }
    return switch state {
    case .waits(let bytes) where bytes > 0: .drop(.clientGone)
    case .asked, .answers: .drop(.clientGone)
    case .waits, .leaves, .ended: .nothing
    }
  }

  // MARK: What the server does

  /// - Parameter number: what it answers: it may come when the client has been told already that it does not.
  mutating func answered(_ number: Int, _ response: Response) -> Action {
    guard case .asked(let request) = state, number == self.number else { return .nothing }
    return answer(request, response)
  }

  /// All of an answer is with the kernel.
  mutating func sent() -> Action {
    guard case .answers(let keepsAlive) = state else { return .nothing }
    guard keepsAlive, !isLast else {
      if isInputClosed { return end(.close) }
      state = .leaves(bytes: 0)
      return .leave
    }
    state = .waits(bytes: 0)
    return .next
  }

  /// All that was kept for later has been read, and no more will come.
  mutating func drained() -> Action {
    guard isInputClosed else { return .nothing }
    return inputClosed()
  }

  mutating func timeIsUp() -> Action {
    switch state {
    case .waits(let bytes):
      end(bytes > 0 || number == 0 ? .drop(.requestTimeout) : .close)
    case .asked(let request):
      answer(request, Response(status: 503, text: "503 no answer in time"))
    case .answers: end(.drop(.responseTimeout))
    case .leaves: end(.close)
    case .ended: .nothing
    }
  }

  /// There is no place for it.
  mutating func refused() -> Action { end(.drop(.noPlace)) }

  /// Its place is another's.
  mutating func pushedOut() -> Action {
    switch state {
    case .leaves: end(.close)
    case .ended: .nothing
    case .waits, .asked, .answers: end(.drop(.pushedOut))
    }
  }

  /// The server stops: an answer in flight is the last.
  mutating func stops() -> Action {
    isLast = true
    return switch state {
    case .waits(let bytes): end(bytes > 0 ? .drop(.stopped) : .close)
    case .asked, .answers, .leaves, .ended: .nothing
    }
  }

  /// The server stops now.
  mutating func stopsNow() -> Action {
    switch state {
    case .asked, .answers: end(.drop(.stopped))
    case .waits, .leaves: end(.close)
    case .ended: .nothing
    }
  }

  // MARK: -

  private mutating func refuse(_ status: UInt16) -> Action {
    number += 1
    return answer(IncomingRequest(refused: status), nil)
  }

  private mutating func answer(_ request: IncomingRequest, _ response: Response?) -> Action {
    let keepsAlive = request.keepsAlive && !isLast && number < limits.requestsPerConnection
    state = .answers(keepsAlive: keepsAlive)
    return .answer(
      Answer(
        response, to: request, keepsAlive: keepsAlive, compressedFrom: limits.smallestCompressed))
  }

  private mutating func end(_ action: Action) -> Action {
    state = .ended
    return action
  }
}
