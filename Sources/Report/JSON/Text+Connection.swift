// SPDX-License-Identifier: Apache-2.0
package import Lifecycle

extension Text {
  /// Who a connection is: the members that every object about it begins with.
  mutating func identity(_ connection: Connection) {
    member("netns", netns: connection.netns)
    if connection.traits.contains(.noFamily) {
      member("family", nil as StaticString?)
      member("v4_mapped", nil as Bool?)
    } else {
      member("family", connection.traits.contains(.ipv6) ? "ipv6" : "ipv4")
      member("v4_mapped", connection.isV4Mapped)
    }
    endpoints(connection)
  }

  /// The inode number of a network namespace, or `null` where it is not known.
  mutating func member(_ name: StaticString, netns: UInt32) {
    member(name, netns == 0 ? nil : UInt64(netns))
  }

  mutating func endpoints(_ connection: Connection) { endpoints(connection.tuple) }

  mutating func endpoints(_ tuple: Tuple) {
    endpoint("local", tuple.local, tuple.localPort)
    endpoint("remote", tuple.remote, tuple.remotePort)
  }

  package mutating func endpoint(_ name: StaticString, _ address: Address, _ port: UInt16) {
    key(name)
    append(byte: UInt8(ascii: "\""))
    append(address, port: port)
    append(byte: UInt8(ascii: "\""))
  }

  mutating func owner(_ connection: Connection) {
    process("owner", connection.owner) { $0.member("from", connection.ownerSource.name) }
  }

  /// A process as an object, or `null` where it is not known.
  mutating func process(
    _ name: StaticString, _ process: Process, and more: (inout Text) -> Void = { _ in }
  ) {
    guard process.isKnown else { return member(name, nil as StaticString?) }
    key(name)
    beginObject()
    member("pid", UInt64(process.pid))
    member("comm", process.comm)
    more(&self)
    endObject()
  }

  /// `[["SYN_SENT",1795423456123456],…]`: each state entered, and when. The last is what the
  /// connection ended in. One that was there before begins with the state it was found in, whose
  /// beginning is `null`.
  mutating func states(_ end: ConnectionEnd, _ time: LocalTime) {
    key("states")
    append(byte: UInt8(ascii: "["))
    let connection = end.connection
    if let found = connection.foundIn {
      append("[")
      append(found.name, between: UInt8(ascii: "\""))
      append(",null]")
    }
    let opened = connection.open == .passive ? TCPState.synRecv : .synSent
    state(opened.name, connection.openedAt, time)
    state(TCPState.synRecv.name, connection.crossedAt, time)
    state(TCPState.established.name, connection.establishedAt, time)
    if let ending = end.ending {
      for index in 0..<ending.entered.count {
        let (entered, at) = ending.entered[index]
        state(entered.name, at, time)
      }
      if ending.miniAt == 0 {
        state((end.verdict.endsIn ?? .closed).name, ending.closedAt, time)
      } else {
        state(EndsIn.finWait2Mini.name, ending.closedAt, time)
        // When a mini socket's time ran out is not told.
        if let last = end.verdict.endsIn, ending.endedAt != ending.closedAt {
          state(last.name, ending.endedAt, time)
        }
      }
    }
    append(byte: UInt8(ascii: "]"))
  }

  private mutating func state(_ name: StaticString, _ at: UInt64, _ time: LocalTime) {
    if at == 0 { return }
    append(last == UInt8(ascii: "[") ? "[" : ",[")
    append(name, between: UInt8(ascii: "\""))
    append(byte: UInt8(ascii: ","))
    append(time.microseconds(at))
    append(byte: UInt8(ascii: "]"))
  }
}
