// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A socket such as a service manager has.
public final class Inbox {
  public enum Place: String, CaseIterable, Sendable { case path, abstract }

  /// For `NOTIFY_SOCKET`.
  public let name: String
  private let descriptor: CInt
  private let folder: URL

  public init(_ place: Place) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "synfin-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    name = place == .path ? folder.appending(path: "notify").path : "@synfin-\(UUID().uuidString)"
    descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array(name.utf8.map { $0 == UInt8(ascii: "@") ? 0 : $0 })
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
    let length = MemoryLayout<sa_family_t>.size + path.count + (place == .path ? 1 : 0)
    let bound = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, socklen_t(length))
      }
    }
    if bound != 0 { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL) }
  }

  deinit {
    close(descriptor)
    try? FileManager.default.removeItem(at: folder)
  }

  /// What has come; `nil` for nothing.
  public func next() -> String? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe recv(descriptor, &bytes, bytes.count, CInt(MSG_DONTWAIT))
    return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
  }
}
