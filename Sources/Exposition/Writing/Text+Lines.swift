// SPDX-License-Identifier: Apache-2.0
internal import Report

/// The two formats of lines: Prometheus' text format 0.0.4, and OpenMetrics 1.0, which is the same but
/// for what a counter's family is called, units, when counting began, and its end.
extension Text {
  mutating func lines(of exposition: Exposition, isOpenMetrics: Bool) {
    for family in Family.all {
      let samples = family.samples(exposition)
      if samples.isEmpty { continue }
      head("HELP", of: family, isOpenMetrics, family.help)
      head("TYPE", of: family, isOpenMetrics, family.kind.name)
      if isOpenMetrics, let unit = family.unit { head("UNIT", of: family, isOpenMetrics, unit) }
      for sample in samples {
        lines(of: sample, in: family)
        if isOpenMetrics, family.kind != .gauge, let since = sample.since {
          let created = Sample.Value.billionths(exposition.snapshot.sinceEpoch(since))
          line(family, "_created", sample, created)
        }
      }
    }
    if isOpenMetrics { append("# EOF\n") }
  }

  private mutating func head(
    _ word: StaticString, of family: Family, _ isOpenMetrics: Bool, _ text: StaticString
  ) {
    append("# ")
    append(word)
    append(byte: UInt8(ascii: " "))
    if isOpenMetrics { append(baseOf: family) } else { append(family.name) }
    append(byte: UInt8(ascii: " "))
    append(text)
    append("\n")
  }

  private mutating func lines(of sample: Sample, in family: Family) {
    guard case .distribution(let distribution) = sample.value else {
      return line(family, family.kind == .counter ? "_total" : "", sample, sample.value)
    }
    for (bound, count) in distribution.buckets {
      line(family, "_bucket", sample, upTo: { $0.append(bound: bound) }, .count(count))
    }
    line(family, "_bucket", sample, upTo: { $0.append("+Inf") }, .count(distribution.count))
    line(family, "_sum", sample, .billionths(distribution.sum))
    line(family, "_count", sample, .count(distribution.count))
  }

  /// One series and its value.
  private mutating func line(
    _ family: Family, _ suffix: StaticString, _ sample: Sample,
    upTo bound: ((inout Text) -> Void)? = nil, _ value: Sample.Value
  ) {
    append(baseOf: family)
    append(suffix)
    var separator = UInt8(ascii: "{")
    for (name, value) in zip(family.labels, sample.labels) {
      append(byte: separator)
      append(name)
      append("=\"")
      append(value)
      append("\"")
      separator = UInt8(ascii: ",")
    }
    if let bound {
      append(byte: separator)
      append("le=\"")
      bound(&self)
      append("\"")
      separator = UInt8(ascii: ",")
    }
    append(separator == UInt8(ascii: "{") ? " " : "} ")
    append(value)
    append("\n")
  }

  /// The name without the `_total` of a counter, which OpenMetrics takes for the suffix of one sample.
  private mutating func append(baseOf family: Family) {
    append(family.name)
    if family.kind == .counter { truncate(to: count - "_total".utf8.count) }
  }

  private mutating func append(_ label: Sample.Label) {
    switch label {
    case .word(let word): append(word)
    case .number(let number): append(number)
    case .text(let text):
      for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "\\"): append("\\\\")
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\n"): append("\\n")
        default: append(byte: byte)
        }
      }
    }
  }
}
