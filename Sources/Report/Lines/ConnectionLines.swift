// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// One line per finished connection, for people.
public struct ConnectionLines: ~Copyable {
  public var text = Text()
  private var time: LocalTime
  private var layout: Layout

  /// - Parameter width: how many columns there are; at least 80 are used.
  public init(time: LocalTime, width: Int) {
    self.time = time
    layout = .connections(width: width)
    header()
  }

  /// Adapts to a terminal that has become wider or narrower: from here on, with a new header.
  public mutating func resize(_ width: Int) {
    let new = Layout.connections(width: width)
    if new == layout { return }
    layout = new
    header()
  }

  private mutating func header() {
    text.cell(layout.timeWidth) { $0.append("TIME") }
    if layout.id > 0 { text.title("ID", layout.id, .right) }
    text.title("PROCESS", layout.owner)
    text.title("LOCAL", layout.local)
    text.title("", 1)
    text.title("REMOTE", layout.remote)
    text.title("OPEN", Layout.openWidth, .right)
    if layout.rtt > 0 { text.title("RTT", layout.rtt, .right) }
    if layout.lived > 0 { text.title("LIVED", layout.lived, .right) }
    if layout.bytes > 0 {
      text.title("SENT", layout.bytes, .right)
      text.title("RECVD", layout.bytes, .right)
    }
    if layout.retrans > 0 { text.title("RETRAN", layout.retrans, .right) }
    if layout.why > 0 { text.title("WHY", layout.why) }
    text.append(" END\n")
  }

  public mutating func connection(_ end: ConnectionEnd, at now: UInt64) {
    let (connection, verdict) = (end.connection, end.verdict)
    let endedAt = end.ending?.endedAt ?? 0
    time.append(endedAt == 0 ? now : endedAt, decimals: layout.decimals, to: &text)
    if layout.id > 0 { cell(layout.id, .right) { $0.append(connection.id) } }
    text.append(" ")
    text.cell(layout.owner, connection.owner)
    text.append(" ")
    text.local(connection, layout.local)
    text.append(" ")
    text.append(connection.open.mark)
    text.append(" ")
    text.cell(layout.remote, connection.tuple.remote, port: connection.tuple.remotePort)
    cell(Layout.openWidth, .right) { $0.append(timeToOpen: end) }
    if layout.rtt > 0 { cell(layout.rtt, .right) { $0.append(roundTrip: connection) } }
    if layout.lived > 0 {
      cell(layout.lived, .right) { $0.append(durationOrUnknown: end.lifetime) }
    }
    if layout.bytes > 0 {
      cell(layout.bytes, .right) { $0.append(bytesOrUnknown: verdict.bytesSent) }
      cell(layout.bytes, .right) { $0.append(bytesOrUnknown: verdict.bytesReceived) }
    }
    if layout.retrans > 0 {
      cell(layout.retrans, .right) { text in
        if let retrans = verdict.retrans {
          text.append(count: UInt64(retrans))
        } else {
          text.append("?")
        }
      }
    }
    if layout.why > 0 { cell(layout.why, .left) { $0.append(whyOf: end) } }
    text.append(" ")
    text.append(endOf: end)
    text.append("\n")
  }

  private mutating func cell(_ width: Int, _ side: Text.Side, _ body: (inout Text) -> Void) {
    text.append(" ")
    text.cell(width, side, body)
  }
}

extension Text {
  /// The local end: the port alone where there is little room.
  mutating func local(_ connection: Connection, _ width: Int) {
    let tuple = connection.tuple
    guard width == Layout.portOnly else {
      return cell(width, tuple.local, port: tuple.localPort)
    }
    cell(width) { text in
      text.append(":")
      if tuple.localPort == 0 { text.append("?") } else { text.append(tuple.localPort) }
    }
  }

  /// How long the open took: at the active end until it was established or failed, at the passive end
  /// from SYN-ACK to ACK. `+1` behind it is a SYN or SYN-ACK that had to be sent again.
  fileprivate mutating func append(timeToOpen end: ConnectionEnd) {
    let connection = end.connection
    var taken = end.connectTime
    if taken == nil, end.verdict.openResult != .established { taken = end.lifetime }
    if connection.open == .passive {
      taken = connection.rtt == 0 ? nil : UInt64(connection.rtt) * 1000
    }
    let start = count
    append(durationOrUnknown: taken)
    guard connection.handshakeRetrans > 0 else { return }
    let retrans = "+\(connection.handshakeRetrans)"
    if count - start + retrans.utf8.count > Layout.openWidth, let taken {
      // The count is what explains the time: it stays whole, and the time gives way.
      truncate(to: start)
      append(coarseDuration: taken)
      if count - start + retrans.utf8.count > Layout.openWidth { truncate(to: start) }
    }
    append(retrans)
  }

  /// The error that the socket ended with, or why this host reset the connection.
  fileprivate mutating func append(whyOf end: ConnectionEnd) {
    if let why = end.verdict.why { return append(why.name) }
    if end.ending?.isBare == true { return append("?") }
    guard let error = end.ending?.error, error != 0 else { return append("-") }
    append(errno: error)
  }

  fileprivate mutating func append(roundTrip connection: Connection) {
    append(durationOrUnknown: connection.rtt == 0 ? nil : UInt64(connection.rtt) * 1000)
  }

  fileprivate mutating func append(durationOrUnknown nanoseconds: UInt64?) {
    if let nanoseconds { append(duration: nanoseconds) } else { append("?") }
  }

  fileprivate mutating func append(bytesOrUnknown count: UInt64?) {
    if let count { append(bytes: count) } else { append("?") }
  }

  /// The word for the end, and who closed first; a state in capitals is one it is still in.
  fileprivate mutating func append(endOf end: ConnectionEnd) {
    let verdict = end.verdict
    if let result = verdict.openResult, result != .established {
      append("fail: ")
      return append(result.name)
    }
    guard let close = verdict.close else { return append(end.connection.state.name) }
    append(close.name)
    if close == .fourWay || close == .threeWay, let first = verdict.firstFIN {
      append(" ")
      append(first.name)
    }
  }
}

extension Optional where Wrapped == Open {
  /// Who opened: `>` this end, `<` the remote, `=` both, `?` nobody knows.
  package var mark: StaticString {
    switch self {
    case .active: ">"
    case .passive: "<"
    case .simultaneous, .selfConnect: "="
    case .existing, nil: "?"
    }
  }
}
