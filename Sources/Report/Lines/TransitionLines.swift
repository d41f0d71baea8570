// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// One line per state transition, for people.
public struct TransitionLines: ~Copyable {
  public var text = Text()
  private var time: LocalTime
  private var layout: Layout
  /// `ESTABLISHED`
  private static let stateWidth = 11

  /// - Parameter width: how many columns there are; at least 80 are used.
  public init(time: LocalTime, width: Int) {
    self.time = time
    layout = .transitions(width: width)
    header()
  }

  /// Adapts to a terminal that has become wider or narrower: from here on, with a new header.
  public mutating func resize(_ width: Int) {
    let new = Layout.transitions(width: width)
    if new == layout { return }
    layout = new
    header()
  }

  private mutating func header() {
    text.cell(layout.timeWidth) { $0.append("TIME") }
    if layout.id > 0 { text.title("ID", layout.id, .right) }
    text.title("FROM", Self.stateWidth)
    text.title("TO", Self.stateWidth)
    text.title("LOCAL", layout.local)
    text.title("REMOTE", layout.remote)
    text.append(" PROCESS\n")
  }

  public mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {
    time.append(at, decimals: layout.decimals, to: &text)
    if layout.id > 0 {
      text.append(" ")
      text.cell(layout.id, .right) { $0.append(connection.id) }
    }
    cell(edge.from)
    cell(edge.to)
    text.append(" ")
    text.local(connection, layout.local)
    text.append(" ")
    text.cell(layout.remote, connection.tuple.remote, port: connection.tuple.remotePort)
    text.append(" ")
    text.cell(layout.owner, connection.owner)
    text.trimEnd()
    text.append("\n")
  }

  private mutating func cell(_ state: TCPState) {
    text.append(" ")
    text.cell(Self.stateWidth) { $0.append(state.name) }
  }
}
