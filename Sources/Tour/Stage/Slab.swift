// SPDX-License-Identifier: Apache-2.0

/// What the kernel's own accounts say of one sort of object (slabinfo(5)).
package struct Slab: Sendable {
  package let objects: Int
  /// Bytes of each.
  package let size: Int

  /// - Returns: `nil` where that cannot be read, or the sort is kept together with others of its size.
  package static func read(_ name: String) -> Slab? {
    guard let text = try? SystemFile.read("/proc/slabinfo") else { return nil }
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ", maxSplits: 4)
      guard fields.count > 3, fields[0] == name else { continue }
      guard let objects = Int(fields[1]), let size = Int(fields[3]) else { return nil }
      return Slab(objects: objects, size: size)
    }
    return nil
  }
}
