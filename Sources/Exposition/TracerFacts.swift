// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// What a tracer that is scraped says of itself, beside what it has seen.
public struct TracerFacts: Equatable, Sendable {
  public var version: String
  /// The release of the kernel that tells; `nil` where it is not known.
  public var kernel: String?
  /// `nil` where /proc does not tell, or a recording is read.
  public var process: ProcessFacts?
  /// `nil` where nothing listens.
  public var endpoint: EndpointFacts?
  /// How often a text file could not be written; `nil` where none is.
  public var textfileFailures: UInt64?

  public init(version: String) { self.version = version }
}

/// What the HTTP server has answered, and what it gave up.
public struct EndpointFacts: Equatable, Sendable {
  /// By status code.
  public var requests: [UInt16: UInt64] = [:]
  /// Connections that were given up, by why.
  public var dropped: [String: UInt64] = [:]
  /// Open now.
  public var connections: UInt64 = 0

  public init() {}
}
