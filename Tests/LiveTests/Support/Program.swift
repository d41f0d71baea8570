// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A copy of the product where anybody may run it: the build's folder may be root's alone.
final class Program {
  private let folder: URL
  var path: String { folder.appending(path: "synfin").path }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "synfin-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    try FileManager.default.copyItem(atPath: Product.path, toPath: path)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }
}
