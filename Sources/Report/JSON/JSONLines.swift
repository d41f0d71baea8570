// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// Facts as JSON, one object a line. The keys and their order are a promise.
public struct JSONLines: ~Copyable {
  public var text = Text()
  let time: LocalTime

  public init(time: LocalTime) { self.time = time }

  /// - Parameter cgroupPath: where the connection's cgroup is, if that is known.
  public mutating func connection(_ end: ConnectionEnd, cgroupPath: String? = nil) {
    let (connection, ending, verdict) = (end.connection, end.ending, end.verdict)
    let isPassive = connection.open == .passive
    let isActive = connection.open == .active || connection.crossedAt != 0
    let isHandshakeSeen =
      connection.establishedAt != 0
      || ending?.isClosed == true && verdict.openResult != .established
    text.beginObject()
    text.member("type", "connection")
    text.member("id", connection.id)
    text.identity(connection)
    text.member("open", connection.open?.name)
    text.member("open_result", verdict.openResult?.name)
    text.member("error", errno: ending?.error ?? 0)
    text.member("connect_us", end.connectTime.map { $0 / 1000 })
    text.member("handshake_rtt_us", connection.rtt == 0 ? nil : UInt64(connection.rtt))
    text.member("handshake_rtt_unknown", connection.rtt == 0 ? connection.rttUnknown.name : nil)
    let retrans: UInt64? = isHandshakeSeen ? UInt64(connection.handshakeRetrans) : nil
    text.member("syn_retrans", isActive ? retrans : nil)
    text.member("synack_retrans", isPassive ? retrans : nil)
    let hasISN = connection.traits.contains(.hasISN)
    text.member("isn_local", hasISN ? UInt64(connection.isnLocal) : nil)
    text.member("isn_remote", hasISN ? UInt64(connection.isnRemote) : nil)
    text.member("close", verdict.close?.name)
    text.member("first_fin", verdict.firstFIN?.name)
    text.member("reset", verdict.reset?.name)
    text.member("why", verdict.why?.name)
    text.member("ends_in", verdict.endsIn?.name)
    text.member("via", verdict.via?.name)
    text.owner(connection)
    text.process("closer", ending?.closer.process ?? .none) {
      $0.member("exiting", ending?.closer.isExiting == true)
      $0.member("killed", ending?.closer.isKilled == true)
    }
    text.process("killer", ending?.killer ?? .none)
    let hasIdentity = connection.traits.contains(.hasIdentity)
    text.member("uid", hasIdentity ? UInt64(connection.uid) : nil)
    text.member("cgroup", connection.cgroup == 0 ? nil : connection.cgroup)
    text.member("cgroup_path", string: cgroupPath)
    text.member("bytes_sent", verdict.bytesSent)
    text.member("bytes_received", verdict.bytesReceived)
    text.member("retrans", verdict.retrans.map(UInt64.init))
    text.member("opened_us", microseconds(connection.openedAt))
    text.member("established_us", microseconds(connection.establishedAt))
    text.member("closed_us", microseconds(ending?.closedAt ?? 0))
    text.states(end, time)
    text.endLine()
  }

  public mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {
    text.beginObject()
    text.member("type", "transition")
    text.member("id", connection.id)
    text.member("at_us", time.microseconds(at))
    text.member("from", edge.from.name)
    text.member("to", edge.to.name)
    text.member("netns", UInt64(connection.netns))
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
    for (index, stage) in summary.losses.stages.enumerated() {
      text.append(index == 0 ? "\"" : ",\"")
      text.append(stage.name)
      text.append("\":")
      text.append(stage.count)
    }
    text.append(byte: UInt8(ascii: "}"))
    text.endLine()
  }

  private func microseconds(_ at: UInt64) -> UInt64? { at == 0 ? nil : time.microseconds(at) }
}
