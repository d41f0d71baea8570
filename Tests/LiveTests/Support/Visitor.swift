// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

/// Another process with a connection to this one: a shell that connects and then waits.
struct Visitor {
  let process: Child
  let ports: Ports
  /// This process's end.
  let server: Socket

  var pid: Int { Int(process.pid) }

  /// - Parameter comm: the name it gives itself first.
  init(to listener: Socket, comm: String = "visitor") throws {
    let port = listener.localPort
    // `read` waits on the connection itself: for a line, or its end. A shell without children.
    process = try Child([
      "bash", "-c",
      "echo -n \(comm) >/proc/$$/comm; exec 3<>/dev/tcp/127.0.0.1/\(port); read -r line <&3",
    ])
    try listener.waitUntilReadable()
    server = try listener.accept()
    ports = Ports(client: server.remotePort, server: port)
  }

  /// Ends the connection from here, and the visitor with it.
  func sendAway() throws {
    server.close()
    _ = try process.wait()
  }
}

extension Socket {
  /// Of an IPv4 connection.
  var remotePort: UInt16 {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = unsafe withUnsafeMutablePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getpeername(descriptor, $0, &length)
      }
    }
    return result == 0 ? UInt16(bigEndian: address.sin_port) : 0
  }
}
