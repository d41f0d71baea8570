// SPDX-License-Identifier: Apache-2.0

extension Endpoint {
  /// What a server has answered, and what it gave up.
  public struct Facts: Equatable, Sendable {
    /// Answers by status code.
    public var requests: [UInt16: UInt64] = [:]
    /// Connections that were given up, by why: each ``Drop`` has its place, also at 0.
    public var dropped: [String: UInt64]
    /// Open now.
    public var connections: UInt64 = 0

    public init() {
      dropped = Dictionary(uniqueKeysWithValues: Drop.allCases.map { ($0.rawValue, 0) })
    }
  }

  /// Why a connection was given up.
  public enum Drop: String, CaseIterable, Sendable {
    /// A newer one needed its place.
    case pushedOut = "pushed_out"
    /// All places were those of clients being answered.
    case noPlace = "no_place"
    /// The system had no descriptor, or no memory, to accept one with. It may wait and be accepted later.
    case noDescriptor = "no_descriptor"
    /// Its request was not there in time.
    case requestTimeout = "request_timeout"
    /// It did not take its answer in time.
    case responseTimeout = "response_timeout"
    /// It ended before its request or its answer did.
    case clientGone = "client_gone"
    /// It sent more requests at once than are kept for later.
    case pipelineOverflow = "pipeline_overflow"
    /// The server ended first.
    case stopped = "stopped"
  }
}
