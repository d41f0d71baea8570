// SPDX-License-Identifier: Apache-2.0
internal import Metrics
internal import Report

/// The same as one object on one line. The keys and their order are a promise.
extension Text {
  mutating func object(of exposition: Exposition) {
    let snapshot = exposition.snapshot
    let time = LocalTime(offsetToEpoch: snapshot.offsetToEpoch)
    beginObject()
    member("type", "metrics")
    member("at_us", time.microseconds(snapshot.at))
    let told = Family.all.map { ($0, $0.samples(exposition)) }.filter { !$0.1.isEmpty }
    member("metrics", told) { text, told in
      let (family, samples) = told
      text.member("name", family.name)
      text.member("type", family.kind.name)
      text.member("help", family.help)
      text.member("unit", family.unit)
      text.member("samples", samples) { text, sample in
        text.key("labels")
        text.beginObject()
        for (name, value) in zip(family.labels, sample.labels) { text.member(name, value) }
        text.endObject()
        text.members(of: sample.value)
        if family.kind != .gauge { text.member("since_us", sample.since.map(time.microseconds)) }
      }
    }
    endLine()
  }

  /// A label's value is a string, as in the other formats.
  private mutating func member(_ name: StaticString, _ label: Sample.Label) {
    switch label {
    case .word(let word): member(name, word)
    case .number(let number): member(name, string: String(number))
    case .text(let text): member(name, string: text)
    }
  }

  private mutating func members(of value: Sample.Value) {
    guard case .distribution(let distribution) = value else {
      key("value")
      return append(value)
    }
    member("count", distribution.count)
    key("sum")
    append(billionths: distribution.sum)
    member("buckets", distribution.buckets) { text, bucket in
      text.key("le")
      text.append(billionths: bucket.bound)
      text.member("count", bucket.count)
    }
  }
}
