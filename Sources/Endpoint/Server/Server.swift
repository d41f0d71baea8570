// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import NIOCore
internal import NIOHTTP1

/// What all connections share. It is only touched on the server's thread.
final class Server {
  let limits: Endpoint.Limits
  let counters: Counters
  var table: ConnectionTable
  private let site: any Site
  private let loop: any EventLoop
  private let mailbox: Mailbox
  private var connections: [ConnectionTable.ID: Connection] = [:]
  private var lastID: ConnectionTable.ID = 0
  /// Questions that the site has not answered, also those whose clients have given up.
  private var unanswered = 0
  private var dateOf: (second: Int, text: String) = (-1, "")
  private(set) var isStopping = false
  private var allClosed: EventLoopPromise<Void>?

  init(
    _ site: any Site, _ limits: Endpoint.Limits, _ counters: Counters, _ mailbox: Mailbox,
    on loop: any EventLoop
  ) {
    self.site = site
    self.limits = limits
    self.counters = counters
    self.mailbox = mailbox
    self.loop = loop
    table = ConnectionTable(places: limits.connections)
  }

  /// Makes a connection of a channel.
  func addHandlers(to pipeline: ChannelPipeline.SynchronousOperations) throws {
    lastID += 1
    let connection = Connection(self, id: lastID)
    let intake = Intake(connection)
    connection.intake = intake
    var parsing = NIOHTTPDecoderLimitConfiguration()
    parsing.maxHeaderFieldSize = limits.head
    parsing.maxHeaderListSize = limits.head
    let parser = HTTPRequestDecoder(limitConfiguration: parsing)
    try pipeline.addHandler(HTTPResponseEncoder())
    try pipeline.addHandler(intake)
    try pipeline.addHandler(ByteToMessageHandler(parser))
    try pipeline.addHandler(connection)
  }

  func opened(_ connection: Connection) {
    connections[connection.id] = connection
    counters.open(connections.count)
    if isStopping {
      connection.stops()
      return
    }
    switch table.admit(connection.id) {
    case .admitted: break
    case .instead(let other): connections[other]?.pushedOut()
    case .refused: connection.refused()
    }
  }

  func closed(_ connection: Connection) {
    connections[connection.id] = nil
    table.remove(connection.id)
    counters.open(connections.count)
    if connections.isEmpty { allClosed?.succeed() }
  }

  /// There is no descriptor for the next to come.
  func makeRoom() {
    counters.dropped(.noDescriptor)
    guard let longest = table.longestWaiting else { return }
    table.remove(longest)
    connections[longest]?.pushedOut()
  }

  func ask(_ request: Request, _ number: Int, for connection: Connection) {
    guard unanswered < limits.unanswered else {
      connection.answered(number, Response(status: 503, text: "503 too many wait for an answer"))
      return
    }
    unanswered += 1
    let here = NIOLoopBound((server: self, connection: connection), eventLoop: loop)
    let question = Question { [mailbox] response in
      mailbox.post {
        let (server, connection) = here.value
        server.unanswered -= 1
        connection.answered(number, response)
      }
    }
    site.answer(request) { question.answer($0) }
  }

  /// Now, as HTTP writes it.
  var date: String {
    let second = time(nil)
    if second != dateOf.second { dateOf = (second, HTTPDate.text(second)) }
    return dateOf.text
  }

  /// Accepts nobody any more, and ends all connections: those that are being answered a little later.
  func stop(_ listening: (any Channel)? = nil) -> EventLoopFuture<Void> {
    let allClosed = self.allClosed ?? loop.makePromise()
    guard !isStopping else { return allClosed.futureResult }
    isStopping = true
    self.allClosed = allClosed
    listening?.close(promise: nil)
    for connection in Array(connections.values) { connection.stops() }
    if connections.isEmpty { allClosed.succeed() }
    let timer = loop.assumeIsolated().scheduleTask(in: TimeAmount(limits.stopTime)) {
      for connection in Array(self.connections.values) { connection.stopsNow() }
    }
    allClosed.futureResult.whenComplete { _ in timer.cancel() }
    return allClosed.futureResult
  }
}
