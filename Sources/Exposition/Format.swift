// SPDX-License-Identifier: Apache-2.0

/// How metrics are written.
public enum Format: Hashable, Sendable {
  /// Prometheus' text format 0.0.4.
  case text
  /// OpenMetrics 1.0.
  case openMetrics
  /// One object, for scripts without a parser for the others.
  case json

  /// As HTTP's Content-Type has it.
  public var contentType: StaticString {
    switch self {
    case .text: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    case .json: "application/json"
    }
  }
}
