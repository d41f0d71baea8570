// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// What an application says and hears, where it matters what that is.
extension Socket {
  package func send(_ text: String) throws {
    let bytes = Array(text.utf8)
    let sent = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
    }
    try Self.check("send", CInt(truncatingIfNeeded: sent))
  }

  /// What has come by now; empty where nothing has, and at the peer's FIN.
  package func receiveText() throws -> String {
    if !isReadable { return "" }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let received = unsafe bytes.withUnsafeMutableBytes {
      unsafe recv(descriptor, $0.baseAddress, $0.count, CInt(MSG_DONTWAIT))
    }
    if received < 0, errno == EAGAIN { return "" }
    try Self.check("recv", CInt(truncatingIfNeeded: received))
    return String(decoding: bytes[..<received], as: UTF8.self)
  }

  /// Takes the error that the next call would get: `SO_ERROR`; 0 for none.
  package func takeError() throws -> CInt {
    var error: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    try Self.check("SO_ERROR", unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size))
    return error
  }
}
