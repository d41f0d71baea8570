// SPDX-License-Identifier: Apache-2.0
package import Lifecycle

extension Text {
  /// All of one connection as an object. The keys and their order are a promise.
  package mutating func connection(
    _ end: ConnectionEnd, _ time: LocalTime, cgroupPath: String? = nil
  ) {
    let (connection, ending, verdict) = (end.connection, end.ending, end.verdict)
    let isPassive = connection.open == .passive
    let isActive = connection.open == .active || connection.crossedAt != 0
    let isHandshakeSeen =
      connection.establishedAt != 0
      || ending?.isClosed == true && verdict.openResult != .established
    beginObject()
    member("type", "connection")
    member("id", connection.id)
    identity(connection)
    member("open", connection.open?.name)
    member("open_result", verdict.openResult?.name)
    member("error", errno: ending?.error ?? 0)
    member("connect_us", end.connectTime.map { $0 / 1000 })
    member("handshake_rtt_us", connection.rtt == 0 ? nil : UInt64(connection.rtt))
    member("handshake_rtt_unknown", connection.rtt == 0 ? connection.rttUnknown.name : nil)
    let retrans: UInt64? = isHandshakeSeen ? connection.retransInHandshake : nil
    member("syn_retrans", isActive ? retrans : nil)
    member("synack_retrans", isPassive ? retrans : nil)
    let hasISN = connection.traits.contains(.hasISN)
    member("isn_local", hasISN ? UInt64(connection.isnLocal) : nil)
    member("isn_remote", hasISN ? UInt64(connection.isnRemote) : nil)
    member("close", verdict.close?.name)
    member("first_fin", verdict.firstFIN?.name)
    member("reset", verdict.reset?.name)
    member("why", verdict.why?.name)
    member("ends_in", verdict.endsIn?.name)
    member("via", verdict.via?.name)
    owner(connection)
    process("closer", ending?.closer.process ?? .none) {
      $0.member("exiting", ending?.closer.isExiting)
      $0.member("killed", ending?.closer.isKilled)
    }
    process("killer", ending?.killer ?? .none)
    let hasIdentity = connection.traits.contains(.hasIdentity)
    member("uid", hasIdentity ? UInt64(connection.uid) : nil)
    member("cgroup", connection.cgroup == 0 ? nil : connection.cgroup)
    member("cgroup_path", string: cgroupPath)
    member("bytes_sent", verdict.bytesSent)
    member("bytes_received", verdict.bytesReceived)
    member("retrans", verdict.retrans.map(UInt64.init))
    member("opened_us", time.microsecondsIfKnown(connection.openedAt))
    member("established_us", time.microsecondsIfKnown(connection.establishedAt))
    member("closed_us", time.microsecondsIfKnown(ending?.closedAt ?? 0))
    states(end, time)
    endObject()
  }
}

extension Connection {
  fileprivate var retransInHandshake: UInt64? {
    traits.contains(.hasHandshake) ? UInt64(handshakeRetrans) : nil
  }
}

extension LocalTime {
  fileprivate func microsecondsIfKnown(_ at: UInt64) -> UInt64? {
    at == 0 ? nil : microseconds(at)
  }
}
