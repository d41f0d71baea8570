// SPDX-License-Identifier: Apache-2.0

/// What the kernel's own accounts say of one sort of object (slabinfo(5)).
package struct Slab: Sendable {
  package let objects: Int
  /// Bytes of each.
  package let size: Int
  /// What all of them take, with what is free between.
  package let pages: Int

  /// - Returns: `nil` where that cannot be read, or the sort is kept together with others of its size.
  package static func read(_ name: String) -> Slab? {
    guard let text = try? SystemFile.read("/proc/slabinfo") else { return nil }
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.first == name[...] else { continue }
      // name, objects in use, all, size, objects and pages of a slab; behind `slabdata`, slabs in use, all.
      let numbers = [1, 3, 5, 14].compactMap { $0 < fields.count ? Int(fields[$0]) : nil }
      guard numbers.count == 4 else { return nil }
      return Slab(objects: numbers[0], size: numbers[1], pages: numbers[2] * numbers[3])
    }
    return nil
  }
}
