// SPDX-License-Identifier: Apache-2.0
internal import Glibc

extension Double {
  /// The number with a fixed count of decimals, such as `0.95`; `-` for what is not a number.
  public func fixed(_ decimals: Int) -> String {
    guard isFinite, magnitude < 1e15 else { return "-" }
    let scale = pow(10, Double(decimals))
    let scaled = (magnitude * scale).rounded()
    let sign = self < 0 && scaled > 0 ? "-" : ""
    let digits = String(Int(scaled))
    guard decimals > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }
}
