// SPDX-License-Identifier: Apache-2.0
import Glibc

@testable import Endpoint

/// A server on a free port of the loopback, which does not outlive its test.
final class Running {
  let pages = Pages()
  let endpoint: Endpoint

  init(_ change: (inout Endpoint.Limits) -> Void = { _ in }) throws {
    var limits = Endpoint.Limits()
    change(&limits)
    endpoint = try Endpoint.serve(
      try ListeningSocket(try Endpoint.Address("0")), pages, limits: limits)
  }

  deinit { endpoint.stop() }

  func client(receiveBuffer: CInt? = nil) throws -> Client {
    try Client(endpoint.address, receiveBuffer: receiveBuffer)
  }

  func dropped(_ why: Endpoint.Drop) -> UInt64 { endpoint.facts().dropped[why.rawValue] ?? 0 }

  /// Waits until something is so, for at most 20 s. Returns whether it is.
  func comes(_ isSo: () -> Bool) -> Bool {
    for _ in 0..<4000 {
      if isSo() { return true }
      usleep(5000)
    }
    return false
  }
}
