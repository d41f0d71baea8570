// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// How values are distributed: a count for each cell of a scale that is the same at every size, eight
/// cells to a doubling. A value that is read back is at most 4.5 % off.
///
/// Cell `i` holds what is more than 2^((i-1)/8) and at most 2^(i/8): the buckets of a native histogram
/// of Prometheus with schema 3, so that powers of two bound cells of any coarser scale as well.
public struct Histogram: Distribution {
  /// The counts from the lowest cell on that has had a value; empty while there is none.
  private var cells: [UInt64] = []
  private var first = 0
  public private(set) var count: UInt64 = 0
  /// Of all values; it wraps where they are too many for 64 bits.
  public private(set) var sum: UInt64 = 0

  public init() {}

  public mutating func add(_ value: UInt64) {
    self[cell: Self.cell(of: value)] += 1
    count += 1
    sum &+= value
  }

  public mutating func add(_ other: Histogram) {
    for (index, cell) in other.cells.enumerated() where cell > 0 {
      self[cell: other.first + index] += cell
    }
    count += other.count
    sum &+= other.sum
  }

  /// What has come since an earlier state of the same histogram.
  public func since(_ earlier: Histogram) -> Histogram {
    var new = self
    new.count = 0
    for index in new.cells.indices {
      // What a lost record took back meanwhile leaves less than there was: that is none.
      new.cells[index] -= min(new.cells[index], earlier.count(inCell: first + index))
      new.count += new.cells[index]
    }
    new.sum = sum &- earlier.sum
    return new
  }

  /// The value that this part of all values does not exceed, 0.5 for the median: the middle of its
  /// cell. `nil` where there is none.
  public func quantile(_ part: Double) -> UInt64? {
    guard count > 0 else { return nil }
    let rank = max(1, UInt64((part * Double(count)).rounded(.up)))
    var passed: UInt64 = 0
    for (index, cell) in cells.enumerated() where cell > 0 {
      passed += cell
      if passed >= rank { return Self.middle(of: first + index) }
    }
    return nil
  }

  /// How many values are at most 2^`exponent`.
  public func count(upToPowerOfTwo exponent: Int) -> UInt64 {
    guard !cells.isEmpty else { return 0 }
    return cells.prefix(max(0, exponent * 8 + 1 - first)).reduce(0, +)
  }

  /// The cells that have values, lowest first.
  public var filled: [(cell: Int, count: UInt64)] {
    cells.enumerated().filter { $1 > 0 }.map { (first + $0, $1) }
  }

  // MARK: Cells

  /// 2^(j/8), as a fraction of 2 in 64 bits, rounded down: no integer lies between that and the power.
  private static let bounds: InlineArray<8, UInt64> = [
    0x8000_0000_0000_0000, 0x8b95_c1e3_ea8b_d6e6, 0x9837_f051_8db8_a96f, 0xa5fe_d6a9_b151_38ea,
    0xb504_f333_f9de_6484, 0xc567_2a11_5506_dadd, 0xd744_fcca_d69d_6af4, 0xeac0_c6e7_dd24_392e,
  ]

  /// 0 for 0 and 1.
  static func cell(of value: UInt64) -> Int {
    if value == 0 { return 0 }
    let zeros = value.leadingZeroBitCount
    let mantissa = value << UInt64(zeros)
    var above = 0
    for index in bounds.indices where mantissa > bounds[index] { above += 1 }
    return (63 - zeros) * 8 + above
  }

  private static func middle(of cell: Int) -> UInt64 {
    cell == 0 ? 0 : UInt64(min(exp2((Double(cell) - 0.5) / 8).rounded(), 0x1p63))
  }

  private func count(inCell cell: Int) -> UInt64 {
    cell >= first && cell - first < cells.count ? cells[cell - first] : 0
  }

  /// Grows the counts to where the cell is among them.
  private subscript(cell cell: Int) -> UInt64 {
    get { count(inCell: cell) }
    set {
      if cells.isEmpty {
        first = cell
      } else if cell < first {
        cells.insert(contentsOf: [UInt64](repeating: 0, count: first - cell), at: 0)
        first = cell
      }
      let index = cell - first
      if index >= cells.count { cells += [UInt64](repeating: 0, count: index + 1 - cells.count) }
      cells[index] = newValue
    }
  }
}
