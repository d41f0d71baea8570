// SPDX-License-Identifier: Apache-2.0

extension Endpoint {
  /// What a client may cost. Memory is at most `connections` times a head, what is read at once, and the page that
  /// is on its way, of which there is one copy for all who get the same.
  public struct Limits: Equatable, Sendable {
    /// At once. A few Prometheus servers and a person need ten; each costs some 10 KB. A further one pushes out
    /// the one that has waited longest for its request, so that those who say nothing keep nobody out.
    public var connections = 128
    /// From the first byte to the empty line, in bytes. Prometheus sends some 300, a browser 1000.
    public var head = 8192
    /// From a connection's beginning, or a further request's first byte, to the empty line. A byte now and then
    /// does not buy more.
    public var headTime: Duration = .seconds(10)
    /// Without a further request. Longer than a minute, Prometheus' default interval, so that a connection serves
    /// scrape after scrape.
    public var idleTime: Duration = .seconds(90)
    /// For the site to answer: less than Prometheus' default timeout of 10 s, so that it is told what happened.
    public var answerTime: Duration = .seconds(5)
    /// Questions that the site has not answered yet, also of those who have given up. Beyond that a site that
    /// hangs would be asked ever more.
    public var unanswered = 256
    /// For an answer to be taken, to its last byte. A page of 100 KB at 64 kbit/s takes 13 s.
    public var takingTime: Duration = .seconds(30)
    /// What the kernel may hold of an answer, in bytes (SO_SNDBUF): memory of the host that no process is charged
    /// for, and by itself up to 4 MB a connection. The kernel doubles the number for its own needs.
    public var sendBuffer: CInt = 128 * 1024
    /// After which a connection is closed in order, so that nothing that adds up in one can add up for long.
    public var requestsPerConnection = 1000
    /// After the last answer, for the client to close (RFC 9112 §9.6): closed at once, with bytes unread, the
    /// kernel sends a reset, and the client may lose the answer with it.
    public var lingerTime: Duration = .seconds(1)
    /// What is read and dropped meanwhile, in bytes.
    public var lingerBytes = 64 * 1024
    /// At the end, for answers in flight.
    public var stopTime: Duration = .seconds(1)
    /// Below that, in bytes, gzip makes more of it.
    public var smallestCompressed = 256

    public init() {}
  }
}
