// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The one file that is given to others (`make static`).
enum Packed {
  static let path = ProcessInfo.processInfo.environment["SYNFIN_DIST"].map { "\($0)/synfin" }

  /// Where nothing is skipped, it must be there.
  static let isThere =
    path != nil || ProcessInfo.processInfo.environment["SYNFIN_REQUIRE_LIVE"] == "1"
}
