// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc
internal import Lifecycle

/// Whether a file's types are this kernel's: a connection over loopback is made, and what is read of it by
/// them is held against what the system calls say of it. BTF itself does not say of which kernel it is, and
/// fields that are looked for elsewhere give numbers as good as any.
enum TypesCheck {
  /// What was told before is told to nobody: nothing has begun yet.
  static func passes(_ buffer: borrowing RecordBuffer, _ host: Host) -> Bool {
    guard let talk = Talk() else { return false }
    var isOpenRight = false
    var isHandshakeRight = false
    var isEndRight = false
    // Programs have ended once the calls have, but for what a packet does on another CPU.
    for _ in 0..<50 where !(isOpenRight && isHandshakeRight && isEndRight) {
      _ = unsafe buffer.drain { bytes in
        guard let record = unsafe RecordDecoder.decode(bytes) else { return }
        switch record.facts {
        case .openedActively(_, let uid, let task) where record.tuple.remotePort == talk.server:
          isOpenRight =
            isOfTalk(record, talk) && record.flags.contains(.owned) && uid == geteuid()
            && task.comm == talk.comm
            && (host.isInitialPIDNamespace != true || task.pid == talk.pid)
        case .established(.synSent, let handshake) where record.tuple.remotePort == talk.server:
          isHandshakeRight =
            isOfTalk(record, talk) && record.tuple.localPort == talk.client
            && handshake.srtt >> 3 == talk.roundTrip && handshake.totalRetrans == 0
            && handshake.bytesAcked == 1 && handshake.bytesReceived == 0
        case .closed(_, let closed)
        where record.tuple.remotePort == talk.server && record.tuple.localPort == talk.client:
          // A SYN, and with it, once it is acknowledged, a FIN.
          let sent = UInt64(Talk.sent)
          isEndRight =
            isOfTalk(record, talk) && (sent + 1...sent + 2).contains(closed.bytesAcked)
            && record.shutdown == 3 && record.error == 0 && closed.unread == 0
        default: break
        }
      }
      usleep(1_000)
    }
    return isOpenRight && isHandshakeRight && isEndRight
  }

  private static func isOfTalk(_ record: Record, _ talk: Talk) -> Bool {
    let loopback = Address(v4: 0x7F00_0001)
    return record.tuple.local == loopback && record.tuple.remote == loopback
      && record.netns == NetworkNamespace.home && record.flags.isDisjoint(with: [.ipv6, .mptcp])
  }
}

/// A connection of this process' with itself, and what system calls say of it.
private struct Talk {
  static let sent = 7
  let client: UInt16
  let server: UInt16
  /// In µs, of the handshake alone.
  let roundTrip: UInt32
  let pid = UInt32(getpid())
  let comm: Comm

  init?() {
    guard let stat = ProcessStat.read(UInt32(getpid())) else { return nil }
    comm = stat.comm
    let stream = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    let listener = socket(AF_INET, stream, 0)
    let connected = socket(AF_INET, stream, 0)
    defer { for descriptor in [listener, connected] { close(descriptor) } }
    guard unsafe Self.call(bind, listener, port: 0), listen(listener, 1) == 0 else { return nil }
    server = Self.port(of: listener)
    guard unsafe Self.call(connect, connected, port: server) else { return nil }
    client = Self.port(of: connected)
    var info = tcp_info()
    var size = socklen_t(MemoryLayout<tcp_info>.size)
    guard unsafe getsockopt(connected, CInt(IPPROTO_TCP), TCP_INFO, &info, &size) == 0 else {
      return nil
    }
    roundTrip = info.tcpi_rtt
    let accepted = accept(listener, nil, nil)
    guard accepted >= 0 else { return nil }
    defer { close(accepted) }
    let bytes = [UInt8](repeating: 0, count: Self.sent)
    guard unsafe write(connected, bytes, bytes.count) == bytes.count else { return nil }
    var room = bytes
    _ = unsafe read(accepted, &room, room.count)
    // This end first: the other reads to the end, and closes.
    shutdown(connected, CInt(SHUT_WR))
    _ = unsafe read(accepted, &room, room.count)
  }

  private static func call(
    _ function: (CInt, UnsafePointer<sockaddr>, socklen_t) -> CInt, _ descriptor: CInt, port: UInt16
  ) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private static func port(of descriptor: CInt) -> UInt16 {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = unsafe withUnsafeMutablePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &size)
      }
    }
    return UInt16(bigEndian: address.sin_port)
  }
}
