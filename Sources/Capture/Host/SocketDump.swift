// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc
internal import Lifecycle

/// The TCP sockets of the calling thread's network namespace, as the kernel lists them over netlink
/// (sock_diag(7)): cheaper for each than anything else that lists them, and without BPF.
@safe
struct SocketDump: ~Copyable {
  private let netlink: CInt
  private let buffer: UnsafeMutableRawBufferPointer

  /// A connection or a mini socket.
  struct Entry {
    let tuple: Tuple
    let isIPv6: Bool
    /// Of a mini socket: TIME_WAIT or FIN_WAIT2.
    let state: TCPState
    /// Nanoseconds until a mini socket's timer is due; `nil` for a connection.
    let remaining: UInt64?
  }

  init() throws(SystemError) {
    netlink = socket(
      AF_NETLINK, CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue), NETLINK_SOCK_DIAG)
    guard netlink >= 0 else { throw SystemError.last("opening sock_diag") }
    unsafe buffer = .allocate(byteCount: 65_536, alignment: 8)
  }

  deinit {
    close(netlink)
    unsafe buffer.deallocate()
  }

  /// Connections and mini sockets of both families; neither listeners nor requests.
  func forEach(_ body: (Entry) -> Void) throws(SystemError) {
    try ask()
    while try read(body) {}
  }

  /// By the older of the two requests: it lists both families in one walk over the table
  /// (inet_diag_dump_compat), and to walk it is most of what it costs.
  private func ask() throws(SystemError) {
    // Up to CLOSING, 11: TCP_NEW_SYN_RECV, 12, is a request.
    var states: UInt32 = 0xfff
    for unwanted: TCPState in [.listen, .closed] { states &= ~(1 << UInt32(unwanted.rawValue)) }
    var request = Request()
    request.header.nlmsg_len = UInt32(MemoryLayout<Request>.size)
    request.header.nlmsg_type = UInt16(TCPDIAG_GETSOCK)
    request.header.nlmsg_flags = UInt16(NLM_F_REQUEST | NLM_F_DUMP)
    request.body.idiag_family = UInt8(AF_INET)
    request.body.idiag_states = states
    let count = unsafe withUnsafeBytes(of: &request) {
      unsafe send(netlink, $0.baseAddress, $0.count, 0)
    }
    if count < 0 { throw SystemError.last("asking sock_diag") }
  }

  private struct Request {
    var header = nlmsghdr()
    var body = inet_diag_req()
  }

  /// Reads what is there; `false` once that was the end.
  private func read(_ body: (Entry) -> Void) throws(SystemError) -> Bool {
    let count = unsafe recv(netlink, buffer.baseAddress, buffer.count, 0)
    if count < 0 {
      if errno == EINTR { return true }
      throw SystemError.last("reading sock_diag")
    }
    var offset = 0
    let headerSize = MemoryLayout<nlmsghdr>.size
    while count - offset >= headerSize {
      let header = unsafe buffer.loadUnaligned(fromByteOffset: offset, as: nlmsghdr.self)
      let length = Int(header.nlmsg_len)
      guard length >= headerSize, length <= count - offset else { break }
      switch Int32(header.nlmsg_type) {
      case NLMSG_DONE: return false
      case NLMSG_ERROR:
        let number = unsafe buffer.loadUnaligned(
          fromByteOffset: offset + headerSize, as: Int32.self)
        throw SystemError("listing sockets", -number)
      default:
        if length >= headerSize + MemoryLayout<inet_diag_msg>.size {
          let message = unsafe buffer.loadUnaligned(
            fromByteOffset: offset + headerSize, as: inet_diag_msg.self)
          if let entry = Self.entry(message) { body(entry) }
        }
      }
      offset += (length + 3) & ~3
    }
    return true
  }

  private static func entry(_ message: inet_diag_msg) -> Entry? {
    guard let state = TCPState(rawValue: message.idiag_state) else { return nil }
    let isIPv6 = message.idiag_family == UInt8(AF_INET6)
    let id = message.id
    let tuple = Tuple(
      local: address(id.idiag_src, isIPv6), localPort: UInt16(bigEndian: id.idiag_sport),
      remote: address(id.idiag_dst, isIPv6), remotePort: UInt16(bigEndian: id.idiag_dport))
    // 3 is a mini socket's timer (inet_twsk_diag_fill).
    let remaining = message.idiag_timer == 3 ? UInt64(message.idiag_expires) * 1_000_000 : nil
    return Entry(tuple: tuple, isIPv6: isIPv6, state: state, remaining: remaining)
  }

  private static func address(
    _ words: (UInt32, UInt32, UInt32, UInt32), _ isIPv6: Bool
  ) -> Address {
    if !isIPv6 { return Address(v4: UInt32(bigEndian: words.0)) }
    func pair(_ first: UInt32, _ second: UInt32) -> UInt64 {
      UInt64(UInt32(bigEndian: first)) << 32 | UInt64(UInt32(bigEndian: second))
    }
    return Address(high: pair(words.0, words.1), low: pair(words.2, words.3))
  }
}
