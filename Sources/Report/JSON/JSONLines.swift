// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// Facts as JSON, one object a line. The keys and their order are a promise.
public struct JSONLines: ~Copyable {
  public var text = Text()
  package let time: LocalTime

  public init(time: LocalTime) { self.time = time }

  /// - Parameter cgroupPath: where the connection's cgroup is, if that is known.
  public mutating func connection(_ end: ConnectionEnd, cgroupPath: String? = nil) {
    text.connection(end, time, cgroupPath: cgroupPath)
    text.append("\n")
  }

  public mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {
    text.beginObject()
    text.member("type", "transition")
    text.member("id", connection.id)
    text.member("at_us", time.microseconds(at))
    text.member("from", edge.from.name)
    text.member("to", edge.to.name)
    text.member("netns", netns: connection.netns)
    text.endpoints(connection)
    text.owner(connection)
    text.endLine()
  }

  /// Records that were lost since the last such line.
  public mutating func lost(_ stage: StaticString, _ count: UInt64) {
    text.beginObject()
    text.member("type", "lost")
    text.member("stage", stage)
    text.member("count", count)
    text.endLine()
  }

  public mutating func summary(_ summary: Summary) {
    text.beginObject()
    text.member("type", "summary")
    text.member("transitions", summary.transitions)
    text.member("connections", summary.connections)
    text.member("lost_transitions", summary.losses.transitions)
    text.key("lost")
    text.append(byte: UInt8(ascii: "{"))
    for (index, stage) in summary.stages.enumerated() {
      text.append(index == 0 ? "\"" : ",\"")
      text.append(stage.name)
      text.append("\":")
      if let count = stage.count { text.append(count) } else { text.append("null") }
    }
    text.append(byte: UInt8(ascii: "}"))
    text.endLine()
  }
}
