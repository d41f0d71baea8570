// SPDX-License-Identifier: Apache-2.0

/// Why a measurement has no result.
package enum Trouble: Error {
  /// SIGINT, SIGTERM or SIGHUP: clean up and go.
  case interrupted
  /// One measurement failed; others may not.
  case failed(String)
}
