// SPDX-License-Identifier: Apache-2.0
internal import Metrics

/// A metric: what it is called and means, and where its numbers come from. The catalogue of all
/// (``all``) is what every format writes.
public struct Family: Sendable {
  /// As it is scraped; a counter's ends in `_total`.
  public let name: StaticString
  public let kind: Kind
  /// In which its values are; the name ends in it.
  public let unit: StaticString?
  /// One sentence, in plain ASCII: it is written as it is.
  public let help: StaticString
  /// The names of its labels, in the order in which samples give the values.
  public let labels: [StaticString]
  let samples: @Sendable (Exposition) -> [Sample]

  public enum Kind: Sendable {
    case counter, gauge, histogram

    public var name: StaticString {
      switch self {
      case .counter: "counter"
      case .gauge: "gauge"
      case .histogram: "histogram"
      }
    }
  }

  init(
    _ name: StaticString, _ kind: Kind, in unit: StaticString? = nil, by labels: StaticString...,
    help: StaticString, samples: @escaping @Sendable (Exposition) -> [Sample]
  ) {
    self.name = name
    self.kind = kind
    self.unit = unit
    self.labels = labels
    self.help = help
    self.samples = samples
  }

  /// A metric of one series, which is absent where there is no number. It is counted since the start.
  init(
    _ name: StaticString, _ kind: Kind, in unit: StaticString? = nil, help: StaticString,
    value: @escaping @Sendable (Exposition) -> Sample.Value?
  ) {
    self.init(name, kind, in: unit, help: help) { exposition in
      value(exposition).map { [Sample(value: $0, since: exposition.snapshot.startedAt)] } ?? []
    }
  }

  /// Every metric there is, in the order in which they are written. A new one belongs into the file of
  /// its subject, and into docs/metrics.md.
  public static let all = opens + closes + connections + timeWait + tracer + endpoint + process
}
